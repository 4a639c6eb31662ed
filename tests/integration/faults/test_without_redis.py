"""Where there never is a Redis everything still runs, by the sweeper alone, and says that it does."""

from collections.abc import Iterator

import pytest

from tests.integration.faults import customers
from tests.integration.faults.account import CHECKS, account
from tests.integration.faults.days import Day
from tests.integration.faults.siege import besiege, stand
from tests.servers.provider import provider

pytestmark = pytest.mark.slow

NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture(scope="module")
def quiet_day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    with provider() as texts, stand(tmp_path_factory.mktemp("redis-less"), texts, REDIS_URL=NOBODY) as engine:
        day = Day(engine)
        besiege(engine, customers.contacts(100, 7), ())
        day.settle()
        yield day


def test_everything_is_decided_and_said(quiet_day: Day) -> None:
    known = account(quiet_day.stand)
    wrong = [line for check in CHECKS for line in check(known)]
    assert not wrong, "\n".join(wrong)
    assert len(known.contacts) == len(quiet_day.stand.ledger.promises) == 100


def test_it_says_that_it_is_degraded(quiet_day: Day) -> None:
    said = quiet_day.stand.serving.ready()
    assert (said["code"], said["status"]) == (200, "degraded")
    assert said["dependencies"] == {"record": "ok", "ruleset": "ok", "redis": "degraded", "routing": "ok"}


def test_nothing_but_redis_is_missed(quiet_day: Day) -> None:
    assert set(quiet_day.stand.serving.pids()) == {"web", "worker-1", "scheduler", "poller"}
