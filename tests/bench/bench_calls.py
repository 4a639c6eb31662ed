"""A call's first TwiML while a backlog of emails is being routed: latencies, beside those of a quiet engine.

`python -m tests.bench.bench_calls` prints both and their ratio, for both records.
"""

import time
import urllib.request
from itertools import repeat
from urllib.parse import urlencode

from tests.bench.engine import RECORDS, email, engine, fill, record, services
from tests.bench.load import ACCOUNT, TOKEN, signature

BACKLOG, CALLS = 10_000, 200
PATH = "/channels/twilio/voice"


def main() -> None:
    """Print the figures for both records."""
    for kind in RECORDS:
        quiet, busy = calls(kind, 0), calls(kind, BACKLOG)
        ratio = busy[1] / quiet[1]
        print(
            f"{kind}: p50 {busy[0]:.1f} ms, p99 {busy[1]:.1f} ms (wanted 100) while {BACKLOG:,} emails are routed; "
            f"quiet p99 {quiet[1]:.1f} ms, ratio {ratio:.1f}",
            flush=True,
        )


def calls(kind: str, backlog: int) -> tuple[float, float]:
    """p50 and p99 in milliseconds of first TwiMLs, one after another."""
    with record(kind) as (data, database):
        with services(data, database) as tools:
            fill(tools, (email() for _ in repeat(None, backlog)))
        with engine(data, database) as url:
            times = sorted(_call(url + PATH, number) for number in range(CALLS))
    return 1000 * times[len(times) // 2], 1000 * times[int(len(times) * 0.99)]


def _call(url: str, number: int) -> float:
    fields = {
        "AccountSid": ACCOUNT,
        "CallSid": f"CA{number:032x}",
        "CallStatus": "ringing",
        "From": f"+4477009{number:05d}",
        "To": "+448081570100",
    }
    request = urllib.request.Request(
        url, urlencode(fields).encode(), {"X-Twilio-Signature": signature(url, fields, TOKEN)}
    )
    started = time.perf_counter()
    with urllib.request.urlopen(request, timeout=30) as answer:
        if b"<Gather" not in answer.read():
            raise RuntimeError("the answer is not the menu")
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
