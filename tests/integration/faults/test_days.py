"""After a day on which everything was killed, every contact is accounted for, on either record."""

from collections.abc import Callable, Iterator

import pytest

from tests.integration.faults.account import CHECKS, Account, perhaps_said
from tests.integration.faults.days import POISON, Day

pytestmark = pytest.mark.slow

SHOWN = 20


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_contact_is_accounted_for(accounts: Account, check: Callable[[Account], Iterator[str]]) -> None:
    wrong = list(check(accounts))
    assert not wrong, f"{len(wrong)} are not as promised:\n" + "\n".join(wrong[:SHOWN])


def test_that_was_a_day(day: Day, accounts: Account) -> None:
    """What was checked is what was meant: all contacts came in, and every part was killed at least once."""
    assert len(day.stand.ledger.promises) >= day.wanted > 0
    assert {"web", "worker-1", "scheduler", "redis"} <= set(day.stand.killed)
    assert len({each["ruleset_version"] for every in accounts.decisions.values() for each in every}) == 2
    assert day.stand.serving.ready()["code"] == 200


def test_no_more_is_left_to_people_than_senders_died(day: Day, accounts: Account) -> None:
    deaths = sum(day.stand.killed[name] for name in ("scheduler", "serve", "postgres"))
    assert len(perhaps_said(accounts)) <= deaths


def test_poison_is_left_with_the_fallback_team(accounts: Account) -> None:
    [row] = [row for row in accounts.contacts if row["provider"] == POISON]
    assert row["state"] in ("waiting", "set-aside")
    assert (row["team"], row["trouble"]) == ("hub", "IndexError")


def test_the_log_says_nothing_that_a_customer_wrote(day: Day) -> None:
    said = day.stand.serving.log.read_text()
    assert "Traceback" not in said
    assert not [words for words in ("is dripping", "in my loft", "+4477009", "home.example") if words in said]


def test_a_killed_supervisor_left_nothing_behind(days: dict[str, Day]) -> None:
    assert days["embedded"].stand.killed["serve"] == 1
    assert days["embedded"].left_behind == []


@pytest.mark.parametrize("server", ["phone", "phone, just started", "phone, by the proxy"])
def test_a_call_without_a_record_reaches_a_person(days: dict[str, Day], server: str) -> None:
    status, headers, body = days["servers"].without_record[server]
    assert status == 200
    assert "x-firstcontact-contact" not in headers
    assert b"<Dial" in body
    assert b"+441632960009" in body


@pytest.mark.parametrize("server", ["sms", "sms, just started", "sms, by the proxy"])
def test_a_text_without_a_record_is_asked_for_again(days: dict[str, Day], server: str) -> None:
    status, headers, _ = days["servers"].without_record[server]
    assert (status, headers["retry-after"]) == (503, "5")
