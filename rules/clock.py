"""Working time: which days and hours count for a landlord, and when something counted in them falls due.

Every moment is an aware datetime in UTC, in and out. How timescales are counted:

- *working days* run from the day after receipt, whatever the hour (day 0 is the day of receipt, as in SI 2025/1042 on
  hazards; the Ombudsman's Complaint Handling Code counts "within 5 working days" of receipt and is read alike);
- *weeks* likewise: the day of receipt, so many weeks on, working day or not;
- both fall due at the end of that day: at the last closing time of the hours given, or one second before midnight, so
  that the date shown is the last day that counts;
- *hours* are true elapsed time, also across a clock change; *open hours* are the same, but stand still while closed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

from rules.landlord import Hours, Landlord
from rules.model import Span, Unit

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_YEARS = range(2000, 2061)
"""Filled in at once, so that no two threads fill in the same year; others are added when asked for."""

_HORIZON = 400
"""Days: hours that open on no day within these never open, bank holidays included."""

_FARTHEST = 20 * 366
"""Days after which counting open hours is given up."""

_LAST_SECOND = timedelta(seconds=1)


class NeverOpenError(ValueError):
    """The hours open too rarely, or never, for a timescale to be counted in them."""


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"There is no time zone {name!r}: use a name such as Europe/London.") from error


@lru_cache(maxsize=64)
def _book(country: str, subdivision: str) -> holidays.HolidayBase:
    if not country:
        return holidays.HolidayBase()
    try:
        return holidays.country_holidays(country, subdiv=subdivision or None, years=_YEARS)
    except NotImplementedError as error:
        raise ValueError(f"No bank holidays are known for {country} {subdivision}".rstrip() + f": {error}.") from error


@lru_cache(maxsize=4096)
def _nth_working_day(country: str, subdivision: str, day: date, count: int) -> date:
    return _book(country, subdivision).get_nth_working_day(day, count)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A landlord's zone and bank holidays: a zone name, an ISO 3166 country ("" for none) and its subdivision.

    Raises ValueError, when made, for a zone, country or subdivision that nobody knows.
    """

    zone: str
    country: str = ""
    subdivision: str = ""

    def __post_init__(self) -> None:
        _zone(self.zone)
        _book(self.country, self.subdivision)

    @property
    def _info(self) -> ZoneInfo:
        return _zone(self.zone)

    @property
    def _holidays(self) -> holidays.HolidayBase:
        return _book(self.country, self.subdivision)

    def local(self, at: datetime) -> datetime:
        """The same moment on the landlord's own clock; raises ValueError for a datetime without a zone."""
        if at.tzinfo is None:
            raise ValueError(f"{at!r} has no zone: moments are aware, in UTC.")
        return at.astimezone(self._info)

    def at(self, day: date, minute: int = 0) -> datetime:
        """The moment (UTC) of a local minute of a day, 1440 being its end; of two the first, in a gap its far side."""
        wall = datetime.combine(day, time()) + timedelta(minutes=minute)
        return wall.replace(tzinfo=self._info).astimezone(UTC)

    def is_holiday(self, day: date) -> bool:
        """Whether a local date is a bank holiday, or the substitute day of one."""
        return day in self._holidays

    def is_working_day(self, day: date) -> bool:
        """Whether a local date is neither at the weekend nor a bank holiday."""
        return self._holidays.is_working_day(day)

    def working_day(self, day: date, count: int) -> date:
        """The working day so many after a date, which is not itself counted; 0 gives it, or the next working day."""
        return _nth_working_day(self.country, self.subdivision, day, count)


def calendar_of(landlord: Landlord) -> Calendar:
    """The landlord's calendar; raises ValueError for a zone or country that nobody knows."""
    return Calendar(landlord.zone, landlord.country, landlord.subdivision)


def due(span: Span, start: datetime, calendar: Calendar, hours: Hours | None = None) -> datetime:
    """When a timescale that began at `start` falls due, counted as this module's introduction says.

    Raises ValueError when open hours are asked for without hours, NeverOpenError when they never add up.
    """
    if span.unit is Unit.HOURS:
        return start.astimezone(UTC) + timedelta(hours=span.count)
    if span.unit is Unit.OPEN_HOURS:
        if hours is None:
            raise ValueError(f"{span} cannot be counted without opening hours: name the team's.")
        return _after_open(timedelta(hours=span.count), start, calendar, hours)
    received = calendar.local(start).date()
    if span.unit is Unit.WEEKS:
        return _end_of(received + timedelta(weeks=span.count), calendar, hours)
    return _end_of(calendar.working_day(received, span.count), calendar, hours)


def is_open(hours: Hours, calendar: Calendar, at: datetime) -> bool:
    """Whether these hours are open at a moment: at the opening minute yes, at the closing minute no more."""
    local = calendar.local(at)
    minute = local.hour * 60 + local.minute
    return any(opens <= minute < closes for opens, closes in ranges(hours, calendar, local.date()))


def next_opening(hours: Hours, calendar: Calendar, at: datetime) -> datetime | None:
    """The first moment (UTC) from `at` on, `at` included, when these hours are open; None if they never are."""
    for opens, closes in _openings(hours, calendar, at, _HORIZON):
        if closes > at:
            return max(opens, at.astimezone(UTC))
    return None


def ranges(hours: Hours, calendar: Calendar, day: date) -> tuple[tuple[int, int], ...]:
    """The local minutes that are open on a date, ends excluded: a bank holiday's where the hours have their own."""
    if hours.holidays is not None and calendar.is_holiday(day):
        return hours.holidays
    return hours.days.get(_WEEKDAYS[day.weekday()], ())


@lru_cache(maxsize=4096)
def _end_of(day: date, calendar: Calendar, hours: Hours | None) -> datetime:
    midnight = calendar.at(day, 1440)
    opened = _on(day, hours, calendar) if hours else []
    return min(opened[-1][1] if opened else midnight, midnight - _LAST_SECOND)


def _after_open(left: timedelta, start: datetime, calendar: Calendar, hours: Hours) -> datetime:
    for opens, closes in _openings(hours, calendar, start, _FARTHEST):
        begin = max(opens, start)
        if closes <= begin:
            continue
        if begin + left <= closes:
            return (begin + left).astimezone(UTC)
        left -= closes - begin
    raise NeverOpenError(f"The hours {hours.key!r} open too seldom to count {left} more in them: check their days.")


def _openings(hours: Hours, calendar: Calendar, at: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
    """The times (UTC) at which the hours are open, in order, from the day of `at` for so many days or `_HORIZON`."""
    first = calendar.local(at).date()
    barren = 0
    for ahead in range(days):
        opened = _on(first + timedelta(days=ahead), hours, calendar)
        yield from opened
        barren = 0 if opened else barren + 1
        if barren >= _HORIZON:
            return


def _on(day: date, hours: Hours, calendar: Calendar) -> list[tuple[datetime, datetime]]:
    """When the hours are open on a date, in UTC and without overlaps, each stretch of one offset by itself."""
    minutes = sorted(ranges(hours, calendar, day))
    if not minutes:
        return []
    opened: list[tuple[datetime, datetime]] = []
    for start, end in _stretches(day, calendar):
        midnight = datetime.combine(day, time(), UTC) - (calendar.local(start).utcoffset() or timedelta())
        for opens, closes in minutes:
            begin = max(start, midnight + timedelta(minutes=opens), *(finish for _, finish in opened[-1:]))
            finish = min(end, midnight + timedelta(minutes=closes))
            if begin < finish:
                opened.append((begin, finish))
    return opened


@lru_cache(maxsize=4096)
def _stretches(day: date, calendar: Calendar) -> tuple[tuple[datetime, datetime], ...]:
    """A local day in UTC: one stretch, or two where the clocks change in between."""
    start, end = calendar.at(day), calendar.at(day, 1440)
    before = calendar.local(start).utcoffset()
    if calendar.local(end - _LAST_SECOND).utcoffset() == before:
        return ((start, end),)
    low, high = 0, int((end - start).total_seconds()) // 60
    while high - low > 1:
        middle = (low + high) // 2
        same = calendar.local(start + timedelta(minutes=middle)).utcoffset() == before
        low, high = (middle, high) if same else (low, middle)
    change = start + timedelta(minutes=high)
    return ((start, change), (change, end))
