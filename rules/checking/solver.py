"""The SAT solver behind a small face: yes with an example, no, or not decided within what may be spent on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from rules.checking.clauses import Clauses, Model, definition

_ENGINE: Final = "minisat22"
_ASKING: Final = 200
"""What asking costs at all, in propagations."""


@dataclass(slots=True)
class Budget:
    """How much may be spent, counted in the solver's own steps: the same answer on every machine, unlike seconds.

    `each` is in conflicts, for one question: nearly all need fewer than `least`, which is given to one even when the
    `total` for all of them is gone. `work` is in propagations, some five million a second; without any left, nothing
    is decided any more.
    """

    each: int = 2_000
    total: int = 60_000
    work: int = 10**10
    least: int = 20

    @classmethod
    def for_rules(cls, count: int) -> Self:
        """What a check of so many rules may take where nobody waits for it."""
        return cls(total=60_000 + 20 * count)

    @classmethod
    def for_a_page(cls) -> Self:
        """What a check may take while somebody waits in a browser: a few seconds."""
        return cls(each=1_000, total=20_000, work=40_000_000)

    def for_one(self) -> int:
        """What the next question may take, in conflicts."""
        return max(min(self.each, self.total), self.least)


class Solver:
    """Questions to one set of clauses. Use as a context manager: the solver's memory is not Python's."""

    def __init__(self, clauses: Clauses, budget: Budget) -> None:
        """Take what is known so far; more clauses may come while questions are asked."""
        self._clauses = clauses
        self._budget = budget
        self._taken = 0
        self._defined = 0
        self._engine: Any = _engine()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.delete()

    def ask(self, assumed: Sequence[int] = ()) -> bool | None:
        """Whether there is a contact of which all of these hold; None where that was not decided."""
        if self._budget.work <= 0:
            return None
        self._take(assumed)
        conflicts, work = self._spent()
        self._engine.conf_budget(self._budget.for_one())
        answer = self._engine.solve_limited(assumptions=self._written(assumed))
        more_conflicts, more_work = self._spent()
        self._budget.total = max(0, self._budget.total - (more_conflicts - conflicts))
        self._budget.work -= more_work - work + _ASKING
        return None if answer is None else bool(answer)

    def settle(self, literal: int) -> None:
        """Take for certain, in all questions to come, that this holds."""
        self._take((literal,))
        self._engine.append_formula([self._written((literal,))])

    def model(self) -> Model:
        """The example of the last yes."""
        return Model(self._engine.get_model())

    def core(self, assumed: Sequence[int]) -> list[int]:
        """After a no, few of the assumptions that cannot all hold: none of them can be left out."""
        needed = set(self._engine.get_core() or ())
        kept = [each for each, written in zip(assumed, self._written(assumed), strict=True) if written in needed]
        for each in list(kept):
            fewer = [other for other in kept if other != each]
            if self.ask(fewer) is False:
                kept = fewer
        return kept

    def _written(self, literals: Iterable[int]) -> list[int]:
        """Statements as the engine knows them."""
        return list(literals)

    def _take(self, _: Iterable[int]) -> None:
        """Hand over what is new."""
        self._add(self._clauses.clauses[self._taken :])
        self._taken = len(self._clauses.clauses)
        for whole in self._clauses.written[self._defined :]:
            self._add(definition(whole, self._clauses.groups[whole]))
        self._defined = len(self._clauses.written)

    def _add(self, clauses: list[list[int]]) -> None:
        if clauses:
            self._engine.append_formula(clauses)

    def _spent(self) -> tuple[int, int]:
        """Conflicts and propagations since the engine began."""
        counts: dict[str, int] = self._engine.accum_stats()
        return counts["conflicts"], counts["propagations"]


class Excerpt(Solver):
    """Questions that concern few of the rules: only the groups that were asked about are known, so it stays small."""

    _MOST = 400
    """Groups after which it begins anew."""

    def __init__(self, clauses: Clauses, budget: Budget) -> None:
        """As a solver does."""
        super().__init__(clauses, budget)
        self._numbers: dict[int, int] = {}
        self._known: set[int] = set()

    def model(self) -> Model:
        """As of a solver; what was not asked about does not hold."""
        return Model(self._engine.get_model(), self._numbers)

    def _written(self, literals: Iterable[int]) -> list[int]:
        numbers = self._numbers
        return [numbers.setdefault(abs(each), len(numbers) + 1) * (1 if each > 0 else -1) for each in literals]

    def _take(self, asked: Iterable[int]) -> None:
        if len(self._known) > self._MOST:
            self._engine.delete()
            self._engine = _engine()
            self._numbers, self._known, self._taken = {}, set(), 0
        self._add(self._clauses.clauses[self._taken :])
        new = [*self._clauses.clauses[self._taken :], list(asked)]
        self._taken = len(self._clauses.clauses)
        while new:
            wholes = {abs(each) for clause in new for each in clause} & self._clauses.groups.keys()
            new = []
            for whole in wholes - self._known:
                self._known.add(whole)
                new.extend(definition(whole, self._clauses.groups[whole]))
            self._add(new)

    def _add(self, clauses: list[list[int]]) -> None:
        super()._add([self._written(clause) for clause in clauses])


def _engine() -> Any:
    from pysat.solvers import Solver as Engine  # noqa: PLC0415 - nine megabytes that only a check needs

    return Engine(name=_ENGINE)
