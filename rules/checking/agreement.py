"""Rules that disagree: handling rules that can meet and say different things, and rules that would break a duty."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from rules.checking.clauses import FALSE, TRUE
from rules.checking.encoded import Encoded, wins
from rules.checking.reach import MOST_PLAIN, Witness, plainest, tried
from rules.checking.solver import Budget, Solver
from rules.constraints import allowed_channels
from rules.landlord import Adjustment, Ruleset
from rules.precedence import concern_of, written

MOST_CONFLICTS: Final = 200
"""After so many the rest would only be noise."""

Uses = Callable[[Any, Ruleset], tuple[str, ...]]
"""The channels that what a rule says makes use of, one of which is enough; none where it needs none."""


def _rung(value: object, ruleset: Ruleset) -> tuple[str, ...]:
    able = (each.key for each in ruleset.channels.values() if each.spoken and each.outbound)
    return tuple(able) if value else ()


USES: Final[Mapping[str, Uses]] = {"reply": lambda value, _: tuple(value), "offer_callback": _rung}
"""What of all that a rule can say needs a channel that the customer can use."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two handling rules that can both apply and say different things; the first is the one that counts."""

    first: int
    second: int
    thing: str
    by_order: bool
    """Only the order in the file decides between them, and no concern."""
    witness: Witness | None


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that asks for what these adjustments forbid."""

    rule: int
    thing: str
    adjustments: tuple[str, ...]
    witness: Witness | None


def disagreements(encoded: Encoded, budget: Budget) -> tuple[list[Conflict], list[Broken]]:
    """All conflicts of handling rules, and all duties that any rule would break."""
    if not any(written(rule.then) for rule in encoded.compiled.rules):
        return [], []
    with Solver(encoded.space.clauses, budget) as solver:
        seeker = _Seeker(encoded, solver, wins(encoded))
        return list(seeker.conflicts()), list(seeker.broken())


class _Seeker:
    def __init__(self, encoded: Encoded, solver: Solver, winning: tuple[int, ...]) -> None:
        self._encoded, self._solver = encoded, solver
        self._applies = (*winning, *encoded.fits[encoded.owners :])
        self._says = [written(rule.then) for rule in encoded.compiled.rules]
        self._shown = 0
        self._rank = [concern_of(rule).rank for rule in encoded.compiled.rules]

    def _counts(self, number: int, thing: str) -> int:
        """The statement that what this rule says of a thing is what counts."""
        clauses = self._encoded.space.clauses
        mine = (self._rank[number], number)
        before = (
            -self._applies[other]
            for other, said in enumerate(self._says)
            if thing in said and (self._rank[other], other) < mine
        )
        return clauses.every((self._applies[number], *before))

    def conflicts(self) -> Iterator[Conflict]:
        found = 0
        for first, second, thing in self._pairs():
            witness = self._witness((first, second), self._counts(first, thing), self._applies[second])
            if witness is not False:
                found += 1
                yield Conflict(first, second, thing, self._rank[first] == self._rank[second], witness)
            if found == MOST_CONFLICTS:
                return

    def _pairs(self) -> Iterator[tuple[int, int, str]]:
        """Pairs of handling rules that differ on a thing, the one that counts first."""
        handling = range(self._encoded.owners, len(self._says))
        order = sorted(handling, key=lambda number: (self._rank[number], number))
        for place, first in enumerate(order):
            for thing, value in self._says[first].items():
                others = [other for other in order[place + 1 :] if self._says[other].get(thing, value) != value]
                if others and self._meets_any(first, others):
                    yield from ((first, other, thing) for other in others)

    def _meets_any(self, first: int, others: list[int]) -> bool:
        """Whether it is worth asking about each: one question first."""
        any_other = self._encoded.space.clauses.some(self._applies[other] for other in others)
        return self._solver.ask([self._applies[first], any_other]) is not False

    def broken(self) -> Iterator[Broken]:
        for number, said in enumerate(self._says):
            for thing in USES.keys() & said.keys():
                yield from self._breaks(number, thing, USES[thing](said[thing], self._encoded.ruleset))

    def _breaks(self, number: int, thing: str, channels: tuple[str, ...]) -> Iterator[Broken]:
        clauses, catalogue = self._encoded.space.clauses, self._encoded.ruleset.adjustments
        against = {channel: list(self._forbidding(channel)) for channel in channels}
        if not channels or not all(against.values()):
            return
        forbidden = clauses.every(self._encoded.is_("customer.adjustments", *keys) for keys in against.values())
        asked = (self._counts(number, thing), forbidden, self._can_be_reached())
        witness = self._witness((number,), *asked) if forbidden != FALSE else False
        if witness is not False:
            owed = witness.facts.get("customer.adjustments", ()) if witness else ()
            held = tuple(key for key in catalogue if key in set(owed if isinstance(owed, frozenset) else ()))
            yield Broken(number, thing, held, witness)

    def _can_be_reached(self) -> int:
        """That the adjustments leave a channel at all: where they contradict each other no rule is at fault."""
        clauses = self._encoded.space.clauses
        limits = [list(self._forbidding(channel)) for channel in self._encoded.ruleset.channels]
        return clauses.some(-self._encoded.is_("customer.adjustments", *keys) if keys else TRUE for keys in limits)

    def _forbidding(self, channel: str) -> Iterator[str]:
        """The adjustments because of which a channel may not be used."""
        for adjustment in self._encoded.ruleset.adjustments.values():
            if _forbids(adjustment, channel, self._encoded.ruleset):
                yield adjustment.key

    def _witness(self, rules: tuple[int, ...], *asked: int) -> Witness | Literal[False] | None:
        """A contact of which all of these hold, tried on these rules; False where there is none, None without proof."""
        answer = self._solver.ask(asked)
        if not answer:
            return None if answer is None else False
        self._shown += 1
        plain = self._shown <= MOST_PLAIN
        model = plainest(self._encoded, self._solver, asked) if plain else self._solver.model()
        return tried(self._encoded, model, *rules)


def _forbids(adjustment: Adjustment, channel: str, ruleset: Ruleset) -> bool:
    return channel not in allowed_channels((adjustment.key,), ruleset)
