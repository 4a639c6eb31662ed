"""Hours and calendars as facts, on the landlord's own clock and right through its changes."""

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from rules.clock import calendar_of, is_open
from rules.compile import Compiled, compile_rules
from rules.judge import judge
from tests.unit.rules_language.landlords import BASE, RULE, loaded

LONDON, DUBLIN, HOWE, CASABLANCA, KIRITIMATI, NEPAL = (
    "Europe/London",
    "Europe/Dublin",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Kiritimati",
    "Asia/Kathmandu",
)
NIGHT, SMALL_HOURS, HALF = (
    "time: {between: [22:00, 06:00]}",
    "time: {between: [01:00, 01:59]}",
    "time: {at_least: 01:30}",
)
WINTER, CHRISTMAS = "season: {between: [31 October, 1 May]}", "date: {between: [2026-12-24, 2027-01-02]}"
HOURS = """
hours:
  nights: {every-day: 22:00-06:00, holidays: open}
  early: {every-day: "01:00-01:45", holidays: closed}
teams:
  wardens: {name: Wardens, role: Watch., responsibilities: [Nights], hours: nights}
  bakers: {name: Bakers, role: Bake., responsibilities: [Bread], hours: early}
"""


@cache
def compiled(zone: str, when: str) -> Compiled:
    """One rule of this condition, in a landlord of this zone."""
    base = BASE["base.yaml"].decode().replace("zone: Europe/London", f"zone: {zone}")
    return compile_rules(loaded(f"{HOURS}{RULE}    {when}\n", base=base))


def holds(zone: str, when: str, at: datetime) -> bool:
    return bool(judge(compiled(zone, when), {"channel": "phone"}, at).fits & 1)


@pytest.mark.parametrize(
    "zone, when, at, expected",
    [
        # At one in the morning it is two: there is no 01:30 on that day.
        (LONDON, SMALL_HOURS, "2026-03-29 00:59", False),
        (LONDON, SMALL_HOURS, "2026-03-29 01:00", False),
        (LONDON, "time: {at_least: 02:00}", "2026-03-29 01:00", True),
        (LONDON, "hours: {open: bakers}", "2026-03-29 01:00", False),
        (LONDON, "hours: {open: wardens}", "2026-03-29 04:59", True),
        (LONDON, "hours: {open: wardens}", "2026-03-29 05:00", False),
        # At two in the morning it is one again: there are two of 01:30.
        (LONDON, SMALL_HOURS, "2026-10-25 00:30", True),
        (LONDON, SMALL_HOURS, "2026-10-25 01:30", True),
        (LONDON, SMALL_HOURS, "2026-10-25 02:00", False),
        (LONDON, "hours: {open: bakers}", "2026-10-25 00:44", True),
        (LONDON, "hours: {open: bakers}", "2026-10-25 00:45", False),
        (LONDON, "hours: {open: bakers}", "2026-10-25 01:44", True),
        (LONDON, NIGHT, "2026-10-25 06:00", True),
        (LONDON, NIGHT, "2026-10-25 06:01", False),
        # Dublin has its standard time in summer, and an hour less in winter.
        (DUBLIN, SMALL_HOURS, "2026-03-29 01:00", False),
        (DUBLIN, SMALL_HOURS, "2026-10-25 00:30", True),
        (DUBLIN, SMALL_HOURS, "2026-10-25 01:30", True),
        # Lord Howe Island changes by half an hour: 02:00 is 01:30 in autumn, and 02:30 in spring.
        (HOWE, SMALL_HOURS, "2026-04-04 14:45", True),
        (HOWE, SMALL_HOURS, "2026-04-04 15:15", True),
        (HOWE, SMALL_HOURS, "2026-04-04 15:30", False),
        (HOWE, "time: {between: [02:00, 02:29]}", "2026-10-03 15:30", False),
        (HOWE, "time: {at_least: 02:30}", "2026-10-03 15:30", True),
        (HOWE, "weekday: sunday", "2026-10-03 13:30", True),
        (HOWE, "weekday: sunday", "2026-10-03 13:29", False),
        # Morocco goes back an hour for Ramadan.
        (CASABLANCA, "time: {between: [02:00, 02:59]}", "2026-02-15 01:30", True),
        (CASABLANCA, "time: {between: [02:00, 02:59]}", "2026-02-15 02:30", True),
        (CASABLANCA, "time: {between: [02:00, 02:59]}", "2026-03-22 02:30", False),
        # A quarter of an hour off the others, and a day ahead of them.
        (NEPAL, HALF, "2026-06-01 19:44", False),
        (NEPAL, HALF, "2026-06-01 19:45", True),
        (KIRITIMATI, CHRISTMAS, "2026-12-23 10:00", True),
        (KIRITIMATI, CHRISTMAS, "2026-12-23 09:59", False),
        # Days and seasons begin and end at local midnight, both ends included.
        (LONDON, WINTER, "2026-10-30 23:59", False),
        (LONDON, WINTER, "2026-10-31 00:00", True),
        (LONDON, WINTER, "2027-01-01 00:00", True),
        (LONDON, WINTER, "2027-05-01 22:59", True),
        (LONDON, WINTER, "2027-05-01 23:00", False),
        (LONDON, "season: {between: [29 February, 1 March]}", "2027-02-28 12:00", False),
        (LONDON, "season: {between: [29 February, 1 March]}", "2027-03-01 12:00", True),
        (LONDON, "season: {between: [29 February, 1 March]}", "2028-02-29 12:00", True),
        (LONDON, CHRISTMAS, "2027-01-02 23:59", True),
        (LONDON, CHRISTMAS, "2027-01-03 00:00", False),
        (LONDON, "date: 2026-06-01", "2026-05-31 23:00", True),
        # Boxing Day is a Saturday in 2026, so the Monday after is a holiday too.
        (LONDON, "holiday: true", "2026-12-26 12:00", True),
        (LONDON, "holiday: true", "2026-12-28 12:00", True),
        (LONDON, "holiday: true", "2026-12-29 12:00", False),
        (LONDON, "holiday: true", "2026-05-24 22:59", False),
        (LONDON, "holiday: true", "2026-05-24 23:00", True),
        (LONDON, "hours: {open: hub}", "2026-05-25 10:00", False),
        (LONDON, "hours: {open: wardens}", "2026-05-25 21:30", True),
        (LONDON, "hours: {closed: [hub, wardens]}", "2026-05-25 21:30", True),
        (LONDON, "not: {hours: {closed: [hub, wardens]}}", "2026-05-26 10:00", False),
    ],
)
def test_the_moment_as_a_fact(zone: str, when: str, at: str, expected: bool) -> None:
    assert holds(zone, when, datetime.fromisoformat(at).replace(tzinfo=UTC)) is expected


CHANGES = [
    (LONDON, "2026-03-29"),
    (LONDON, "2026-10-25"),
    (DUBLIN, "2026-10-25"),
    (HOWE, "2026-04-05"),
    (HOWE, "2026-10-04"),
    (CASABLANCA, "2026-02-15"),
    (CASABLANCA, "2026-03-22"),
]


@pytest.mark.parametrize("team", ["hub", "wardens", "bakers"])
@pytest.mark.parametrize("zone, day", CHANGES)
def test_open_is_what_the_clock_says_at_every_minute_of_a_change(zone: str, day: str, team: str) -> None:
    rules = compiled(zone, f"hours: {{open: {team}}}")
    hours, calendar = rules.ruleset.hours[rules.ruleset.teams[team].hours], calendar_of(rules.ruleset.landlord)
    start = datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(hours=14)
    for minute in range(0, 40 * 60, 5):
        at = start + timedelta(minutes=minute)
        assert bool(judge(rules, {}, at).fits & 1) is is_open(hours, calendar, at)
