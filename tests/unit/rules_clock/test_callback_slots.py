"""Times to choose from for a call back: within the team's hours, while people are awake, and never too soon."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.callback_slots import MOST, NOTICE, slots
from rules.clock import Calendar, is_open
from rules.landlord import Hours
from rules.times import window

LONDON = Calendar("Europe/London", "GB", "ENG")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
OFFICE = Hours("office", dict.fromkeys(WEEKDAYS, ((8 * 60, 17 * 60),)))
ALWAYS = Hours("always", dict.fromkeys((*WEEKDAYS, "saturday", "sunday"), ((0, 24 * 60),)))
NEVER = Hours("never", {})


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    "hours,now,expected",
    [
        (OFFICE, at(3, 7), [at(3, 8), at(3, 12), at(4, 8), at(4, 12)]),
        (OFFICE, at(3, 9, 40), [at(3, 11), at(3, 12), at(4, 8), at(4, 12)]),
        (OFFICE, at(3, 14, 45), [at(4, 8), at(4, 12), at(5, 8), at(5, 12)]),
        (OFFICE, at(6, 16), [at(9, 8), at(9, 12), at(10, 8), at(10, 12)]),
        (ALWAYS, at(3, 23), [at(4, 8), at(4, 12), at(5, 8), at(5, 12)]),
        (OFFICE, at(27, 16), [at(30, 7), at(30, 11), at(31, 7), at(31, 11)]),
        (NEVER, at(3, 9), []),
    ],
    ids=["before-opening", "in-the-morning", "too-late-today", "over-a-weekend", "at-night", "clocks-change", "never"],
)
def test_the_next_times(hours: Hours, now: datetime, expected: list[datetime]) -> None:
    found = slots(hours, LONDON, now, 2)
    assert [slot.starts for slot in found] == expected
    assert all(slot.ends - slot.starts == timedelta(hours=2) for slot in found)


def test_only_when_they_may_be_rung() -> None:
    mornings = window("09:00-11:00")
    assert mornings is not None
    assert [slot.starts for slot in slots(OFFICE, LONDON, at(3, 7), 2, (mornings,))] == [at(3, 9), at(4, 9)]


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.integers(1, 4))  # noqa: DTZ001 - made aware below
def test_always_in_hours_in_order_and_few(naive: datetime, length: int) -> None:
    now = naive.replace(tzinfo=UTC)
    found = slots(OFFICE, LONDON, now, length)
    assert 1 < len(found) <= MOST
    assert sorted(found) == list(found)
    for slot in found:
        assert slot.starts >= now + NOTICE
        assert is_open(OFFICE, LONDON, slot.starts)
        assert is_open(OFFICE, LONDON, slot.ends - timedelta(minutes=1))
