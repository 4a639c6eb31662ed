"""A back-up is taken while contacts come in, everything is destroyed and restored: nothing in the back-up is missing.

What was acknowledged before the back-up began is there under the ids that were given. What came later is lost with the
record, and comes in again: as providers' lists are gone through after any outage, so is every contact made again here.
"""

import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from router.clients import build
from router.settings import Settings
from tests.effort import effort
from tests.integration.faults import account as accounts
from tests.integration.faults.account import CHECKS, account
from tests.integration.faults.customers import contacts
from tests.integration.faults.days import Day
from tests.integration.faults.ledger import Ledger
from tests.integration.faults.siege import Stand, besiege, stand
from tests.servers.forked import commands
from tests.servers.postgres import Postgres, find_programs
from tests.servers.provider import provider
from tests.servers.redis import Redis
from tests.servers.serving import environment

pytestmark = pytest.mark.slow

COUNT, SEED = effort(150, 300), 11
SAID = (accounts.said_once, accounts.nothing_else_is_said)
"""What was said between the back-up and the end is not known any more and is said again, as docs/operations.md says."""

Act = Callable[[Stand, Path], None]


def run(command: list[str]) -> None:
    given = environment({})
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def ours(name: str, file: str, engine: Stand) -> None:
    done = commands().run(name, file, environment=environment(engine.serving.settings), folder=Path(file).parent)
    assert done.code == 0, done.out + done.err


class Embedded:
    """SQLite: the engine's own commands."""

    urls: dict[str, str] = {}  # noqa: RUF012 - never changed

    def back_up(self, engine: Stand, file: Path) -> None:
        ours("backup", str(file), engine)

    def destroy(self, engine: Stand) -> None:
        shutil.rmtree(engine.serving.settings["FIRSTCONTACT_DATA"])

    def restore(self, engine: Stand, file: Path) -> None:
        ours("restore", str(file), engine)


class Servers:
    """PostgreSQL and Redis: PostgreSQL's own commands; Redis is simply emptied."""

    def __init__(self, postgres: Postgres, redis: Redis) -> None:
        self._postgres, self._redis, self._programs = postgres, redis, find_programs()
        redis.flush()
        self._name = postgres.create()
        self.urls = {"DATABASE_URL": postgres.url(self._name), "REDIS_URL": redis.url}

    def back_up(self, _: Stand, file: Path) -> None:
        run([str(self._programs / "pg_dump"), "-Fc", "-f", str(file), self.urls["DATABASE_URL"]])

    def destroy(self, engine: Stand) -> None:
        shutil.rmtree(engine.serving.settings["FIRSTCONTACT_DATA"])
        self._redis.flush()
        self._postgres.drop(self._name)

    def restore(self, _: Stand, file: Path) -> None:
        run(
            [
                str(self._programs / "createdb"),
                "-E",
                "UTF8",
                "-T",
                "template0",
                "--maintenance-db",
                self._postgres.url(),
                self._name,
            ]
        )
        run([str(self._programs / "pg_restore"), "-d", self.urls["DATABASE_URL"], "--exit-on-error", str(file)])


@pytest.fixture(params=["embedded", "servers"])
def kind(request: pytest.FixtureRequest) -> Embedded | Servers:
    if request.param == "embedded":
        return Embedded()
    return Servers(request.getfixturevalue("postgres"), request.getfixturevalue("redis"))


@contextmanager
def reopened(engine: Stand) -> Iterator[None]:
    """The engine, started again on what was restored."""
    engine.hit("serve")
    engine.serving.start()
    engine.services = build(Settings.model_validate(engine.serving.settings))
    try:
        yield
    finally:
        engine.services.close()


def test_what_was_acknowledged_before_the_back_up_outlives_everything(kind: Embedded | Servers, tmp_path: Path) -> None:
    customers = [each for each in contacts(COUNT, SEED) if each.channel != "chat"]  # a chat's window knows its session
    before: list[Ledger] = []

    with provider() as texts, stand(tmp_path, texts, **kind.urls) as engine:

        def back_up() -> None:
            before.append(engine.ledger.as_of_now())
            kind.back_up(engine, tmp_path / "copy")

        besiege(engine, customers, [(0.4, back_up)])
        engine.serving.stop(signal.SIGKILL)
        engine.services.close()
        kind.destroy(engine)
        kind.restore(engine, tmp_path / "copy")
        engine.ledger = before[0]
        with reopened(engine):
            assert 0.3 * COUNT < len(engine.ledger.promises) < len(customers)
            lost = list(accounts.stored_once(account(engine)))
            assert not lost, "\n".join(lost)
            besiege(engine, customers, ())
            Day(engine).settle()
            found = account(engine)
            wrong = [line for check in CHECKS if check not in SAID for line in check(found)]
            assert not wrong, "\n".join(wrong[:20])
            assert len(found.contacts) == len(customers)
