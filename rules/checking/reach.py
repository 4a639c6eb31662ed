"""Which rules can ever decide: each with a contact that it decides, or with the earlier ones that together cover it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rules.checking.clauses import Model
from rules.checking.encoded import Encoded
from rules.checking.solver import Budget, Excerpt, Solver
from rules.judge import judge
from rules.model import Facts

MOST_PLAIN = 10
"""Findings of a kind whose contact is made as plain as it can be: that takes a hundred questions each."""
_TRIES = 6
"""Texts composed for one rule before its words are called a doubt."""


class Can(StrEnum):
    """Whether a rule can decide a contact, or, for a handling rule, apply to one."""

    WIN = "can"
    COVERED = "covered"
    """Earlier rules together take everything that it fits."""
    NEVER = "never"
    """Its own conditions cannot all hold."""
    DOUBT = "doubt"
    """Only by a text that we could not write."""
    UNDECIDED = "not decided"


@dataclass(frozen=True, slots=True)
class Witness:
    """A contact that can exist."""

    facts: Facts
    at: datetime
    """Aware, UTC."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What was found out about one rule, by its number among the compiled ones."""

    rule: int
    can: Can
    witness: Witness | None = None
    """A contact that it was tried on, and decides."""
    cover: tuple[int, ...] = ()
    """The earlier rules that together cover it; none of them can be left out."""
    parts: tuple[int, ...] = ()
    """The positions of those of its own conditions that cannot hold together; none can be left out."""


AtItsTurn = Callable[[int, Solver], None]
"""Something else to find out about an owner rule, by its number: all that the solver finds, no earlier rule fits."""


def reaches(encoded: Encoded, budget: Budget, besides: Sequence[AtItsTurn] = (), *, plain: bool = False) -> list[Reach]:
    """What every rule can do; `plain` makes each witness as plain as it can be, which takes longer."""
    clauses = encoded.space.clauses
    with Solver(clauses, budget) as winning, Excerpt(clauses, budget) as fitting:
        seeker = _Seeker(encoded, winning, fitting, besides, plain=plain)
        return [seeker.reach(number) for number in range(len(encoded.fits))]


@dataclass(slots=True)
class _Seeker:
    """Two solvers: in one each owner rule is settled not to fit as soon as those after it are asked about."""

    encoded: Encoded
    winning: Solver
    fitting: Solver
    besides: Sequence[AtItsTurn]
    plain: bool

    def reach(self, number: int) -> Reach:
        """What one rule can do; owner rules have to be asked about in their order."""
        if number >= self.encoded.owners:
            return self._reach(number, self.fitting)
        found = self._reach(number, self.winning)
        if found.can in (Can.WIN, Can.DOUBT, Can.UNDECIDED):
            for look in self.besides:
                look(number, self.winning)
        self.winning.settle(-self.encoded.fits[number])
        return found

    def _reach(self, number: int, solver: Solver) -> Reach:
        asked = [self.encoded.fits[number]]
        answer = None
        for _ in range(_TRIES):
            answer = solver.ask(asked)
            if not answer:
                break
            model = plainest(self.encoded, solver, asked) if self.plain else solver.model()
            if witness := tried(self.encoded, model, number):
                return Reach(number, Can.WIN, witness)
            asked.append(self._other_texts(model))
        if answer is None:
            return Reach(number, Can.UNDECIDED)
        return Reach(number, Can.DOUBT) if len(asked) > 1 else self._why_not(number)

    def _other_texts(self, model: Model) -> int:
        """The statement that the texts are not quite like those of this model, to be assumed in one question only."""
        clauses = self.encoded.space.clauses
        said = [literal for text in self.encoded.space.texts() for literal in text.assigned(model)]
        only = clauses.new()
        clauses.add(-only, *(-literal for literal in said))
        return only

    def _why_not(self, number: int) -> Reach:
        """The conditions that exclude each other; else the rules that come before it in every case."""
        parts = self.encoded.parts[number]
        alone = self.fitting.ask(parts)
        if alone is None:
            return Reach(number, Can.UNDECIDED)
        if not alone:
            core = self.fitting.core(list(dict.fromkeys(parts)))
            return Reach(number, Can.NEVER, parts=tuple(parts.index(each) for each in core))
        cover = self._cover(number)
        return Reach(number, Can.UNDECIDED) if cover is None else Reach(number, Can.COVERED, cover=cover)

    def _cover(self, number: int) -> tuple[int, ...] | None:
        """Earlier rules are added as contacts show up that the others leave, until there is none."""
        fits = self.encoded.fits
        taken: list[int] = []
        while True:
            denied = {-fits[each]: each for each in taken}
            answer = self.fitting.ask([fits[number], *denied])
            if answer is None:
                return None
            if not answer:
                core = self.fitting.core([fits[number], *denied])
                return tuple(sorted(denied[each] for each in core if each in denied))
            first = judge(self.encoded.compiled, *self.encoded.space.contact(self.fitting.model())).winner
            if not 0 <= first < number or first in taken:
                first = self._first(number, denied)
            taken.append(first)

    def _first(self, number: int, denied: Iterable[int]) -> int:
        """The first rule that fits, by the statements: where no text could be composed that would show it."""
        fits = self.encoded.fits
        self.fitting.ask([fits[number], *denied, self.encoded.space.clauses.some(fits[:number])])
        model = self.fitting.model()
        return next(each for each in range(number) if model.holds(fits[each]))


def tried(encoded: Encoded, model: Model, *rules: int, never: Sequence[int] = ()) -> Witness | None:
    """The contact that a model stands for, if these rules turn out to decide it, or apply to it, and those do not."""
    for shouted in (False, True):
        witness = Witness(*encoded.space.contact(model, shouted=shouted))
        verdict = judge(encoded.compiled, witness.facts, witness.at)
        fitting = [
            verdict.winner == each if each < encoded.owners else bool(verdict.fits >> each & 1) for each in rules
        ]
        if all(fitting) and not any(verdict.fits >> each & 1 for each in never):
            return witness
    return None


def plainest(encoded: Encoded, solver: Solver, asked: Sequence[int]) -> Model:
    """After a yes, an example in which nothing is special that need not be."""
    kept, model = list(asked), solver.model()
    for choice in encoded.space.plain():
        for literal in choice:
            if not model.holds(literal):
                if not solver.ask([*kept, literal]):
                    continue
                model = solver.model()
            kept.append(literal)
            break
    return model
