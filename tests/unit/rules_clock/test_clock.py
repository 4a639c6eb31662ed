"""Working time: days, open hours, clock hours and weeks, over clock changes, bank holidays and year ends."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.clock import Calendar, NeverOpenError, due, is_open, next_opening
from rules.landlord import Hours
from rules.model import Span, Unit
from tests.effort import examples

LONDON = Calendar("Europe/London", "GB", "ENG")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HUB = Hours("hub", {**dict.fromkeys(DAYS[:5], ((480, 1200),)), "saturday": ((480, 720),)})
SPLIT = Hours("split", dict.fromkeys(DAYS[:5], ((540, 750), (810, 1020))))
ALWAYS = Hours("always", dict.fromkeys(DAYS, ((0, 1440),)), None)
NIGHT = Hours("night", dict.fromkeys(DAYS, ((0, 150), (1320, 1440))), None)
NEVER = Hours("never", {})
HOLIDAYS_ONLY = Hours("holidays", {}, ((600, 660),))
WORKING, OPEN, CLOCK, WEEKS = Unit.WORKING_DAYS, Unit.OPEN_HOURS, Unit.HOURS, Unit.WEEKS

MOMENTS = st.integers(0, 5 * 366 * 86_400).map(
    lambda second: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
)
MINUTES = st.integers(0, 1440)
RANGE = st.sets(MINUTES, min_size=2, max_size=2).map(lambda pair: (min(pair), max(pair)))
RANGES = st.lists(RANGE, max_size=3).map(tuple)
HOURS = st.builds(Hours, st.just("any"), st.fixed_dictionaries(dict.fromkeys(DAYS, RANGES)), st.none() | RANGES)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)


@pytest.mark.parametrize(
    "count, start, last",
    [
        (5, "2025-11-03 09:00", "2025-11-10"),  # Monday to Monday
        (5, "2025-11-03 23:59", "2025-11-10"),  # the hour of receipt does not matter
        (1, "2025-11-07 10:00", "2025-11-10"),  # Friday to Monday
        (1, "2025-11-08 10:00", "2025-11-10"),  # Saturday counts from Sunday on
        (1, "2025-11-09 10:00", "2025-11-10"),
        (10, "2025-12-17 12:00", "2026-01-05"),  # Christmas, Boxing Day and New Year's Day left out
        (1, "2025-12-24 17:00", "2025-12-29"),
        (1, "2026-04-02 10:00", "2026-04-07"),  # Good Friday to Easter Monday
        (1, "2026-12-24 10:00", "2026-12-29"),  # Boxing Day is a Saturday, its substitute on Monday 28
        (2, "2027-12-24 10:00", "2027-12-30"),  # both substitutes: Monday 27 and Tuesday 28
        (1, "2021-12-31 10:00", "2022-01-04"),  # New Year's Day is a Saturday, its substitute on Monday 3
        (1, "2022-06-01 10:00", "2022-06-06"),  # an extra bank holiday, and one that was moved
        (1, "2023-05-05 10:00", "2023-05-09"),  # the coronation
        (3, "2026-03-27 10:00", "2026-04-01"),  # over the clocks going forward
        (20, "2025-10-10 10:00", "2025-11-07"),  # over the clocks going back
        (0, "2025-11-03 09:00", "2025-11-03"),
        (0, "2025-11-08 09:00", "2025-11-10"),
    ],
)
def test_working_days_count_from_the_day_after_receipt(count: int, start: str, last: str) -> None:
    assert due(Span(count, WORKING), local(start), LONDON) == local(f"{last} 23:59:59")


@pytest.mark.parametrize(
    "hours, last",
    [(HUB, "20:00"), (SPLIT, "17:00"), (ALWAYS, "23:59:59"), (NEVER, "23:59:59"), (None, "23:59:59")],
)
def test_working_days_end_when_the_team_closes(hours: Hours | None, last: str) -> None:
    assert due(Span(1, WORKING), local("2025-11-03 09:00"), LONDON, hours) == local(f"2025-11-04 {last}")


@pytest.mark.parametrize(
    "country, subdivision, last",
    [("GB", "ENG", "2026-01-02"), ("GB", "SCT", "2026-01-05"), ("", "", "2026-01-01")],
)
def test_holidays_are_those_of_the_landlords_country(country: str, subdivision: str, last: str) -> None:
    calendar = Calendar("Europe/London", country, subdivision)
    assert due(Span(1, WORKING), local("2025-12-31 09:00"), calendar) == local(f"{last} 23:59:59")


@pytest.mark.parametrize(
    "hours, count, start, end",
    [
        (HUB, 4, "2025-11-03 09:00", "2025-11-03 13:00"),
        (HUB, 4, "2025-11-03 18:00", "2025-11-04 10:00"),
        (HUB, 4, "2025-11-03 20:00", "2025-11-04 12:00"),
        (HUB, 4, "2025-11-03 03:00", "2025-11-03 12:00"),
        (HUB, 4, "2025-11-07 19:00", "2025-11-08 11:00"),  # into Saturday
        (HUB, 4, "2025-11-08 11:00", "2025-11-10 11:00"),  # and over Sunday
        (HUB, 12, "2025-11-03 08:00", "2025-11-03 20:00"),  # exactly a day ends at its close
        (HUB, 1, "2025-12-24 19:30", "2025-12-27 08:30"),  # Christmas and Boxing Day closed
        (SPLIT, 4, "2025-11-03 11:30", "2025-11-03 16:30"),
        (ALWAYS, 24, "2026-03-28 12:00", "2026-03-29 13:00"),  # a day of 23 hours
        (ALWAYS, 24, "2025-10-25 12:00", "2025-10-26 11:00"),  # a day of 25 hours
        (NIGHT, 2, "2026-03-29 00:00", "2026-03-29 22:30"),  # 00:00-02:30 has lost an hour
        (NIGHT, 3, "2025-10-26 00:00", "2025-10-26 02:00"),  # and here gained one
        (HUB, 0, "2025-11-03 09:00", "2025-11-03 09:00"),
    ],
)
def test_open_hours_stand_still_while_closed(hours: Hours, count: int, start: str, end: str) -> None:
    assert due(Span(count, OPEN), local(start), LONDON, hours) == local(end)


@pytest.mark.parametrize(
    "span, start, end",
    [
        (Span(24, CLOCK), "2025-12-24 17:00", "2025-12-25 17:00"),
        (Span(24, CLOCK), "2026-03-28 12:00", "2026-03-29 13:00"),
        (Span(24, CLOCK), "2025-10-25 12:00", "2025-10-26 11:00"),
        (Span(4, WEEKS), "2025-12-01 10:00", "2025-12-29 23:59:59"),
        (Span(4, WEEKS), "2026-03-10 10:00", "2026-04-07 23:59:59"),
        (Span(1, WEEKS), "2025-12-25 00:00", "2026-01-01 23:59:59"),
    ],
)
def test_clock_hours_and_weeks(span: Span, start: str, end: str) -> None:
    assert due(span, local(start), LONDON) == local(end)


@pytest.mark.parametrize(
    "hours, at, expected",
    [
        (HUB, "2025-11-03 07:59", False),
        (HUB, "2025-11-03 08:00", True),
        (HUB, "2025-11-03 19:59:59", True),
        (HUB, "2025-11-03 20:00", False),
        (HUB, "2025-11-09 10:00", False),
        (HUB, "2025-12-25 10:00", False),
        (ALWAYS, "2025-12-25 23:59:59", True),
        (HOLIDAYS_ONLY, "2025-12-25 10:30", True),
        (HOLIDAYS_ONLY, "2025-12-24 10:30", False),
        (NEVER, "2025-11-03 10:00", False),
    ],
)
def test_is_open(hours: Hours, at: str, expected: bool) -> None:  # the expected answer
    assert is_open(hours, LONDON, local(at)) is expected


@pytest.mark.parametrize(
    "hours, at, opening",
    [
        (HUB, "2025-11-03 07:00", "2025-11-03 08:00"),
        (HUB, "2025-11-03 09:13", "2025-11-03 09:13"),
        (HUB, "2025-11-03 20:00", "2025-11-04 08:00"),
        (HUB, "2025-11-08 12:00", "2025-11-10 08:00"),
        (HUB, "2025-12-24 20:00", "2025-12-27 08:00"),
        (HUB, "2026-03-28 13:00", "2026-03-30 08:00"),
        (HOLIDAYS_ONLY, "2025-12-26 11:00", "2026-01-01 10:00"),
        (Hours("gap", {"sunday": ((60, 120),)}), "2026-03-28 12:00", "2026-04-05 01:00"),  # an hour that was skipped
    ],
)
def test_next_opening(hours: Hours, at: str, opening: str) -> None:
    assert next_opening(hours, LONDON, local(at)) == local(opening)


@pytest.mark.parametrize("hours", [NEVER, Hours("empty", dict.fromkeys(DAYS, ()), ())])
def test_hours_that_never_open_say_so(hours: Hours) -> None:
    start = local("2025-11-03 09:00")
    assert next_opening(hours, LONDON, start) is None
    with pytest.raises(NeverOpenError, match=hours.key):
        due(Span(4, OPEN), start, LONDON, hours)


@pytest.mark.parametrize(
    "zone, country, subdivision, problem",
    [
        ("Europe/Londn", "GB", "", "no time zone 'Europe/Londn'"),
        ("../etc/passwd", "GB", "", "no time zone"),
        ("Europe/London", "XX", "", "XX"),
        ("Europe/London", "GB", "QQ", "QQ"),
    ],
)
def test_an_unknown_place_is_named(zone: str, country: str, subdivision: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Calendar(zone, country, subdivision)


def test_open_hours_need_hours() -> None:
    with pytest.raises(ValueError, match="4 open hours"):
        due(Span(4, OPEN), local("2025-11-03 09:00"), LONDON)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        is_open(HUB, LONDON, datetime(2025, 11, 3, 9))  # noqa: DTZ001  # that is the point


@given(MOMENTS, st.integers(0, 60))
def test_the_due_day_is_a_working_day_and_the_count_agrees(start: datetime, count: int) -> None:
    end = due(Span(count, WORKING), start, LONDON)
    assert LONDON.is_working_day(LONDON.local(end).date())
    assert end.tzinfo is UTC
    first, last = (LONDON.local(at).date() for at in (start, end))
    days = [first + timedelta(days=number) for number in range(1, (last - first).days + 1)]
    if count:
        assert sum(map(LONDON.is_working_day, days)) == count


@given(MOMENTS, st.integers(0, 60), st.sampled_from([WORKING, CLOCK, WEEKS]), HOURS)
def test_more_is_never_sooner(start: datetime, count: int, unit: Unit, hours: Hours) -> None:
    assert due(Span(count, unit), start, LONDON, hours) <= due(Span(count + 1, unit), start, LONDON, hours)


@examples(10, 60)
@given(HOURS, st.integers(0, 3 * 365), st.sampled_from(["Europe/London", "America/Havana", "Asia/Kathmandu"]))
def test_a_day_of_open_minutes_counts_exactly_the_open_ones(hours: Hours, ahead: int, zone: str) -> None:
    calendar = Calendar(zone, "GB", "ENG")
    start = calendar.at(date(2025, 1, 1) + timedelta(days=ahead))
    minutes = [start + timedelta(minutes=minute) for minute in range(26 * 60)]
    opened = [at for at in minutes if is_open(hours, calendar, at)]
    assert next_opening(hours, calendar, start) == opened[0] if opened else True
    if len(opened) >= 60:
        assert due(Span(1, OPEN), start, calendar, hours) == opened[59] + timedelta(minutes=1)


@given(HOURS, MOMENTS)
def test_the_next_opening_is_open_and_none_comes_before(hours: Hours, at: datetime) -> None:
    found = next_opening(hours, LONDON, at)
    if found is not None:
        assert found >= at
        assert is_open(hours, LONDON, found)
        assert found == at or not is_open(hours, LONDON, found - timedelta(seconds=1))


@pytest.mark.parametrize("day", ["2026-03-29", "2025-10-26"])
@examples(10, 60)
@given(hours=HOURS)
def test_on_the_days_of_clock_changes_too(day: str, hours: Hours) -> None:
    start = local(day)
    opened = [at for minute in range(25 * 60) if is_open(hours, LONDON, at := start + timedelta(minutes=minute))]
    if len(opened) >= 60:
        assert due(Span(1, OPEN), start, LONDON, hours) == opened[59] + timedelta(minutes=1)
