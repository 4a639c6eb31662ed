"""A host that is up before its database: it says what it waits for, looks after callers meanwhile, and goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.doors.client import SMS, VOICE, Doors, text_fields
from tests.servers.postgres import Postgres, postgres_server
from tests.servers.process import free_port, runs, until
from tests.servers.provider import TOKEN
from tests.servers.serving import READY, Serving

pytestmark = pytest.mark.slow

PASSWORD = "nobody-is-to-read-this"
CALL = {"CallSid": "CA1", "From": "+447700900123", "To": "+441632960000", "CallStatus": "ringing"}


@pytest.fixture
def away() -> Iterator[Postgres]:
    """A server that is down."""
    with postgres_server() as postgres:
        postgres.server.kill()
        yield postgres


@pytest.fixture
def waiting(tmp_path: Path, away: Postgres) -> Iterator[Serving]:
    """A `serve` on that server, as soon as the part that is there meanwhile answers."""
    settings = {
        "FIRSTCONTACT_DATA": str(tmp_path / "data"),
        "FIRSTCONTACT_PORT": str(free_port()),
        "FIRSTCONTACT_SECRET_KEY": "k" * 32,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "DATABASE_URL": f"postgresql://postgres:{PASSWORD}@127.0.0.1:{away.port}/postgres",
    }
    one = Serving(settings, tmp_path / "log")
    one.begin()
    until(one.ready, "the web part answers")
    yield one
    one.stop()


@pytest.fixture
def doors(waiting: Serving) -> Iterator[Doors]:
    caller = Doors(waiting.url, "", Path())
    yield caller
    caller.http.close()


def test_it_says_what_it_waits_for_and_goes_on_when_that_comes(away: Postgres, waiting: Serving, doors: Doors) -> None:
    ready = waiting.ready()
    assert (ready["code"], ready["status"], ready["dependencies"]["record"]) == (503, "down", "down")
    assert doors.form(SMS, text_fields()).status_code == 503
    assert "<Number>" in doors.form(VOICE, CALL).text
    said = waiting.said()
    assert f"postgresql+psycopg://postgres:***@127.0.0.1:{away.port}/postgres cannot be reached: " in said
    assert (PASSWORD in said, "Traceback" in said, said.count("It is waited for")) == (False, False, 1)
    assert set(waiting.pids()) == {"redis", "web"}
    away.server.start()
    until(lambda: READY in waiting.said(), "it serves")
    assert waiting.ready()["code"] == 200
    assert set(waiting.pids()) == {"redis", "web", "worker-1", "scheduler", "poller"}
    assert doors.form(SMS, text_fields()).status_code == 200


def test_ctrl_c_ends_the_waiting(waiting: Serving) -> None:
    pids = waiting.all_pids()
    assert waiting.stop() == 0
    assert "Stopped." in waiting.said()
    assert not any(map(runs, pids))
