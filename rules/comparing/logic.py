"""Conditions as clauses: variables, one name for each group of them, and questions to a SAT solver within bounds."""

from collections.abc import Iterable, Sequence
from typing import Final

from pysat.solvers import Solver

TRUE: Final = 1
"""The variable that always holds; its negation never does."""


class Undecided(Exception):  # noqa: N818 - no mistake: the bounds were reached
    """The solver was not done within what it may spend."""


class Logic:
    """Clauses, and a solver over them. The same group asked for twice is the same variable."""

    def __init__(self, conflicts: int) -> None:
        """May spend so many conflicts in all, over every question."""
        self._solver = Solver(name="glucose4", bootstrap_with=[[TRUE]])
        self._last = TRUE
        self._groups: dict[frozenset[int], int] = {}
        self._left = conflicts

    def close(self) -> None:
        """Let go of the solver."""
        self._solver.delete()

    def variable(self) -> int:
        """A new variable."""
        self._last += 1
        return self._last

    def clause(self, *literals: int) -> None:
        """At least one of these holds."""
        self._solver.add_clause(list(literals))

    def exactly_one(self, literals: Sequence[int]) -> None:
        """One of these holds, and no other: by a ladder, so that many of them take few clauses."""
        self.clause(*literals)
        before = -TRUE
        for literal in literals:
            self.clause(-before, -literal)
            before = self.any((before, literal))

    def all(self, literals: Iterable[int]) -> int:
        """The literal that holds exactly when all of these do."""
        return -self.any(-each for each in literals)

    def any(self, literals: Iterable[int]) -> int:
        """The literal that holds exactly when one of these does."""
        parts = frozenset(each for each in literals if each != -TRUE)
        if TRUE in parts or any(-each in parts for each in parts):
            return TRUE
        if len(parts) < 2:  # noqa: PLR2004 - one or none is no group
            return next(iter(parts), -TRUE)
        if parts not in self._groups:
            name = self._groups[parts] = self.variable()
            self.clause(-name, *parts)
            for each in parts:
                self.clause(name, -each)
        return self._groups[parts]

    def differ(self, one: int, other: int) -> int:
        """The literal that holds exactly when one of the two does and the other does not."""
        if one == other:
            return -TRUE
        return self.any((self.all((one, -other)), self.all((-one, other))))

    def model(self, assumptions: Sequence[int]) -> set[int] | None:
        """The literals of one way in which these hold; None where there is none. Raises Undecided."""
        return set(self._solver.get_model() or ()) if self._ask(assumptions) else None

    def model_with_any(self, assumptions: Sequence[int], literals: Iterable[int]) -> set[int] | None:
        """The same, where one of the literals holds too; None where there is none. Raises Undecided.

        The solver forgets them afterwards: each group that it keeps has it think of each of its literals forever.
        """
        asked, wanted = self.variable(), list(literals)
        self.clause(-asked, *wanted)
        self._solver.set_phases(wanted)
        try:
            return self.model((*assumptions, asked))
        finally:
            self.clause(-asked)

    def core(self, assumptions: Sequence[int]) -> set[int] | None:
        """Of assumptions that cannot hold together a few that cannot; None where they can. Raises Undecided."""
        return None if self._ask(assumptions) else set(self._solver.get_core() or ())

    def _ask(self, assumptions: Sequence[int]) -> bool:
        before = self._spent()
        if self._left <= 0:
            raise Undecided
        self._solver.conf_budget(self._left)
        answer = self._solver.solve_limited(assumptions=list(assumptions))
        self._left -= 1 + self._spent() - before
        if answer is None:
            raise Undecided
        return bool(answer)

    def _spent(self) -> int:
        return int((self._solver.accum_stats() or {}).get("conflicts", 0))
