"""Who has each kind of contact, and at which hours: for every journey by region, with the rules that decide, and gaps.

A region is what one rule gives to one team: on these channels, with these adjustments, at these hours of the week, with
one answer to who is there. Each is found by asking for a contact that no region has yet, so that the work grows with
the number of regions and not with the number of journeys, channels, adjustments and hours.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import Any, Final

from rules.checking.clauses import TRUE
from rules.checking.encoded import Encoded, encode, owning, tests_of, wins
from rules.checking.gaps import Gaps
from rules.checking.solver import Budget, Solver
from rules.checking.week import Cell, as_rows, told
from rules.compile import Compiled
from rules.fields import MACHINE_KINDS
from rules.landlord import PHONE
from rules.moments import AXIS
from rules.wording import listed

NO_JOURNEY: Final = ""
COLUMNS: Final = ("team", "who is there", "how", "rule", "journeys", "hours")
_SHOWN: Final = 3
"""Journeys that a row of the table names."""
_ADJUSTMENTS: Final = "customer.adjustments"


@dataclass(frozen=True, slots=True)
class Region:
    """One region: whose contacts of these journeys are, by which rule, how and when they come, and who is there."""

    journeys: tuple[str, ...]
    """Keys; the empty one is that of contacts without a journey."""
    rule: str
    team: str
    channels: tuple[str, ...]
    """Keys; none for any."""
    only_with: tuple[str, ...]
    """Keys of adjustments of which a contact here has at least one; none where it needs none."""
    never_with: tuple[str, ...]
    """Keys of adjustments with which no contact comes here."""
    cells: tuple[Cell, ...]
    hours: str
    there: str
    """Who answers then."""
    gap: bool

    def row(self) -> tuple[str, ...]:
        """A row of the table, as `COLUMNS` names it."""
        how = [f"by {listed(self.channels, 'or')}"] if self.channels else []
        how += [f"only with {listed(self.only_with, 'or')}"] if self.only_with else []
        how += [f"never with {listed(self.never_with, 'or')}"] if self.never_with else []
        journeys = [each or "none" for each in self.journeys]
        rest = f" and {len(journeys) - _SHOWN} more" if len(journeys) > _SHOWN else ""
        answer = f"GAP: {self.there}" if self.gap else self.there
        shown = ", ".join(journeys[:_SHOWN]) + rest
        return self.team, answer, ", ".join(how) or "any", self.rule, shown, self.hours

    def as_dict(self) -> dict[str, Any]:
        """Give it as plain values, for JSON."""
        return {
            "journeys": [each or None for each in self.journeys],
            "rule": self.rule,
            "team": self.team,
            "channels": list(self.channels) or None,
            "only_with": list(self.only_with),
            "never_with": list(self.never_with),
            "hours": as_rows(self.cells),
            "there": self.there,
            "gap": self.gap,
        }


def coverage(compiled: Compiled, since: date, budget: Budget) -> list[Region]:
    """All regions, those with a gap first, else in the order of the rules; journeys that are alike are in one."""
    encoded = encode(compiled, since)
    with Solver(encoded.space.clauses, budget) as solver:
        seeker = _Seeker(encoded, solver)
        found = [region for number in range(encoded.owners) for region in seeker.of_rule(number)]
    return sorted(_joined(found), key=lambda region: not region.gap)


def _joined(regions: Iterable[Region]) -> list[Region]:
    """Regions that differ in their journeys alone are one."""
    alike: dict[Region, list[str]] = {}
    for region in regions:
        alike.setdefault(replace(region, journeys=()), []).extend(region.journeys)
    return [replace(region, journeys=tuple(journeys)) for region, journeys in alike.items()]


@dataclass(frozen=True, slots=True)
class _Part:
    """What a rule gives to a team of one journey: the statements that make it so."""

    rule: int
    team: str
    journey: str
    asked: tuple[int, ...]


class _Seeker:
    def __init__(self, encoded: Encoded, solver: Solver) -> None:
        self._encoded, self._solver, self._gaps = encoded, solver, Gaps(encoded)
        self._winning = wins(encoded)
        self._person = -encoded.is_("kind", *MACHINE_KINDS)
        known = encoded.space.known("journey") or TRUE
        self._journeys = {key: encoded.is_("journey", key) for key in encoded.ruleset.journeys} | {NO_JOURNEY: -known}
        tests = [test for rule in encoded.compiled.rules for test in tests_of(rule)]
        timed = {encoded.space.test(test) for test in tests if AXIS.get(test.field) == "clock"}
        opened = {encoded.space.moment.open_hours(key) for key in encoded.ruleset.hours}
        self._asked_for = {key for test in tests if test.field == _ADJUSTMENTS for key in map(str, test.operands)}
        self._cells = dict(self._alike([*timed, *opened]))

    def _alike(self, told: Sequence[int]) -> Iterator[tuple[int, list[Cell]]]:
        """The cells of the week that occur, in groups that nothing tells apart, by the statement of each group."""
        moment = self._encoded.space.moment
        groups: dict[tuple[bool, ...], list[tuple[int, Cell]]] = {}
        for weekday, holiday, span in product(range(7), (False, True), moment.stretches()):
            during = moment.during(weekday, span, holiday=holiday)
            if self._solver.ask([during]):
                model = self._solver.model()
                signs = tuple(model.holds(literal) for literal in told)
                groups.setdefault(signs, []).append((during, Cell(weekday, holiday, span)))
        for group in groups.values():
            yield self._encoded.space.clauses.some(during for during, _ in group), [cell for _, cell in group]

    def of_rule(self, number: int) -> Iterator[Region]:
        """The regions of one rule."""
        if self._solver.ask([self._winning[number]]) is False:
            return
        for journey, is_journey in self._journeys.items():
            for team, when in owning(self._encoded, number).items():
                asked = (self._winning[number], self._person, is_journey, when)
                if self._solver.ask(asked) is not False:
                    yield from self._of_part(_Part(number, team, journey, asked))

    def _of_part(self, part: _Part) -> Iterator[Region]:
        by_answer: dict[tuple[str, bool], dict[int, list[Cell]]] = {}
        for group, cells in self._cells.items():
            answer = self._solver.ask([*part.asked, group])
            if answer is not False:
                answered = ("not decided", False) if answer is None else self._there(part, group)
                by_answer.setdefault(answered, {})[group] = cells
        for (there, gap), groups in by_answer.items():
            within = [cell for cells in groups.values() for cell in cells]
            yield self._region(part, self._encoded.space.clauses.some(groups), within, there, gap=gap)

    def _there(self, part: _Part, group: int) -> tuple[str, bool]:
        """Who answers in these hours, and whether that is nobody."""
        model, teams = self._solver.model(), self._encoded.ruleset.teams
        path = self._gaps.path(part.rule, part.team)
        able = [key for key in (part.team, *path) if model.holds(self._encoded.space.moment.open(key))]
        if part.team in able:
            return "open", False
        asked = [*part.asked, group]
        if self._solver.ask([*asked, self._gaps.unheard(part.rule, part.team)]):
            return "closed, and nobody hears of an emergency", True
        if self._solver.ask([*asked, self._gaps.unanswered(part.rule, part.team)]):
            return "closed, and nobody says when it is answered", True
        rung = [teams[key].name for key in able if PHONE in teams[key].channels]
        return f"closed; calls go to {rung[0]}" if rung else "closed; time or message", False

    def _region(self, part: _Part, when: int, cells: list[Cell], there: str, *, gap: bool) -> Region:
        asked = [*part.asked, when]
        if gap:
            asked.append(self._encoded.space.clauses.some(self._open_gaps(part)))
        channels = {key: self._encoded.is_("channel", key) for key in self._encoded.ruleset.channels}
        able = self._possible(asked, channels)
        duties = {key: self._encoded.is_(_ADJUSTMENTS, key) for key in sorted(self._asked_for)}
        owed = self._possible(asked, duties)
        needed = bool(duties) and self._solver.ask([*asked, *(-each for each in duties.values())]) is False
        every = [cell for group in self._cells.values() for cell in group]
        return Region(
            journeys=(part.journey,),
            rule=self._encoded.compiled.rules[part.rule].name,
            team=self._encoded.ruleset.teams[part.team].name,
            channels=() if len(able) == len(channels) else able,
            only_with=owed if needed else (),
            never_with=() if needed else tuple(key for key in duties if key not in owed),
            cells=tuple(sorted(cells, key=lambda cell: (cell.weekday, cell.holiday, cell.span))),
            hours=told(cells, every),
            there=there,
            gap=gap,
        )

    def _open_gaps(self, part: _Part) -> tuple[int, int]:
        return self._gaps.unheard(part.rule, part.team), self._gaps.unanswered(part.rule, part.team)

    def _possible(self, asked: Sequence[int], options: Mapping[str, int]) -> tuple[str, ...]:
        """The options that a contact of all this can have; one that was not decided counts."""
        return tuple(key for key, literal in options.items() if self._solver.ask([*asked, literal]) is not False)
