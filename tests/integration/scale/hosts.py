"""Four hosts on one PostgreSQL and one Redis, each with a data folder of its own, behind the proxy of compose.yaml."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from redis import Redis

from router import metrics
from router.clients import build
from router.services import utc_now
from router.settings import Settings
from router.store import keys
from tests.effort import effort
from tests.integration.faults.customers import contacts
from tests.integration.faults.days import Day, publish
from tests.integration.faults.siege import Stand, besiege
from tests.landlord import FOLDER
from tests.servers.caddy import proxy
from tests.servers.process import free_port, until
from tests.servers.provider import ACCOUNT, NUMBER, TOKEN, Provider
from tests.servers.serving import Serving

ROLES = {"web-1": "web", "web-2": "web", "worker-1": "worker", "worker-2": "worker,scheduler"}
SURVIVORS = ("web-2", "worker-2")
COUNT, SEED = effort(300, 600), 5


@dataclass(frozen=True, slots=True)
class Hosts:
    """What became of them: the engine as the outside sees it, and each host."""

    stand: Stand
    each: dict[str, Serving]

    def decided(self, name: str) -> float:
        """How many contacts a host has decided, by its own figures."""
        run_folder = Path(self.each[name].settings["FIRSTCONTACT_DATA"]) / "run"
        rows = (line.split() for line in metrics.render(run_folder, {}).decode().splitlines())
        return sum(float(row[-1]) for row in rows if row[0].startswith("firstcontact_contacts_total{"))

    def kill(self, name: str) -> None:
        """The host is gone, as in a power cut, and does not come back."""
        self.stand.hit(name)
        self.each[name].stop(signal.SIGKILL)


@contextmanager
def hosts(folder: Path, provider: Provider, database: str, redis: str) -> Iterator[Hosts]:
    """All four, started at once on an empty record."""
    shared = {
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "FIRSTCONTACT_CONFIG": str(FOLDER),
        "FIRSTCONTACT_SECRET_KEY": "a-secret-for-tests",
        "FIRSTCONTACT_SMS_FROM": NUMBER,
        "FIRSTCONTACT_TWILIO_API": provider.url,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
    }
    each = {name: _host(folder / name, only, shared) for name, only in ROLES.items()}
    try:
        with ThreadPoolExecutor(len(each)) as pool:
            list(pool.map(Serving.start, each.values()))
        with Redis.from_url(redis) as workers:
            until(lambda: workers.scard("rq:workers") == 2, "both workers listen")
        ports = [int(each[name].settings["FIRSTCONTACT_PORT"]) for name in ("web-1", "web-2")]
        with proxy(ports) as url, _stand(folder, shared, url, provider) as stand:
            yield Hosts(stand, each)
    finally:
        for one in each.values():
            one.stop()


def _host(folder: Path, only: str, shared: dict[str, str]) -> Serving:
    folder.mkdir()
    own = {"FIRSTCONTACT_DATA": str(folder / "data"), "FIRSTCONTACT_PORT": str(free_port())}
    return Serving(shared | own, folder / "serve.log", only)


@contextmanager
def _stand(folder: Path, shared: dict[str, str], url: str, provider: Provider) -> Iterator[Stand]:
    """The engine as its clients see it, at the proxy's address."""
    front = {"FIRSTCONTACT_DATA": str(folder / "front"), "FIRSTCONTACT_PORT": url.rpartition(":")[2]}
    serving = Serving(shared | front, folder / "front.log")
    services = build(Settings.model_validate(serving.settings))
    try:
        key, row = keys.make("tests", ["read", "write"], utc_now())
        services.writer.submit(keys.add, row).result()
        yield Stand(serving, provider, services, key)
    finally:
        services.close()


def day_on(folder: Path, found: Hosts) -> None:
    """Contacts come in by the proxy; a web host dies, a ruleset is published, a worker dies; the rest settles all."""
    first, second = contacts(COUNT // 2, SEED), contacts(COUNT // 2, SEED + 1, "late")
    before = [
        (0.3, lambda: found.kill("web-1")),
        (0.5, lambda: until(lambda: found.decided("worker-1"), "the first worker has work")),
        (0.7, lambda: publish(found.stand, folder)),
    ]
    besiege(found.stand, first, before)
    besiege(found.stand, second, [(0.3, lambda: found.kill("worker-1"))])
    Day(found.stand).settle()
