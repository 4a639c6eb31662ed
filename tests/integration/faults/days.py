"""Two days of trouble: contacts by the thousand on all doors, and everything killed, in turn and then at random."""

import random
import re
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from pathlib import Path

from sqlalchemy import Connection, Engine, and_, func, or_, select

from router import intake, outbound
from router.services import Services
from router.store import outbox as intents
from router.store.bulk import insert_rows
from router.store.contacts import IN_PROGRESS, WAITING
from router.store.engine import begin_read
from router.store.schema import contacts, outbox
from tests.effort import effort
from tests.integration.faults.customers import contacts as made
from tests.integration.faults.doors import Answer, Client
from tests.integration.faults.ledger import Wanted
from tests.integration.faults.siege import Blow, Stand, besiege, later, stand
from tests.landlord import FOLDER
from tests.messages import text_message
from tests.servers.caddy import proxy
from tests.servers.forked import commands
from tests.servers.postgres import Postgres, postgres_server
from tests.servers.process import Server, until
from tests.servers.provider import Provider
from tests.servers.redis import Redis, redis_server
from tests.servers.serving import environment

EMBEDDED, SERVERS, MAILS = 2_000, effort(1_000, 2_000), 2
SEED = 2026
POISON = "poison"
LEASES_OVER = 120
"""Seconds after which whatever was being sent when its sender died counts as perhaps sent."""


@dataclass(slots=True)
class Day:
    """What happened on one record: the engine, and what was seen while it was being hit."""

    stand: Stand
    wanted: int = 0
    """How many contacts were to come in."""

    left_behind: list[int] = field(default_factory=list)
    without_record: dict[str, Answer] = field(default_factory=dict)

    def settle(self) -> None:
        """Wait until everything that was promised has been decided and said."""
        record = self.stand.services.record
        until(lambda: not _undecided(record), "every contact is decided")
        until(lambda: not _unsaid(record, self.stand.hit_at), "everything in the outbox is said")
        outbound.send_due(later(self.stand.services, LEASES_OVER))


def wanted(count: int, seed: int) -> tuple[list[Wanted], list[Wanted]]:
    """So many contacts for the clients, and a few mails for the command that delivers."""
    mails = [each for each in made(100, seed, "pipe") if each.channel == "email"]
    return made(count, seed), mails[:MAILS]


@contextmanager
def embedded_day(folder: Path, provider: Provider) -> Iterator[Day]:
    """All of it on SQLite and the embedded Redis; in the end the supervisor is killed, and another one carries on."""
    with stand(folder, provider) as engine:
        day = Day(engine, EMBEDDED)
        poison(engine.services)
        parts = {name: _killer(engine, name) for name in ("web", "worker-1", "scheduler", "redis")}
        customers, mails = wanted(EMBEDDED, SEED)
        blows = [*_blows(parts), (0.42, lambda: publish(engine, folder)), (0.92, lambda: _fell(day))]
        besiege(engine, customers, sorted(blows, key=itemgetter(0)), mails)
        yield day


def _fell(day: Day) -> None:
    """Kill the supervisor, and start another; whoever comes after that is decided by the version published before."""
    day.left_behind = day.stand.kill_whole()
    _come(day, *probes())


def _come(day: Day, *wanted: Wanted) -> None:
    doors = day.stand.doors(threading.Event())
    with closing(doors.client):
        for each in wanted:
            doors.make(each)


@contextmanager
def servers_day(folder: Path, provider: Provider) -> Iterator[Day]:
    """All of it on PostgreSQL and Redis as servers; in the end PostgreSQL stays away for long enough to be missed."""
    with (
        postgres_server(durable=True) as postgres,
        redis_server() as redis,
        stand(folder, provider, DATABASE_URL=postgres.url(), REDIS_URL=redis.url) as engine,
    ):
        day = Day(engine, SERVERS)
        poison(engine.services)
        parts = {name: _killer(engine, name) for name in ("web", "worker-1", "scheduler")}
        parts |= {"redis": _restarter(engine, redis), "postgres": _restarter(engine, postgres)}
        customers, mails = wanted(SERVERS, SEED + 1)
        blows = [*_blows(parts), (0.42, lambda: publish(engine, folder)), (0.92, lambda: _miss(day, postgres.server))]
        besiege(engine, customers, sorted(blows, key=itemgetter(0)), mails)
        yield day


def _killer(engine: Stand, name: str) -> Callable[[], None]:
    return lambda: engine.kill(name)


def _restarter(engine: Stand, kept: Postgres | Redis) -> Callable[[], None]:
    """Stop a server at once, as a power cut would, and start it again."""

    def restart() -> None:
        engine.hit("postgres" if isinstance(kept, Postgres) else "redis")
        _stop_at_once(kept.server)
        kept.server.start()

    return restart


def _stop_at_once(server: Server) -> None:
    """PostgreSQL's immediate stop, and anybody else's sudden end."""
    server.stop_signal = signal.SIGQUIT if "postgres" in str(server.command[0]) else signal.SIGKILL
    server.stop()


def _blows(parts: Mapping[str, Callable[[], None]]) -> list[Blow]:
    """Each part killed in turn, and then any of them at random, with never much time in between."""
    chance = random.Random(SEED)
    in_turn = [(0.05 + 0.07 * number, kill) for number, kill in enumerate(parts.values())]
    at_random = [(0.5 + 0.08 * number, parts[chance.choice(list(parts))]) for number in range(5)]
    return [*in_turn, *at_random]


def _miss(day: Day, server: Server) -> None:
    """Stop PostgreSQL, see what a caller and a text get meanwhile, and start it again; both come again afterwards."""
    call, text = probes()
    until(lambda: day.stand.serving.ready().get("code") == 200, "it is ready again")
    day.stand.hit("postgres")
    _stop_at_once(server)
    try:
        with closing(Client(day.stand.serving.url)) as client:
            day.without_record = {each.channel: refused(client, each) for each in (call, text)}
            day.without_record |= _by_the_proxy(day, call, text)
            day.stand.kill("web")
            day.without_record |= {f"{each.channel}, just started": refused(client, each) for each in (call, text)}
    finally:
        server.start()
    _come(day, call, text)


def _by_the_proxy(day: Day, *wanted: Wanted) -> dict[str, Answer]:
    """What each is answered through a proxy that knows no host which is ready."""
    port = int(day.stand.serving.settings["FIRSTCONTACT_PORT"])
    with proxy([port]) as url, closing(Client(url)) as client:
        return {f"{each.channel}, by the proxy": refused(client, each) for each in wanted}


def probes() -> tuple[Wanted, Wanted]:
    """A call and a text that are asked about while there is no record."""
    found = {each.channel: each for each in made(100, SEED, "probe")}
    return found["phone"], found["sms"]


def refused(client: Client, wanted: Wanted) -> Answer:
    """What a first request is answered while there is no record; asked again while nobody answers at all."""
    fields = {"AccountSid": "AC1", "From": wanted.sender, "To": "+441632960000", "CallStatus": "ringing"}
    names = {"phone": ("voice", "CallSid"), "sms": ("sms", "MessageSid")}
    place, sid = names[wanted.channel]
    answers: list[Answer] = []

    def answered() -> bool:
        answers.append(client.post_signed(f"/channels/twilio/{place}", fields | {sid: f"{wanted.key}-refused"}))
        return answers[-1][0] != 0

    until(answered, f"a {wanted.channel} is answered while there is no record")
    return answers[-1]


def publish(engine: Stand, folder: Path) -> None:
    """Make another version live by the command: the same rules under other names."""
    changed = folder / "changed"
    changed.mkdir()
    for file in FOLDER.iterdir():
        (changed / file.name).write_text(re.sub(r"(- rule: .+)", r"\1 (changed)", file.read_text()))
    given = environment(engine.serving.settings)
    done = commands().run("rules", "publish", str(changed), "--reason", "for a test", environment=given, folder=folder)
    assert done.code == 0, done.out + done.err


def poison(services: Services) -> None:
    """Put a contact into the record that no door makes and nobody can route: one that has no part."""
    row = intake.arrival(text_message(POISON), services.live.current(), services.clock(), None).contact
    services.writer.submit(_store, row | {"provider": POISON}).result()


def _store(connection: Connection, rows: list[dict[str, object]]) -> list[None]:
    insert_rows(connection, contacts, rows, only_new=True)
    return [None] * len(rows)


def _undecided(record: Engine) -> int:
    statement = select(func.count()).where(contacts.c.state.in_((IN_PROGRESS, WAITING)), contacts.c.provider != POISON)
    with begin_read(record) as connection:
        return connection.execute(statement).scalar_one()


def _unsaid(record: Engine, hit_at: datetime) -> int:
    """How many intents wait or are leaving; not those whose sender was killed, which nobody takes up for a minute."""
    leaving = and_(outbox.c.state == intents.SENDING, outbox.c.not_before > hit_at + outbound.LEASE)
    with begin_read(record) as connection:
        waiting = or_(outbox.c.state == intents.PENDING, leaving)
        return connection.execute(select(func.count()).where(waiting)).scalar_one()
