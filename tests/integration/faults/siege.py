"""A siege: many clients make contacts at once and repeat them, while blow after blow falls on the engine."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from router.clients import build
from router.services import Services, utc_now
from router.settings import Settings
from router.store import keys
from tests.integration.faults.doors import Client, Doors
from tests.integration.faults.ledger import Ledger, Wanted
from tests.landlord import FOLDER
from tests.servers.process import free_port, until
from tests.servers.provider import ACCOUNT, NUMBER, TOKEN, Provider
from tests.servers.serving import Serving

CLIENTS = 10
REPEATED, TEN_TIMES = 0.08, 0.005
"""Which share of the contacts is made twice at once, and which ten times at once."""

Blow = tuple[float, Callable[[], object]]
"""What is done to the engine, and when: after which share of the contacts."""


@dataclass(slots=True)
class Stand:
    """An engine under test: its processes, the provider that it sends by, and what it has promised."""

    serving: Serving
    provider: Provider
    services: Services
    key: str
    ledger: Ledger = field(default_factory=Ledger)
    killed: Counter[str] = field(default_factory=Counter)
    """How often each part was killed, the whole of it as `serve`."""

    hit_at: datetime = field(default_factory=utc_now)
    """When something was killed last: what has begun to leave since then is being sent by somebody who lives."""

    def hit(self, name: str) -> None:
        """Say that a part is killed now."""
        self.killed[name] += 1
        self.hit_at = utc_now()

    def kill(self, name: str) -> None:
        """Kill one process of the engine, and return once it is started again."""
        self.hit(name)
        self.serving.kill(name)

    def kill_whole(self) -> list[int]:
        """Kill the supervisor and start anew on the same data; gives what it had left behind."""
        self.hit("serve")
        left = self.serving.kill_whole()
        self.serving.start()
        return left

    def doors(self, stop: threading.Event) -> Doors:
        """The doors for one more client."""
        client = Client(self.serving.url)
        return Doors(client, self.ledger, self.serving.url, self.key, self.services, self.serving.settings, stop)


@contextmanager
def stand(folder: Path, provider: Provider, **urls: str) -> Iterator[Stand]:
    """A running engine with the small landlord; `urls` are DATABASE_URL and REDIS_URL where it is not embedded."""
    settings = {
        "FIRSTCONTACT_DATA": str(folder / "data"),
        "FIRSTCONTACT_CONFIG": str(FOLDER),
        "FIRSTCONTACT_PORT": str(free_port()),
        "FIRSTCONTACT_SECRET_KEY": "a-secret-for-tests",
        "FIRSTCONTACT_SMS_FROM": NUMBER,
        "FIRSTCONTACT_TWILIO_API": provider.url,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        **urls,
    }
    serving = Serving(settings, folder / "serve.log").start()
    services = build(Settings.model_validate(settings))
    try:
        key, row = keys.make("tests", ["read", "write"], utc_now())
        services.writer.submit(keys.add, row).result()
        yield Stand(serving, provider, services, key)
    finally:
        serving.stop()
        services.close()


def besiege(stand: Stand, wanted: Sequence[Wanted], blows: Iterable[Blow], mails: Sequence[Wanted] = ()) -> None:
    """Have all contacts made and all blows fall; returns once every contact was answered 2xx."""
    stop, start, jobs = threading.Event(), stand.ledger.done, iter(_with_repeats(wanted))
    lock = threading.Lock()
    with ThreadPoolExecutor(CLIENTS + 1) as pool:
        clients = [pool.submit(_work, stand.doors(stop), jobs, lock) for _ in range(CLIENTS)]
        clients.append(pool.submit(_deliver, stand.doors(stop), mails))
        try:
            for share, blow in blows:
                _await(stand, clients, start + share * len(wanted))
                blow()
            _await(stand, clients, start + len(wanted) + len(mails))
        finally:
            stop.set()


def _await(stand: Stand, clients: Sequence["Future[None]"], count: float) -> None:
    """Wait until so many contacts are done, or a client failed."""

    def done() -> bool:
        for client in clients:
            if client.done():
                client.result()
        return stand.ledger.done >= count

    try:
        until(done, f"{count:.0f} contacts are answered", 120)
    except AssertionError as late:
        raise AssertionError(f"{late}: {stand.ledger.done} are, and these are tried: {stand.ledger.trying}") from late


def _with_repeats(wanted: Sequence[Wanted]) -> Iterator[tuple[Wanted, bool]]:
    """Every contact, some of them several times in a row; with each whether it is the first time."""
    chance = random.Random(len(wanted))
    for each in wanted:
        yield each, True
        drawn = chance.random()
        times = 0 if each.channel == "chat" else 9 if drawn < TEN_TIMES else 1 if drawn < REPEATED else 0
        yield from [(each, False)] * times


def _work(doors: Doors, jobs: Iterator[tuple[Wanted, bool]], lock: threading.Lock) -> None:
    with closing(doors.client):
        while job := _next(jobs, lock):
            doors.make(job[0])
            if job[1]:
                doors.ledger.finish()


def _next(jobs: Iterator[tuple[Wanted, bool]], lock: threading.Lock) -> tuple[Wanted, bool] | None:
    with lock:
        return next(jobs, None)


def _deliver(doors: Doors, mails: Sequence[Wanted]) -> None:
    for wanted in mails:
        doors.deliver(wanted)
        doors.ledger.finish()
    if mails:
        doors.deliver(mails[0])


def later(services: Services, seconds: float) -> Services:
    """The same services as a process will have them so many seconds from now."""
    return replace(services, clock=lambda: utc_now() + timedelta(seconds=seconds))
