"""Wake-ups: nobody waits for Redis, and its absence is no error."""

from collections.abc import Iterator

import pytest
from redis import Redis

from router.queue import Wake


@pytest.fixture(params=[None, "redis://127.0.0.1:1/0", "unix:///nowhere/redis.sock"])
def away(request: pytest.FixtureRequest) -> Iterator[Wake]:
    """A wake that has no Redis, or none that answers."""
    client = Redis.from_url(request.param, socket_connect_timeout=1) if request.param else None
    wake = Wake(client)
    yield wake
    wake.close()
    if client is not None:
        client.close()


def test_without_redis_it_says_that_it_could_not_and_is_degraded(away: Wake) -> None:
    away()
    assert away.now() is False
    assert away.replay() is False
    away.taken()
    assert away.degraded is True


def test_it_can_be_closed_twice(away: Wake) -> None:
    away()
    away.close()
