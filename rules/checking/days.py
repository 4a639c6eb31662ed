"""The days on which contacts can come in, as kinds of day: those that no rule of a ruleset can tell apart are one."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from rules.clock import Calendar

_AHEAD: Final = 28 * 366
"""Days from the first one on: after 28 years weekdays and dates have met in every way, 29 February included."""
_AFTER: Final = 400
"""Days after a date that a rule names farther ahead than that."""
_NOON: Final = 12 * 60


@dataclass(frozen=True, slots=True)
class Day:
    """One day as the rules see it."""

    number: int
    """As of date.toordinal."""
    weekday: int
    holiday: bool
    season: int
    """Month and day as one number, the month 32 times."""


@dataclass(frozen=True, slots=True)
class DayKind:
    """Days that are alike: weekday, bank holiday or not, and the cells of the lines of seasons and dates."""

    weekday: int
    holiday: bool
    season: int
    date: int
    example: Day
    """The first of them; one on which no clock is changed, if there is any."""
    missing: tuple[tuple[int, int], ...] = ()
    """Minutes that the example does not have, because the clocks go forward."""


def kinds(calendar: Calendar, since: date, seasons: Sequence[int], dates: Sequence[int]) -> list[DayKind]:
    """The kinds of day from a date on, told apart by these thresholds of seasons and dates."""
    found: dict[tuple[int, bool, int, int], Day] = {}
    for day in (*_days(calendar, since), *_far(calendar, since, dates)):
        key = (day.weekday, day.holiday, bisect_right(seasons, day.season), bisect_right(dates, day.number))
        known = found.get(key)
        if known is None or (_missing(calendar, known.number) and not _missing(calendar, day.number)):
            found[key] = day
    return [DayKind(*key, day, _missing(calendar, day.number)) for key, day in found.items()]


@lru_cache(maxsize=4)
def _days(calendar: Calendar, since: date) -> tuple[Day, ...]:
    first = since.toordinal()
    return tuple(_read(calendar, range(first, min(first + _AHEAD, date.max.toordinal()))))


def _far(calendar: Calendar, since: date, dates: Iterable[int]) -> Iterable[Day]:
    end = since.toordinal() + _AHEAD
    wanted = {number for each in dates if each >= end for number in range(each - 1, each + _AFTER)}
    return _read(calendar, sorted(number for number in wanted if number < date.max.toordinal()))


def _read(calendar: Calendar, numbers: Iterable[int]) -> Iterable[Day]:
    for number in numbers:
        day = date.fromordinal(number)
        yield Day(number, day.weekday(), calendar.is_holiday(day), day.month * 32 + day.day)


@lru_cache(maxsize=4096)
def _missing(calendar: Calendar, number: int) -> tuple[tuple[int, int], ...]:
    """The local minutes that a day does not have."""
    day = date.fromordinal(number)
    start, end = (calendar.local(calendar.at(each, _NOON)).utcoffset() for each in (day - timedelta(1), day))
    if start is None or end is None or end <= start:
        return ()
    gone = [minute for minute in range(24 * 60) if not exists(calendar, day, minute)]
    return ((gone[0], gone[-1] + 1),) if gone else ()


def exists(calendar: Calendar, day: date, minute: int) -> bool:
    """Whether a local day has this minute."""
    local = calendar.local(calendar.at(day, minute))
    return local.hour * 60 + local.minute == minute and local.date() == day
