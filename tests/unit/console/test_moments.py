"""Moments in words, in the landlord's zone and over its clock changes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.console.moments import lasts, moment

LONDON = "Europe/London"
NOW = datetime(2026, 3, 27, 12, 0, tzinfo=UTC)
"""A Friday at midday; the clocks go forward on Sunday."""


@pytest.mark.parametrize(
    "at,words",
    [
        (NOW, "today at midday"),
        (NOW.replace(hour=10, minute=5), "today at 10:05am"),
        (NOW.replace(hour=0), "today at midnight"),
        (NOW.replace(hour=0, minute=30), "today at 12:30am"),
        (NOW.replace(hour=17), "today at 5pm"),
        (NOW + timedelta(days=1), "tomorrow at midday"),
        (NOW - timedelta(days=1), "yesterday at midday"),
        (NOW + timedelta(days=2), "Sunday 29 March at 1pm"),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "Sunday 29 March at 12:59am"),
        (datetime(2026, 3, 29, 1, 1, tzinfo=UTC), "Sunday 29 March at 2:01am"),
        (datetime(2026, 12, 1, 9, 30, tzinfo=UTC), "Tuesday 1 December at 9:30am"),
        (datetime(2025, 12, 31, 23, 59, tzinfo=UTC), "31 December 2025 at 11:59pm"),
        (datetime(2027, 1, 1, 8, 0, tzinfo=UTC), "1 January 2027 at 8am"),
    ],
)
def test_moment_in_words(at: datetime, words: str) -> None:
    assert moment(at, NOW, LONDON).words == words


def test_today_is_the_landlords_today() -> None:
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert moment(late, late, LONDON).words == "today at 12:30am"
    assert moment(late, late, LONDON).exact == "Thursday 2 July 2026, 00:30:00 BST"
    assert moment(late - timedelta(hours=1), late, LONDON).words == "yesterday at 11:30pm"


@given(st.integers(-20 * 365 * 86_400, 150 * 365 * 86_400))
def test_what_machines_read_is_the_moment(seconds: int) -> None:
    at = NOW + timedelta(seconds=seconds)
    shown = moment(at, NOW, LONDON)
    assert datetime.fromisoformat(shown.iso) == at
    assert f"{at:%M:%S}" in shown.exact


@pytest.mark.parametrize(
    "length,words",
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=47), "1 day"),
        (timedelta(days=3), "3 days"),
    ],
)
def test_length_in_words(length: timedelta, words: str) -> None:
    assert lasts(length) == words
