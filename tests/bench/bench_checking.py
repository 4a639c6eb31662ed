"""What signed texts notice of drafts that are checked meanwhile.

`python -m tests.bench.bench_checking` prints the latencies of an open loop without and beside checks, and their ratio.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from router.store.keys import SCOPES
from rules.folder import read_folder
from tests.bench.load import TOKEN, Figures, measure
from tests.integration.doors.keys import make_key
from tests.servers.process import free_port
from tests.servers.serving import Serving

CONFIG = Path(__file__).parents[2] / "config"
RATE, COUNT = 40, 800


def files(number: int) -> dict[str, str]:
    """The sample landlord's files, each time others, so that no answer is known already."""
    found = {name: content.decode() for name, content in read_folder(CONFIG).items()}
    return found | {"landlord.yaml": f"{found['landlord.yaml']}\n# {number}\n"}


def main() -> None:
    """Print the figures."""
    with TemporaryDirectory() as folder:
        compare(Path(folder))


def compare(folder: Path) -> None:
    """Measure texts alone and beside checks, at a server with its data in this folder."""
    settings = {
        "FIRSTCONTACT_DATA": str(folder / "data"),
        "FIRSTCONTACT_CONFIG": str(CONFIG),
        "FIRSTCONTACT_PORT": str(free_port()),
        "TWILIO_AUTH_TOKEN": TOKEN,
    }
    serving = Serving(settings, folder / "log").start()
    try:
        key = make_key(folder / "data" / "firstcontact.db", "bench", *SCOPES)
        url = f"{serving.url}/channels/twilio/sms"
        alone = measure(url, count=COUNT, rate=RATE)
        stop, done = threading.Event(), []

        def check() -> None:
            with httpx.Client(timeout=120, headers={"Authorization": f"Bearer {key}"}) as client:
                while not stop.is_set():
                    given = {"files": files(len(done))}
                    answer = client.post(f"{serving.url}/api/v1/rulesets/check", json=given)
                    assert answer.status_code == 200, answer.text
                    done.append(answer.elapsed.total_seconds())

        with ThreadPoolExecutor(1) as pool:
            checking = pool.submit(check)
            beside: Figures = measure(url, count=COUNT, rate=RATE, start=10 * COUNT)
            stop.set()
            checking.result()
    finally:
        serving.stop()
    print(f"\nalone:                     {alone}")
    print(f"beside {len(done)} checks in a row: {beside}")
    print(f"p99 beside checks over p99 alone: {beside.p99 / alone.p99:.1f}; p50: {beside.p50 / alone.p50:.1f}")


if __name__ == "__main__":
    main()
