"""What a ruleset says about a contact, as literals: which team owns it, how urgent it is, when it is due, and the rest.

It follows rules/ruling.py and rules/precedence.py word for word, which the tests hold it against.
"""

from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Final

from rules.comparing.logic import TRUE
from rules.comparing.space import Space
from rules.landlord import Journey, Ruleset
from rules.model import JOURNEY_TEAM, Priority, Rule, Span
from rules.normal import Every, Literal, Node, normal
from rules.precedence import concern_of, written

FALSE: Final = -TRUE
NOTHING: Final = ""
"""What is said of a thing where no rule says anything."""
Values = Mapping[str, int]
"""For each value that something can have, the literal that holds exactly when it has it."""


class Verdicts:
    """What one ruleset says, on its side of a space: 0 the old one, 1 the new one."""

    def __init__(self, space: Space, ruleset: Ruleset, side: int) -> None:
        self._space, self._logic, self._ruleset, self._side = space, space.logic, ruleset, side
        self._handling = [(rule, self._holds(normal(rule.when))) for rule in ruleset.handling]
        self._winners = list(self._first())

    def winners(self) -> Iterator[tuple[Rule | None, int]]:
        """Each owner rule with the literal that it decides, and none with the one that none does."""
        yield from self._winners

    def handling(self) -> Iterator[tuple[Rule, int]]:
        """Each handling rule with the literal that it applies."""
        yield from self._handling

    def team(self) -> Values:
        """Which team owns it."""
        found: dict[str, list[int]] = {}
        for rule, wins in self._winners:
            for team, when in self._teams(rule):
                found.setdefault(team, []).append(self._logic.all((wins, when)))
        return self._any(found)

    def priority(self) -> Values:
        """The most urgent priority that is stated; normal where none is."""
        stated = [(each.then.priority, holds) for each, holds in self._fitting() if each.then.priority]
        stated += [(journey.priority, cell) for journey, cell in self._journeys()]
        values, more = {}, FALSE
        for priority in Priority:
            here = self._logic.any(holds for each, holds in stated if each is priority)
            values[priority.value] = self._logic.all((here, -more))
            more = self._logic.any((more, here))
        values[Priority.NORMAL.value] = self._logic.any((values[Priority.NORMAL.value], -more))
        return values

    def settled(self, name: str) -> Values:
        """What is said of a thing of which only one can be true, in the order of rules/precedence.py; else nothing."""
        said = [(concern_of(rule).rank, written(rule.then).get(name), holds) for rule, holds in self._fitting()]
        named = [(value, holds) for _, value, holds in sorted(said, key=itemgetter(0)) if value is not None]
        if name == "message":
            named += [(journey.message, cell) for journey, cell in self._journeys() if journey.message]
        found: dict[str, list[int]] = {}
        before = FALSE
        for value, holds in [*named, (NOTHING, TRUE)]:
            found.setdefault(_in_a_word(value), []).append(self._logic.all((holds, -before)))
            before = self._logic.any((before, holds))
        return self._any(found)

    def gathered(self, name: str) -> Values:
        """What all rules say together: contributing teams, questions, instructions, or to take over."""
        found: dict[str, list[int]] = {}
        for rule, holds in self._fitting():
            for each in _elements(getattr(rule.then, name)):
                found.setdefault(each, []).append(holds)
        if name == "ask":
            for journey, cell in self._journeys():
                for each in journey.ask:
                    found.setdefault(each, []).append(cell)
        values = self._any(found)
        if name != "also":
            return values
        owner = self.team()
        return {team: self._logic.all((holds, -owner.get(team, FALSE))) for team, holds in values.items()}

    def due(self) -> Values:
        """Each timescale by name, with a length of it that no shorter one in the same unit stands beside."""
        spans: dict[tuple[str, Span], list[int]] = {}
        for each, holds in self._fitting():
            for name, span in each.then.due:
                spans.setdefault((name, span), []).append(holds)
        for journey, cell in self._journeys():
            for name, span in journey.timescales.items():
                spans.setdefault((name, span), []).append(cell)
        held = {key: self._logic.any(literals) for key, literals in spans.items()}
        return {
            f"{name}: {span}": self._logic.all((holds, *(-other for other in _shorter(name, span, held))))
            for (name, span), holds in held.items()
        }

    def _fitting(self) -> Iterator[tuple[Rule, int]]:
        """Every rule that says something, with the literal that it does: the owner rule that decides, and handling."""
        yield from ((rule, wins) for rule, wins in self._winners if rule)
        yield from self._handling

    def _journeys(self) -> Iterator[tuple[Journey, int]]:
        cells = self._space.cells["journey"].of
        yield from ((journey, cells[key]) for key, journey in self._ruleset.journeys.items() if key in cells)

    def _first(self) -> Iterator[tuple[Rule | None, int]]:
        before = FALSE
        for rule in self._ruleset.owner:
            holds = self._holds(normal(rule.when))
            yield rule, self._logic.all((holds, -before))
            before = self._logic.any((before, holds))
        yield None, -before

    def _teams(self, rule: Rule | None) -> Iterator[tuple[str, int]]:
        """The teams that a rule may give to, and when."""
        fallback = self._ruleset.landlord.fallback
        if rule is None or rule.then.team != JOURNEY_TEAM:
            named = rule.then.team if rule else None
            yield (named if named in self._ruleset.teams else fallback) or fallback, TRUE
            return
        chosen = self._space.cells["chosen_team"].of
        taken = []
        for journey, cell in self._journeys():
            yield journey.team if journey.team in self._ruleset.teams else fallback, cell
            taken.append(cell)
        without = -self._logic.any(taken)
        for team, cell in chosen.items():
            yield team if team in self._ruleset.teams else fallback, self._logic.all((without, cell))

    def _holds(self, node: Node) -> int:
        if isinstance(node, Literal):
            return self._space.literal(node, self._side)
        parts = [self._holds(part) for part in node.parts]
        return self._logic.all(parts) if isinstance(node, Every) else self._logic.any(parts)

    def _any(self, found: Mapping[str, Iterable[int]]) -> Values:
        return {value: self._logic.any(literals) for value, literals in found.items()}


def _in_a_word(value: object) -> str:
    if isinstance(value, tuple):
        return ", then ".join(value) or "nobody"
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _elements(said: tuple[str, ...] | bool) -> tuple[str, ...]:  # noqa: FBT001 - what rules say of one thing
    return said if isinstance(said, tuple) else ("yes",) if said else ()


def _shorter(name: str, span: Span, held: Mapping[tuple[str, Span], int]) -> Iterator[int]:
    for (other, length), holds in held.items():
        if other == name and length.unit is span.unit and length.count < span.count:
            yield holds
