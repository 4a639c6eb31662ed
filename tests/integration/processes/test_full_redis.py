"""A Redis that answers and takes nothing: everything goes on by the sweeper, and whoever looks is told what to do."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis as Client

from router.store.keys import SCOPES
from tests.integration.doors.client import Doors, contact_of
from tests.integration.doors.keys import make_key
from tests.servers.process import free_port, until
from tests.servers.provider import TOKEN
from tests.servers.redis import Redis, redis_server
from tests.servers.serving import FIRSTCONTACT, Serving, environment

pytestmark = pytest.mark.slow

TOO_LITTLE = 1


@pytest.fixture
def full() -> Iterator[Redis]:
    """A Redis that has reached its limit."""
    with redis_server() as redis:
        limit(redis, TOO_LITTLE)
        yield redis


def limit(redis: Redis, size: int) -> None:
    """Let it have so many bytes, or as many as it wants where that is 0."""
    with Client.from_url(redis.url) as client:
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", size)


def test_it_is_degraded_until_something_can_be_written_again(tmp_path: Path, full: Redis) -> None:
    settings = {
        "FIRSTCONTACT_DATA": str(tmp_path / "data"),
        "FIRSTCONTACT_PORT": str(free_port()),
        "REDIS_URL": full.url,
        "TWILIO_AUTH_TOKEN": TOKEN,
    }
    one = Serving(settings, tmp_path / "log").start()
    record = tmp_path / "data" / "firstcontact.db"
    doors = Doors(one.url, make_key(record, "tests", *SCOPES), record)
    try:
        ready = one.ready()
        assert (ready["code"], ready["status"], ready["dependencies"]["redis"]) == (200, "degraded", "degraded")
        assert (set(ready["advice"]), "maxmemory" in ready["advice"]["redis"]) == ({"redis"}, True)
        assert "firstcontact_redis_up 0.0" in doors.metrics()
        doors.decided(contact_of(doors.text()))
        assert told(settings) == ("warning", True)
        assert "Traceback" not in one.said()
        limit(full, 0)
        until(lambda: one.ready()["status"] == "ok", "it is well again")
        assert (one.ready()["advice"], "firstcontact_redis_up 1.0" in doors.metrics()) == ({}, True)
        assert told(settings) == ("ok", False)
    finally:
        doors.http.close()
        one.stop()


def told(settings: dict[str, str]) -> tuple[str, bool]:
    """What the doctor makes of Redis, and whether it says to look at its memory."""
    command = [FIRSTCONTACT, "doctor", "--json"]
    done = subprocess.run(command, env=environment(settings), capture_output=True, text=True, check=False)
    found = next(row for row in map(json.loads, done.stdout.splitlines()) if row["check"] == "Redis")
    return found["level"], "maxmemory" in found["do"]
