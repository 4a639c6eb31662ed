"""Statements as clauses over whole numbers, as a SAT solver takes them: a number is a statement, a minus denies it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

TRUE: Final = 1
FALSE: Final = -1
_FEW: Final = 6
"""Of so many statements each pair is told apart by a clause of its own; of more, a ladder needs fewer."""


class Clauses:
    """A growing list of clauses. Statement 1 is always true, so that constants need no special case."""

    def __init__(self) -> None:
        """Begin with the true statement alone."""
        self.clauses: list[list[int]] = [[TRUE]]
        self.last = TRUE
        self.groups: dict[int, tuple[int, ...]] = {}
        """What each group stands for: that every one of these holds. Its clauses are not among the others."""
        self.written: list[int] = []
        """The groups in their order."""
        self._known: dict[tuple[int, ...], int] = {}

    def new(self) -> int:
        """A statement of which nothing is known yet."""
        self.last += 1
        return self.last

    def add(self, *literals: int) -> None:
        """At least one of these holds."""
        if TRUE not in literals:
            self.clauses.append([each for each in literals if each != FALSE] or [FALSE])

    def every(self, literals: Iterable[int]) -> int:
        """The statement that all of these hold; the same one whenever the same are asked for."""
        parts = set(literals) - {TRUE}
        if FALSE in parts or any(-each in parts for each in parts):
            return FALSE
        if len(parts) < 2:  # noqa: PLR2004 - none, or one
            return parts.pop() if parts else TRUE
        key = tuple(sorted(parts))
        if key not in self._known:
            whole = self._known[key] = self.new()
            self.groups[whole] = key
            self.written.append(whole)
        return self._known[key]

    def some(self, literals: Iterable[int]) -> int:
        """The statement that at least one of these holds."""
        return -self.every(-each for each in literals)

    def at_most_one(self, literals: Sequence[int]) -> None:
        """No two of these hold at once."""
        if len(literals) <= _FEW:
            for one, other in combinations(literals, 2):
                self.add(-one, -other)
            return
        below = [self.new() for _ in literals]
        for literal, step in zip(literals, below, strict=True):
            self.add(-literal, step)
        for literal, (before, after) in zip(literals[1:], pairwise(below), strict=True):
            self.add(-before, after)
            self.add(-before, -literal)

    def ordered(self, literals: Sequence[int]) -> None:
        """Each of these follows from the next: a line of thresholds, lowest first."""
        for lower, higher in pairwise(literals):
            self.add(-higher, lower)


@dataclass(frozen=True, slots=True)
class Model:
    """An example that a solver found: for each statement whether it holds."""

    found: Sequence[int]
    """The engine's statements in their order, negative where they do not hold."""
    numbers: Mapping[int, int] | None = None
    """The engine's statement for each of ours, where they differ; what it was not asked about does not hold."""

    def holds(self, literal: int) -> bool:
        """Whether this is so in the example."""
        number = abs(literal) if self.numbers is None else self.numbers.get(abs(literal), 0)
        return (0 < number <= len(self.found) and self.found[number - 1] > 0) is (literal > 0)


def definition(whole: int, parts: Iterable[int]) -> list[list[int]]:
    """The clauses of a group: it holds exactly where all of its parts do."""
    parts = list(parts)
    return [*([-whole, part] for part in parts), [whole, *(-part for part in parts)]]
