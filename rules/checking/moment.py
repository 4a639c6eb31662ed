"""The moment of a contact as statements: one day that really occurs and one minute of it, and all that follows."""

import itertools
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final

from rules.checking.axes import Choice
from rules.checking.clauses import FALSE, Clauses, Model
from rules.checking.days import DayKind, exists, kinds
from rules.checking.lines import Line
from rules.clock import Calendar
from rules.fields import WEEKDAYS
from rules.landlord import Hours, Ruleset
from rules.model import Op, Test
from rules.moments import point

DAY: Final = 24 * 60
_MORNING: Final = 10 * 60
_TUESDAY: Final = 1
_SOONEST: Final = 500
"""Kinds of day that are tried for the soonest."""
Span = tuple[int, int]


class Moment:
    """When a contact comes in. The fields of the moment are always known."""

    def __init__(
        self, clauses: Clauses, calendar: Calendar, ruleset: Ruleset, tests: Iterable[Test], since: date
    ) -> None:
        """Hours are all that the landlord has; days are those from `since` on, told apart as far as these tests do."""
        tests = list(tests)
        self._clauses, self._calendar, self._ruleset = clauses, calendar, ruleset
        self._seasons = Line(clauses, _cuts(tests, "season"), 0, 13 * 32)
        self._dates = Line(clauses, _cuts(tests, "date"), 0, date.max.toordinal())
        edges = {edge for each in ruleset.hours.values() for span in _spans(each) for edge in span}
        self.minutes = Line(clauses, {*_cuts(tests, "time"), *edges}, 0, DAY - 1)
        self.weekday = [clauses.new() for _ in WEEKDAYS]
        self.holiday = clauses.new()
        self._opened: dict[str, int] = {}
        dates = [int(each) for each in self._dates.points]
        self._days = {
            clauses.new(): kind for kind in kinds(calendar, since, [int(each) for each in self._seasons.points], dates)
        }
        self._kinds = {(each.weekday, each.holiday, each.season, each.date): each for each in self._days.values()}
        clauses.add(*self._days)
        clauses.at_most_one(list(self._days))
        clauses.at_most_one(self.weekday)
        for literal, kind in self._days.items():
            self._tie(literal, kind)

    def _tie(self, literal: int, kind: DayKind) -> None:
        """What a kind of day says of weekday, holiday, season and date, and which minutes it does not have."""
        add = self._clauses.add
        add(-literal, self.weekday[kind.weekday])
        add(-literal, self.holiday if kind.holiday else -self.holiday)
        for line, cell in ((self._seasons, kind.season), (self._dates, kind.date)):
            if cell:
                add(-literal, line.reached(line.points[cell - 1]))
            if cell < len(line.points):
                add(-literal, -line.reached(line.points[cell]))
        points = [0, *self.minutes.points, DAY]
        for start, stop in itertools.pairwise(points):
            if any(first <= start and stop <= last for first, last in kind.missing):
                add(-literal, -self.minutes.reached(start), self.minutes.reached(stop))

    def holds(self, test: Test) -> int:
        """The statement that a test of the moment holds."""
        match test.field:
            case "weekday":
                return self._clauses.some(self.weekday[WEEKDAYS.index(str(each))] for each in test.operands)
            case "holiday":
                return self._clauses.some(self.holiday if each else -self.holiday for each in test.operands)
            case "hours":
                sign = 1 if test.op is Op.OPEN else -1
                return self._clauses.some(sign * self.open(str(each)) for each in test.operands)
            case "time":
                return self._within(self.minutes, test, wraps=True)
            case "season":
                return self._within(self._seasons, test, wraps=True)
            case _:
                return self._within(self._dates, test, wraps=False)

    def _within(self, line: Line, test: Test, *, wraps: bool) -> int:
        values = [point(test.field, each) for each in test.operands]
        match test.op:
            case Op.AT_LEAST:
                return line.reached(values[0])
            case Op.BELOW:
                return -line.reached(values[0])
            case Op.BETWEEN:
                ends = line.reached(values[0]), -line.reached(values[1] + 1)
                if values[0] <= values[1]:
                    return self._clauses.every(ends)
                return self._clauses.some(ends) if wraps else FALSE
            case _:
                every = self._clauses.every
                return self._clauses.some(every((line.reached(each), -line.reached(each + 1))) for each in values)

    def open(self, team: str) -> int:
        """The statement that a team is open."""
        return self.open_hours(self._ruleset.teams[team].hours)

    def open_hours(self, key: str) -> int:
        """The statement that it is within these hours."""
        if key not in self._opened:
            self._opened[key] = self._clauses.new()
            for number, weekday in enumerate(self.weekday):
                for holiday in (False, True):
                    day = weekday, self.holiday if holiday else -self.holiday
                    self._opens(self._opened[key], day, _ranges_on(self._ruleset.hours[key], number, holiday=holiday))
        return self._opened[key]

    def _opens(self, opened: int, day: tuple[int, int], spans: Iterable[Span]) -> None:
        end = 0
        away = [-each for each in day]
        for start, stop in (*merged(spans), (DAY, DAY)):
            self._clauses.add(*away, -self.minutes.reached(end), self.minutes.reached(start), -opened)
            self._clauses.add(*away, -self.minutes.reached(start), self.minutes.reached(stop), opened)
            end = stop

    def during(self, weekday: int, span: Span, *, holiday: bool) -> int:
        """The statement that it is this kind of day, at one of these minutes."""
        reached = self.minutes.reached
        of_day = self.weekday[weekday], self.holiday if holiday else -self.holiday
        return self._clauses.every((*of_day, reached(span[0]), -reached(span[1])))

    def stretches(self) -> list[Span]:
        """The stretches of a day that rules and hours tell apart."""
        points = [0, *map(int, self.minutes.points), DAY]
        return list(itertools.pairwise(points))

    def plain(self) -> Iterator[Choice]:
        """A Tuesday morning on which everybody works; else the first day and hour that will do."""
        days = sorted(self._days, key=lambda each: self._days[each].example.number)
        usual = [each for each in days if self._days[each].weekday == _TUESDAY and not self._days[each].holiday]
        yield tuple(usual[:1])
        yield (-self.holiday,)
        yield tuple(days[:_SOONEST])
        cells = sorted(self.stretches(), key=lambda span: not span[0] <= _MORNING < span[1])
        reached = self.minutes.reached
        yield tuple(self._clauses.every((reached(start), -reached(stop))) for start, stop in cells)

    def at(self, model: Model) -> datetime:
        """A moment (UTC) that a model stands for."""
        weekday = next(number for number, literal in enumerate(self.weekday) if model.holds(literal))
        kind = self._kinds[weekday, model.holds(self.holiday), self._seasons.count(model), self._dates.count(model)]
        start, stop = map(int, self.minutes.cell(model))
        day = date.fromordinal(kind.example.number)
        minutes = [_MORNING] if start <= _MORNING < stop else []
        minute = next(each for each in (*minutes, *range(start, stop)) if exists(self._calendar, day, each))
        return self._calendar.at(day, minute)


def _ranges_on(hours: Hours, weekday: int, *, holiday: bool) -> tuple[Span, ...]:
    """The minutes that are open on a kind of day, ends excluded."""
    if holiday and hours.holidays is not None:
        return hours.holidays
    return hours.days.get(WEEKDAYS[weekday], ())


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same minutes in order, without ranges that overlap, touch or are empty."""
    found: list[Span] = []
    for start, stop in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(stop, found[-1][1]))
        elif start < stop:
            found.append((start, stop))
    return found


def _spans(hours: Hours) -> Iterable[Span]:
    for spans in (*hours.days.values(), hours.holidays or ()):
        yield from spans


def _cuts(tests: Iterable[Test], field: str) -> Iterable[int]:
    for test in tests:
        if test.field == field:
            for operand in test.operands:
                yield point(field, operand)
                yield point(field, operand) + 1
