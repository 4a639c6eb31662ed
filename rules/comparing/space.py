"""The facts that two rulesets can tell apart, as variables: the cells of each field, and which of them can go together.

A field has one cell of several: a value that a rule names or any other, unknown, a stretch of numbers or of the day.
A set of values, and what a text contains, have a variable for each thing that a rule names. The moment is a kind of
day, a stretch of its minutes, of the year and of all dates, of which only those go together that a calendar has.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

from rules.clock import Calendar, calendar_of
from rules.comparing.logic import TRUE, Logic
from rules.fields import FIELDS, FieldType
from rules.landlord import Ruleset
from rules.masks import Line, line
from rules.model import Op, Test
from rules.moments import AXIS, Moments, edges, ordered, point
from rules.normal import Literal
from rules.scan import Scanner, scanner

OTHER: Final = "\0other"
"""The cell of every value that no rule names."""
UNKNOWN: Final = "\0unknown"
KINDS: Final = tuple((weekday, holiday) for weekday in range(7) for holiday in (False, True))
MINUTES: Final = 24 * 60
FIRST: Final = date(2026, 1, 1)
YEARS: Final = 28
"""Years in which every weekday falls on every day of the year."""
MOMENT: Final = ("kind", "minute", "season", "date")
_OF_A_CUSTOMER: Final = ("customer.", "repeat_contacts", "open_enquiries")


@dataclass(frozen=True, slots=True)
class Cells:
    """An axis on which a contact has exactly one cell: the variable of each."""

    name: str
    of: Mapping[Any, int]


@dataclass(frozen=True, slots=True)
class Things:
    """An axis on which a contact has any number of things: the variable of each, and of being known at all."""

    name: str
    of: Mapping[Any, int]
    known: int


@dataclass(slots=True)
class Space:
    """Every axis of two rulesets; `old` and `new` know the hours of their own teams."""

    logic: Logic
    cells: dict[str, Cells] = field(default_factory=dict)
    things: dict[str, Things] = field(default_factory=dict)
    numbers: dict[str, Line] = field(default_factory=dict)
    texts: dict[str, Scanner] = field(default_factory=dict)
    words: dict[str, dict[int, tuple[Op, str]]] = field(default_factory=dict)
    """Of each text what its things are: words, a pattern or a whole text, as they were written."""
    moments: dict[int, Moments] = field(default_factory=dict)
    """For the old ruleset (0) and the new (1)."""
    days: dict[tuple[int, int, int], date] = field(default_factory=dict)
    """A day of each sort that there is: its kind, and its cells of season and date."""

    def literal(self, literal: Literal, side: int) -> int:
        """What holds exactly when this test of the ruleset on this side does."""
        test, negated = literal.test, literal.negated
        if test.field in AXIS:
            holds = self._of_the_moment(test, self.moments[side])
            return -holds if negated else holds
        if test.field in self.things:
            axis = self.things[test.field]
            if test.op is Op.ABSENT:
                return axis.known if negated else -axis.known
            asked = self.texts[test.field].asked(test) if test.field in self.texts else test.operands
            holds = self.logic.any(axis.of[each] for each in asked)
            return self.logic.all((axis.known, -holds)) if negated else holds
        return self._of_cells(test, self.cells[test.field], negated=negated)

    def _of_cells(self, test: Test, axis: Cells, *, negated: bool) -> int:
        if test.op is Op.ABSENT:
            held: set[Any] = {UNKNOWN}
        elif test.field in self.numbers:
            spans = ordered(self.numbers[test.field], test.op, list(test.operands))  # type: ignore[arg-type] # numbers
            held = {cell for start, stop in spans for cell in range(start, stop)}
        else:
            held = set(test.operands)
        wanted = [cell for cell in axis.of if (cell in held) is not negated]
        if test.op is not Op.ABSENT:
            wanted = [cell for cell in wanted if cell != UNKNOWN]
        return self.logic.any(axis.of[cell] for cell in wanted)

    def _of_the_moment(self, test: Test, moments: Moments) -> int:
        if test.field in ("season", "date"):
            axis = self.cells[test.field].of
            spans = moments.ranges(test)
            return self.logic.any(axis[cell] for start, stop in spans for cell in range(start, stop) if cell in axis)
        minutes: dict[frozenset[int], list[int]] = {}
        for kind, held in enumerate(_minutes(test, moments)):
            minutes.setdefault(held.intersection(self.cells["minute"].of), []).append(kind)
        return self.logic.any(
            self.logic.all((self._one("kind", kinds), self._one("minute", held))) for held, kinds in minutes.items()
        )

    def _one(self, name: str, wanted: Iterable[int]) -> int:
        axis, cells = self.cells[name].of, set(wanted)
        return TRUE if cells >= axis.keys() else self.logic.any(axis[cell] for cell in cells if cell in axis)


def _minutes(test: Test, moments: Moments) -> Iterator[frozenset[int]]:
    """For each kind of day the cells of its minutes in which a test of the clock holds."""
    width = moments.clock.width
    held = {cell for start, stop in moments.ranges(test) for cell in range(start, stop)}
    for kind in range(len(KINDS)):
        yield frozenset(cell for cell in range(width) if kind * width + cell in held)


# Making one ----------------------------------------------------------------------------------------------------------


def space(logic: Logic, old: Ruleset, new: Ruleset, tests: tuple[list[Test], list[Test]]) -> Space:
    """The space of what the tests of either ruleset ask for."""
    made = Space(logic)
    both = [test for each in tests for test in each]
    fields: dict[str, list[Test]] = {"journey": [], "chosen_team": []}
    for test in both:
        if test.field not in AXIS:
            fields.setdefault(test.field, []).append(test)
    for name, asked in sorted(fields.items()):
        _add(made, name, asked, (old, new))
    _add_moment(made, (old, new), tests)
    _tie_together(made)
    return made


def _add(made: Space, name: str, asked: list[Test], rulesets: tuple[Ruleset, Ruleset]) -> None:
    ops = {test.op for test in asked}
    known = FIELDS[name]
    if ops & {Op.MENTIONS, Op.MATCHES}:
        asked = [test for test in asked if test.op is not Op.ABSENT]
        made.texts[name] = found = scanner(asked)
        each = [
            (number, (test.op, str(word)))
            for test in asked
            for number, word in zip(found.asked(test), test.operands, strict=True)
        ]
        made.words[name] = dict(each)
        made.things[name] = _things(made.logic, name, found.numbers.values())
        _tie_words(made.logic, made.things[name], found)
    elif known.type is FieldType.SET:
        named = dict.fromkeys(operand for test in asked for operand in test.operands)
        made.things[name] = _things(made.logic, name, named)
    else:
        cells = _values(name, asked, rulesets) if known.type is not FieldType.NUMBER else _stretches(made, name, asked)
        made.cells[name] = _cells(made.logic, name, [*cells, *(() if known.always else (UNKNOWN,))])


def _values(name: str, asked: list[Test], rulesets: tuple[Ruleset, Ruleset]) -> list[Any]:
    """The values that rules name and the landlord has, and one for all others where there are any."""
    named: list[Any] = list(dict.fromkeys(operand for test in asked for operand in test.operands))
    if FIELDS[name].type is FieldType.YES_NO:
        return [True, False]
    possible = _possible(name, rulesets)
    if possible is None:
        return [*named, OTHER]
    if name in ("journey", "chosen_team"):
        return list(possible)
    kept = [each for each in named if each in possible]
    return [*kept, *((OTHER,) if set(possible) - set(kept) else ())]


def _possible(name: str, rulesets: tuple[Ruleset, Ruleset]) -> list[Any] | None:
    """Every value that a field can have in both rulesets, None where that may be anything."""
    old, new = rulesets
    match FIELDS[name].values_from:
        case "journeys":
            return [key for key in old.journeys if key in new.journeys]
        case "teams":
            return [key for key in old.teams if key in new.teams]
        case "channels":
            return [*dict.fromkeys([*old.channels, *new.channels])]
        case "values":
            return [*dict.fromkeys([*old.values.get(name, ()), *new.values.get(name, ())])] or None
        case _:
            return list(FIELDS[name].values) or None


def _stretches(made: Space, name: str, asked: list[Test]) -> list[Any]:
    """The cells of a number in which there are any: counts are whole and not negative, a confidence is up to one."""
    numbers = [operand for test in asked for operand in test.operands]
    made.numbers[name] = axis = line(float(each) for each in numbers)
    if name == "confidence":
        tried = [0.0, 1.0, *_between([0.0, *axis.points, 1.0])]
        return sorted({axis.cell(each) for each in (*tried, *axis.points) if 0 <= each <= 1})
    highest = int(max(axis.points, default=0)) + 1
    return sorted({axis.cell(each) for each in range(highest + 1)})


def _between(points: list[float]) -> Iterator[float]:
    ordered_points = sorted(points)
    for low, high in pairwise(ordered_points):
        yield (low + high) / 2


def _cells(logic: Logic, name: str, cells: Iterable[Any]) -> Cells:
    axis = Cells(name, {cell: logic.variable() for cell in dict.fromkeys(cells)})
    logic.exactly_one(list(axis.of.values()))
    return axis


def _things(logic: Logic, name: str, named: Iterable[Any]) -> Things:
    axis = Things(name, {each: logic.variable() for each in named}, TRUE if FIELDS[name].always else logic.variable())
    for variable in axis.of.values():
        logic.clause(-variable, axis.known)
    return axis


def _tie_words(logic: Logic, axis: Things, found: Scanner) -> None:
    """A text that mentions a phrase mentions every phrase inside it; one that is exactly this has just what it has."""
    for (op, thing), number in found.numbers.items():
        text = " ".join(thing) if isinstance(thing, tuple) else thing
        if op is Op.MATCHES:
            continue
        inside = found.found(text)
        for (kind, _), other in found.numbers.items():
            if op is Op.IS or (kind is Op.MENTIONS and other in inside):
                logic.clause(-axis.of[number], axis.of[other] if other in inside else -axis.of[other])


def _add_moment(made: Space, rulesets: tuple[Ruleset, Ruleset], tests: tuple[list[Test], list[Test]]) -> None:
    """The cells of the moment, for the tests of either ruleset, and which of them there are."""
    cuts: dict[str, set[float]] = {"clock": set(), "season": set(), "date": set()}
    hours = [{key: each.hours[team.hours] for key, team in each.teams.items()} for each in rulesets]
    for side, mine in enumerate(tests):
        for test in mine:
            if test.field == "hours":
                cuts["clock"].update(edges(hours[side][str(team)] for team in test.operands))
            elif test.field in AXIS and test.field not in ("weekday", "holiday"):
                cuts[AXIS[test.field]].update(point(test.field, operand) for operand in test.operands)
    lines = {name: line(points) for name, points in cuts.items()}
    for side, ruleset in enumerate(rulesets):
        made.moments[side] = Moments(
            calendar_of(ruleset.landlord), hours[side], lines["clock"], lines["season"], lines["date"]
        )
    made.days.update(_days(made.moments[1].calendar, lines["season"], lines["date"]))
    minutes = sorted({lines["clock"].cell(minute) for minute in _edges_of(lines["clock"])})
    made.cells["minute"] = _cells(made.logic, "minute", minutes)
    for place, name in enumerate(("kind", "season", "date")):
        made.cells[name] = _cells(made.logic, name, sorted({day[place] for day in made.days}))
    sorts = [
        made.logic.all(made.cells[name].of[cell] for name, cell in zip(("kind", "season", "date"), day, strict=True))
        for day in made.days
    ]
    made.logic.clause(*sorts)


def _edges_of(clock: Line) -> Iterator[int]:
    """Minutes of a day of which there is one in every cell that has any."""
    for cut in (0, *map(int, clock.points)):
        yield from (minute for minute in (cut - 1, cut, cut + 1) if 0 <= minute < MINUTES)


def _days(calendar: Calendar, season: Line, dates: Line) -> dict[tuple[int, int, int], date]:
    """A day of each sort, over years enough for every weekday to fall on every day of the year, and at each date."""
    found: dict[tuple[int, int, int], date] = {}
    for day, kind in (*_ahead(calendar), *_with_kinds(calendar, _around(dates))):
        found.setdefault((kind, season.cell(day.month * 32 + day.day), dates.cell(day.toordinal())), day)
    return found


@lru_cache(maxsize=4)
def _ahead(calendar: Calendar) -> tuple[tuple[date, int], ...]:
    span = int(365.25 * YEARS)
    return tuple(_with_kinds(calendar, (FIRST + timedelta(days=each) for each in range(span))))


def _with_kinds(calendar: Calendar, days: Iterable[date]) -> Iterator[tuple[date, int]]:
    return ((day, day.weekday() * 2 + calendar.is_holiday(day)) for day in days)


def _around(dates: Line) -> Iterator[date]:
    """The days near the dates that a rule names."""
    if not dates.points:
        return
    first, last = int(dates.points[0]), int(dates.points[-1])
    spread = [*range(first - 400, first + 1), *range(first, min(last, first + 4000)), *range(last, last + 400)]
    yield from (date.fromordinal(each) for each in spread if 1 <= each <= date.max.toordinal())


def _tie_together(made: Space) -> None:
    """What goes together: a journey and how sure it is, a customer and what is known of them."""
    logic = made.logic
    sure = made.cells.get("confidence")
    if sure:
        unknown = made.cells["journey"].of[UNKNOWN], sure.of[UNKNOWN]
        logic.clause(-unknown[0], unknown[1])
        logic.clause(unknown[0], -unknown[1])
    facts = [
        known for name, known in _known(made) if name.startswith(_OF_A_CUSTOMER) and name != "customer.adjustments"
    ]
    adjustments = made.things.get("customer.adjustments")
    sender, another = made.cells.get("sender.known"), made.cells.get("about.another")
    for known in facts:
        if adjustments:
            logic.clause(-known, adjustments.known)
        if sender:
            logic.clause(-known, sender.of[True], another.of[True] if another else TRUE)


def _known(made: Space) -> Iterator[tuple[str, int]]:
    """For each field that may be unknown, the literal that it is known."""
    for name, cells in made.cells.items():
        if UNKNOWN in cells.of:
            yield name, -cells.of[UNKNOWN]
    for name, things in made.things.items():
        yield name, things.known
