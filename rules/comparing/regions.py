"""Where two rulesets decide differently: regions of facts, found one after another and proven.

A contact on which they differ is asked of the solver. Which rules and facts of it matter is what the solver needs to
prove that *every* contact with them differs in the same way; these are a region, and the next contact is asked for
outside of it. When there is none any more, the regions are all there are. A region is bounded by the rules that decide
and apply in it, and by cells of the axes; the cells that it reaches on each axis put it into words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rules.comparing.logic import TRUE, Logic, Undecided
from rules.comparing.space import OTHER, UNKNOWN, Space, space
from rules.comparing.verdicts import Values, Verdicts
from rules.landlord import Ruleset
from rules.model import Rule, Test
from rules.normal import normal, tests_of

CONFLICTS: Final = 20_000
"""What the solver may spend on comparing two rulesets, each question counting as one: some seconds at the most."""
MOST: Final = 40
"""Regions in which the owner changes that are looked for: more are not read."""
MOST_OTHERS: Final = 10
"""The same for everything else that changes."""
GATHERED: Final = ("also", "ask", "instructions", "take_over")
SETTLED: Final = (
    "message",
    "queue",
    "reply",
    "escalate.to",
    "escalate.after",
    "offer_callback",
    "skip_menu",
)
ASPECTS: Final = ("team", "priority", "due", *GATHERED, *SETTLED)
"""What may differ: the owner before everything else."""
Cell = Any
Bounds = Mapping[str, frozenset[Cell]]
"""For some axes the cells on them."""


@dataclass(frozen=True, slots=True)
class Role:
    """A rule's role in a region: whether it is one of the old or of the new ruleset (0 or 1), decides, and fits."""

    rule: Rule | None
    """None for that no owner rule fits."""
    side: int
    decides: bool
    fits: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """A region in which an aspect changes from one value to another: all contacts of which `roles` and `bounds` are so.

    `reach` has the cells that it reaches on the axes on which it does not reach all; `contact` is one contact of it:
    its cell on each axis, or what it has of things (None where that is not known).
    """

    aspect: str
    before: str
    now: str
    roles: tuple[Role, ...]
    bounds: Bounds
    winners: tuple[Rule | None, Rule | None]
    """The rules that decide that contact, in the old and the new ruleset."""
    reach: Bounds
    contact: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """The regions in which two rulesets differ, and the aspects of which there may be more of them."""

    found: tuple[Found, ...]
    undecided: tuple[str, ...]
    space: Space


def differing(
    old: Ruleset, new: Ruleset, *, conflicts: int = CONFLICTS, most: int = MOST, most_others: int = MOST_OTHERS
) -> Difference:
    """Where the new ruleset decides differently, aspect by aspect: exactly, within what may be spent on it."""
    logic = Logic(conflicts)
    try:
        made = space(logic, old, new, (list(_tests_of(old)), list(_tests_of(new))))
        sides = Verdicts(made, old, 0), Verdicts(made, new, 1)
        searches = [_Search(made, sides, aspect) for aspect in ASPECTS]
        found = [search.all(most if search.aspect == "team" else most_others) for search in searches]
    finally:
        logic.close()
    undecided = tuple(aspect for aspect, (_, complete) in zip(ASPECTS, found, strict=True) if not complete)
    return Difference(tuple(each for mine, _ in found for each in mine), undecided, made)


def _tests_of(ruleset: Ruleset) -> Iterator[Test]:
    for rule in (*ruleset.owner, *ruleset.handling):
        yield from tests_of(normal(rule.when))


class _Search:
    """The search for the regions of one aspect."""

    def __init__(self, made: Space, sides: tuple[Verdicts, Verdicts], aspect: str) -> None:
        self._space, self._logic, self._sides, self.aspect = made, made.logic, sides, aspect
        self._before, self._now = (_values(side, aspect) for side in sides)
        values = dict.fromkeys([*self._before, *self._now])
        differs = [made.logic.differ(self._before.get(each, -TRUE), self._now.get(each, -TRUE)) for each in values]
        self._differs = made.logic.any(differs)
        self._only = made.logic.variable()
        """While it is assumed, what was found is left out."""

    def all(self, most: int) -> tuple[list[Found], bool]:
        """The regions, at most so many, and whether they are all."""
        found: list[Found] = []
        try:
            while len(found) < most:
                model = self._logic.model((self._only, self._differs))
                if model is None:
                    return found, True
                found.append(self._around(model))
        except Undecided:
            pass
        return found, False

    def _around(self, model: set[int]) -> Found:
        """The region around a contact, which is left out of what is looked for next."""
        before, now = _held(self._before, model), _held(self._now, model)
        same = self._logic.all((*_exactly(self._before, before), *_exactly(self._now, now)))
        roles = {literal: role for role, literal in self._roles(model)}
        cells = {literal: name for name, literal in self._cells(model)}
        needed = self._fewest([*roles, *cells], -same)
        inside = {cells[each]: self._widened(cells[each], needed, -same) for each in needed if each in cells}
        kept = [each for each in needed if each in roles]
        region = [*kept, *(-variable for name, held in inside.items() for variable in self._others(name, held))]
        self._logic.clause(-self._only, *(-each for each in region))
        contact = self._plainest(region, model)
        return Found(
            aspect=self.aspect,
            before=_said(before, now),
            now=_said(now, before),
            roles=tuple(roles[each] for each in kept),
            bounds=inside,
            winners=(self._winner(0, contact), self._winner(1, contact)),
            reach=self._reach(region, contact),
            contact=dict(self._contact(contact)),
        )

    def _roles(self, model: set[int]) -> Iterator[tuple[Role, int]]:
        """What is so of the rules: which one decides, and which handling rules apply, in either ruleset."""
        for side, verdicts in enumerate(self._sides):
            for rule, wins in verdicts.winners():
                if wins in model:
                    yield Role(rule, side, decides=True), wins
        for side, verdicts in enumerate(self._sides):
            for rule, holds in verdicts.handling():
                yield Role(rule, side, decides=False, fits=holds in model), holds if holds in model else -holds

    def _cells(self, model: set[int]) -> Iterator[tuple[str, int]]:
        for name, axis in self._space.cells.items():
            yield from ((name, variable) for variable in axis.of.values() if variable in model)

    def _winner(self, side: int, model: set[int]) -> Rule | None:
        return next((rule for rule, wins in self._sides[side].winners() if wins in model or wins == TRUE), None)

    def _fewest(self, literals: Sequence[int], wrong: int) -> list[int]:
        """Of literals that together rule something out as few as it takes, those at the end left out first."""
        core = self._logic.core((*literals, wrong)) or set()
        kept = [each for each in literals if each in core]
        for each in reversed(list(kept)):
            if each in kept:
                fewer = self._logic.core((*(other for other in kept if other != each), wrong))
                kept = kept if fewer is None else [other for other in kept if other in fewer]
        return kept

    def _widened(self, name: str, needed: Sequence[int], wrong: int) -> frozenset[Cell]:
        """The cells of an axis for each of which the same is proven."""
        axis = self._space.cells[name].of
        others = [each for each in needed if each not in axis.values()]
        return frozenset(cell for cell, each in axis.items() if self._logic.core((*others, each, wrong)) is not None)

    def _others(self, name: str, held: frozenset[Cell]) -> Iterator[int]:
        yield from (variable for cell, variable in self._space.cells[name].of.items() if cell not in held)

    def _reach(self, region: Sequence[int], model: set[int]) -> Bounds:
        """The cells of each axis that a region reaches, where these are not all."""
        left = {variable for axis in self._space.cells.values() for variable in axis.of.values()}
        found: set[int] | None = model
        while found is not None:
            left -= found
            found = self._logic.model_with_any(region, left) if left else None
        return {
            name: frozenset(cell for cell, variable in axis.of.items() if variable not in left)
            for name, axis in self._space.cells.items()
            if left & set(axis.of.values())
        }

    def _plainest(self, region: Sequence[int], model: set[int]) -> set[int]:
        """A contact of a region of which as little as possible is said."""
        fixed, now = list(region), model
        for wish in self._wishes():
            if wish not in now:
                now = self._logic.model((*fixed, self._differs, wish)) or now
            if wish in now:
                fixed.append(wish)
        return now

    def _wishes(self) -> Iterator[int]:
        """What makes a contact plain, the most important first: it says nothing, and nothing else is known of it."""
        for things in self._space.things.values():
            yield from (-variable for variable in things.of.values())
        for axis in self._space.cells.values():
            yield from (axis.of[cell] for cell in (UNKNOWN, OTHER, False) if cell in axis.of)
        for things in self._space.things.values():
            yield -things.known

    def _contact(self, model: set[int]) -> Iterator[tuple[str, Any]]:
        for name, axis in self._space.cells.items():
            yield name, next(cell for cell, variable in axis.of.items() if variable in model)
        for name, things in self._space.things.items():
            known = things.known in model or things.known == TRUE
            yield name, frozenset(each for each, one in things.of.items() if one in model) if known else None


def _values(verdicts: Verdicts, aspect: str) -> Values:
    if aspect in GATHERED:
        return verdicts.gathered(aspect)
    if aspect in SETTLED:
        return verdicts.settled(aspect)
    return {"team": verdicts.team, "priority": verdicts.priority, "due": verdicts.due}[aspect]()


def _held(values: Values, model: set[int]) -> list[str]:
    return [value for value, literal in values.items() if literal in model or literal == TRUE]


def _exactly(values: Values, held: Sequence[str]) -> Iterator[int]:
    """That something has these values and no other."""
    yield from (literal if value in held else -literal for value, literal in values.items())


def _said(values: Sequence[str], others: Sequence[str]) -> str:
    """The values, without those of several that did not change."""
    return ", ".join(each for each in values if each not in others)
