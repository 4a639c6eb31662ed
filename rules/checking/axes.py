"""Fields as statements: for each kind of field what values it can have, and which statement a test stands for."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from rules.checking.clauses import Clauses, Model
from rules.model import FactValue, Test

Choice = tuple[int, ...]
"""Statements in the order in which they are preferred; the first that can be so is enough."""

_MADE_UP: Final = "something-else"


class Axis(Protocol):
    """One field of a contact."""

    known: int
    """The statement that the field is known."""

    def holds(self, test: Test) -> int:
        """The statement that this test holds of a field that is known; `absent` is not asked here."""
        ...

    def value(self, model: Model) -> FactValue | None:
        """What a model says of the field; None where it is not known."""
        ...

    def plain(self) -> Iterator[Choice]:
        """What makes the field's value a plain one."""
        ...


class OneOf:
    """A field that has one of several values: those that a rule names, and one that stands for all the others."""

    def __init__(self, clauses: Clauses, named: Sequence[FactValue], possible: Sequence[FactValue], known: int) -> None:
        """Without any possible values listed, whatever is named is possible, and so is something else."""
        self.known = known
        self._clauses = clauses
        self.values = {value: clauses.new() for value in named}
        others = [value for value in possible if value not in self.values]
        if others or not possible:
            self.values[others[0] if others else _unnamed(named)] = clauses.new()
        self._order = {value: place for place, value in enumerate(possible)}
        clauses.add(-known, *self.values.values())
        for literal in self.values.values():
            clauses.add(-literal, known)
        clauses.at_most_one(list(self.values.values()))

    def holds(self, test: Test) -> int:
        """One of the values that the test names."""
        return self._clauses.some(self.values[each] for each in test.operands)

    def plain(self) -> Iterator[Choice]:
        """The first of the possible values."""
        order = sorted(self.values, key=lambda value: self._order.get(value, len(self._order)))
        yield tuple(self.values[value] for value in order)

    def value(self, model: Model) -> FactValue | None:
        """The value whose statement holds."""
        return next((value for value, literal in self.values.items() if model.holds(literal)), None)


def _unnamed(named: Iterable[FactValue]) -> str:
    """A value that is none of these."""
    taken = set(named)
    return next(each for number in range(len(taken) + 1) if (each := f"{_MADE_UP}{number or ''}") not in taken)


class Members:
    """A field that has any number of values."""

    def __init__(self, clauses: Clauses, named: Sequence[FactValue], known: int) -> None:
        """Take the values that a rule names: the others make no difference."""
        self.known = known
        self._clauses = clauses
        self.members = {str(value): clauses.new() for value in named}
        for literal in self.members.values():
            clauses.add(-literal, known)

    def holds(self, test: Test) -> int:
        """At least one of the members that the test names."""
        return self._clauses.some(self.members[str(each)] for each in test.operands)

    def plain(self) -> Iterator[Choice]:
        """As few as possible."""
        yield from ((-literal,) for literal in self.members.values())

    def value(self, model: Model) -> FactValue | None:
        """The members that it has."""
        if not model.holds(self.known):
            return None
        return frozenset(value for value, literal in self.members.items() if model.holds(literal))
