"""The two days of trouble, fought one after the other before either is accounted for: leases run out meanwhile."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.integration.faults.account import Account, account
from tests.integration.faults.days import Day, embedded_day, servers_day
from tests.servers.provider import provider

DAYS = {"embedded": embedded_day, "servers": servers_day}


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Day]]:
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(fight(tmp_path_factory.mktemp(name), stack.enter_context(provider())))
            for name, fight in DAYS.items()
        }


@pytest.fixture(scope="module", params=DAYS)
def day(request: pytest.FixtureRequest, days: dict[str, Day]) -> Day:
    """A day after which everything has been decided and said."""
    found = days[request.param]
    found.settle()
    return found


@pytest.fixture(scope="module")
def accounts(day: Day) -> Account:
    """Everything in the record of that day."""
    return account(day.stand)
