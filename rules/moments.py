"""The axis of time: which cell a moment falls in, and in which cells a test of the moment holds.

A cell of the clock is a kind of day (weekday, holiday or not) and a stretch of minutes; open hours, weekday, time
and holiday all follow from it. Seasons and dates are lines of their own, so that their number does not multiply the
clock's cells. Everything is local time, read through the landlord's calendar.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from rules.clock import Calendar
from rules.fields import WEEKDAYS
from rules.landlord import Hours, Ruleset
from rules.masks import Line, Ranges, line, union
from rules.model import Op, Test

_MONTHS = [
    "january", "february", "march", "april", "may", "june", "july",
    "august", "september", "october", "november", "december",
]  # fmt: skip
_KINDS = tuple((weekday, holiday) for weekday in range(7) for holiday in (False, True))

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 24 * 60
_QUARTER = 15
"""Minutes that are read together: since 1972 every zone's clocks, and their changes, have kept to whole quarters."""

_REMEMBERED = 4096
"""Quarters of an hour that are remembered: six weeks of them."""

AXIS = {"hours": "clock", "weekday": "clock", "time": "clock", "holiday": "clock", "season": "season", "date": "date"}
"""The axis that each field of the moment is read on."""


@dataclass(frozen=True, slots=True)
class Moments:
    """The lines that the time tests of one ruleset are cut at."""

    calendar: Calendar
    hours: dict[str, Hours]
    """By team."""
    clock: Line
    season: Line
    date: Line
    quarters: "Callable[[int], tuple[int, int, int, int]]" = field(init=False, repr=False, compare=False)
    """For a quarter of an hour's number: the clock's first cell on its kind of day, the minute that it begins at, and
    its cells of season and date; remembered, as contacts come one after the other."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "quarters", lru_cache(maxsize=_REMEMBERED)(self._quarter))

    def read(self, at: datetime) -> tuple[int, int, int]:
        """The cells of this moment (aware) on the clock, the season's line and the date's."""
        since = at - _EPOCH
        minutes = since.days * _DAY + since.seconds // 60
        clock, began, season, day = self.quarters(minutes // _QUARTER)
        return clock + bisect_right(self.clock.edges, began + minutes % _QUARTER), season, day

    def _quarter(self, number: int) -> tuple[int, int, int, int]:
        local = self.calendar.local(_EPOCH + timedelta(minutes=number * _QUARTER))
        day = local.date()
        kind = day.weekday() * 2 + self.calendar.is_holiday(day)
        season, date_cell = self.season.cell(day.month * 32 + day.day), self.date.cell(day.toordinal())
        return kind * self.clock.width, local.hour * 60 + local.minute, season, date_cell

    def width(self, axis: str) -> int:
        """How many cells an axis has."""
        return {"clock": len(_KINDS) * self.clock.width, "season": self.season.width, "date": self.date.width}[axis]

    def ranges(self, test: Test) -> Ranges:
        """The cells of the test's axis in which it holds."""
        match AXIS[test.field]:
            case "season":
                return _span(self.season, test, wraps=True)
            case "date":
                return _span(self.date, test, wraps=False)
            case _:
                return union(self._on_each_day(test))

    def _on_each_day(self, test: Test) -> Iterator[tuple[int, int]]:
        for number, (weekday, holiday) in enumerate(_KINDS):
            for start, stop in self._on_day(test, weekday, holiday=holiday):
                yield start + number * self.clock.width, stop + number * self.clock.width

    def _on_day(self, test: Test, weekday: int, *, holiday: bool) -> Ranges:
        match test.field:
            case "weekday":
                return ((0, self.clock.width),) if WEEKDAYS[weekday] in test.operands else ()
            case "holiday":
                return ((0, self.clock.width),) if holiday in test.operands else ()
            case "time":
                return _span(self.clock, test, wraps=True)
            case _:
                opened = [self._open(str(team), weekday, holiday=holiday) for team in test.operands]
                closed = (_complement(spans, self.clock.width) for spans in opened)
                return union(span for spans in (opened if test.op is Op.OPEN else closed) for span in spans)

    def _open(self, team: str, weekday: int, *, holiday: bool) -> Ranges:
        spans = _spans(self.hours[team], weekday, holiday=holiday)
        return union((self.clock.cell(start), self.clock.cell(stop)) for start, stop in spans)


def moments(ruleset: Ruleset, calendar: Calendar, tests: Iterable[Test]) -> Moments:
    """The lines for these tests of the moment."""
    cuts: dict[str, set[float]] = {"clock": set(), "season": set(), "date": set()}
    hours = {key: ruleset.hours[team.hours] for key, team in ruleset.teams.items()}
    for test in tests:
        if test.field == "hours":
            cuts["clock"].update(edges(hours[str(team)] for team in test.operands))
        elif test.field not in ("weekday", "holiday"):
            cuts[AXIS[test.field]].update(point(test.field, operand) for operand in test.operands)
    return Moments(calendar, hours, line(cuts["clock"]), line(cuts["season"]), line(cuts["date"]))


def point(field: str, operand: object) -> int:
    """A time as minutes from midnight, a day of the year as month and day, a date as its number."""
    text = str(operand)
    match field:
        case "time":
            hour, _, minute = text.partition(":")
            return int(hour) * 60 + int(minute or 0)
        case "season":
            day, _, month = text.partition(" ")
            return (_MONTHS.index(month.lower()) + 1) * 32 + int(day)
        case _:
            return date.fromisoformat(text).toordinal()


def _span(axis: Line, test: Test, *, wraps: bool) -> Ranges:
    """The cells of an ordered test on its line."""
    values = [point(test.field, operand) for operand in test.operands]
    return ordered(axis, test.op, values, wraps=wraps)


def ordered(axis: Line, op: Op, values: list[int] | list[float], *, wraps: bool = False) -> Ranges:
    """The cells in which `is`, `at_least`, `below` or `between` these values holds."""
    match op:
        case Op.AT_LEAST:
            return axis.at_least(values[0])
        case Op.BELOW:
            return axis.below(values[0])
        case Op.BETWEEN:
            return axis.between(values[0], values[1], wraps=wraps)
        case _:
            return axis.equal(values)


def _spans(hours: Hours, weekday: int, *, holiday: bool) -> tuple[tuple[int, int], ...]:
    if holiday and hours.holidays is not None:
        return hours.holidays
    return hours.days.get(WEEKDAYS[weekday], ())


def edges(hours: Iterable[Hours]) -> Iterator[float]:
    """The minutes at which hours begin and end."""
    for each in hours:
        for spans in (*each.days.values(), each.holidays or ()):
            for start, stop in spans:
                yield from (start, stop)


def _complement(ranges: Ranges, width: int) -> Ranges:
    edges = [0, *(edge for span in ranges for edge in span), width]
    return tuple((start, stop) for start, stop in zip(edges[::2], edges[1::2], strict=True) if start < stop)
