"""Times that somebody can choose to be called back at: within a team's hours, and while people are awake; pure."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from rules.clock import Calendar, ranges
from rules.landlord import Hours
from rules.times import Window, next_within

MOST: Final = 4
"""As many as can be kept in mind when they are read out."""

NOTICE: Final = timedelta(minutes=30)
"""How far off a time has to be that somebody chooses."""

_DAYS, _HOUR, _NOON = 10, 60, 12 * 60
_EARLIEST, _LATEST = 8 * _HOUR, 20 * _HOUR
_DAYS_WITH_ANY = 2


class CallbackSlot(NamedTuple):
    """A time to choose: from when to when, in UTC."""

    starts: datetime
    ends: datetime


def slots(
    hours: Hours, calendar: Calendar, now: datetime, length_hours: int, times: Sequence[Window] = ()
) -> tuple[CallbackSlot, ...]:
    """The next times to choose from: the first of each morning and afternoon of two days; none where there are none.

    `times` are those at which somebody may be rung: what lies outside of them is left out.
    """
    found: list[list[CallbackSlot]] = []
    today = calendar.local(now).date()
    for ahead in range(_DAYS):
        every = _on(hours, calendar, today + timedelta(days=ahead), length_hours * _HOUR)
        fitting = [
            (minute, slot)
            for minute, slot in every
            if slot.starts >= now + NOTICE and (not times or next_within(times, calendar, slot.starts) == slot.starts)
        ]
        first = [next((slot for minute, slot in fitting if (minute < _NOON) == early), None) for early in (True, False)]
        chosen = [slot for slot in first if slot is not None]
        found += [chosen] if chosen else []
        if len(found) == _DAYS_WITH_ANY:
            break
    return tuple(slot for day in found for slot in day)[:MOST]


def _on(hours: Hours, calendar: Calendar, day: date, length: int) -> Iterator[tuple[int, CallbackSlot]]:
    """Every time of a local day, with the minute at which it begins: whole hours, or from when the hours open."""
    for opens, closes in ranges(hours, calendar, day):
        begin = max(opens, _EARLIEST)
        while begin + length <= min(closes, _LATEST):
            yield begin, CallbackSlot(calendar.at(day, begin), calendar.at(day, begin + length))
            begin = (begin // _HOUR + 1) * _HOUR
