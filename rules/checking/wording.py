"""Free text as statements: what it mentions and matches, with all that is certain to follow from one another.

A phrase contains its own parts, and a text that is known whole is known in every respect. Beyond that whether a text
mentions one thing says nothing about another. So there may seem to be texts that nobody can write: what cannot win
cannot, but that something can win is certain only of a text that was composed and decided.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import re2

from rules.checking.axes import Choice
from rules.checking.clauses import Clauses, Model
from rules.checking.patterns import sample
from rules.model import FactValue, Op, Test
from rules.words import PhraseIndex, phrase, tokens

Thing = tuple[Op, str | tuple[str, ...]]
"""What a text is asked for: a phrase by the keys of its words, a pattern, or the whole text."""

_FILLERS: Final = ("and then", "by the way", "on the other hand", "qx", "zz")
"""What is put between phrases, so that the end of one and the start of the next make no third."""
_OPTIONS: Final = re2.Options()
_OPTIONS.log_errors = False


class Wording:
    """A text that rules search."""

    def __init__(self, clauses: Clauses, tests: Sequence[Test], known: int) -> None:
        """Take everything that these tests ask for."""
        self.known = known
        self._clauses = clauses
        self._said: dict[Thing, str] = {}
        for test in tests:
            for operand in test.operands:
                self._said.setdefault(_thing(test.op, operand), str(operand))
        self.things = {thing: clauses.new() for thing in self._said}
        for literal in self.things.values():
            clauses.add(-literal, known)
        self._contained()
        self._whole()

    def _contained(self) -> None:
        """A phrase mentions every phrase that is part of it."""
        for (op, words), literal in self.things.items():
            if op is Op.MENTIONS:
                for part in _parts(words):
                    if part != words and (Op.MENTIONS, part) in self.things:
                        self._clauses.add(-literal, self.things[Op.MENTIONS, part])

    def _whole(self) -> None:
        """Of a text that is known whole everything else is known as well."""
        texts = {thing: literal for thing, literal in self.things.items() if thing[0] is Op.IS}
        if not texts:
            return
        self._clauses.at_most_one(list(texts.values()))
        others = [thing for thing in self.things if thing[0] is not Op.IS]
        for (_, text), literal in texts.items():
            found = self._found(str(text), others)
            for other in others:
                self._clauses.add(-literal, self.things[other] if other in found else -self.things[other])

    def _found(self, text: str, things: Iterable[Thing]) -> set[Thing]:
        things = list(things)
        phrases = PhraseIndex([words if isinstance(words, tuple) else () for _, words in things])
        found = {things[index] for index in phrases.found(tokens(text))}
        patterns = (thing for thing in things if thing[0] is Op.MATCHES)
        return found | {thing for thing in patterns if re2.search(str(thing[1]), text, _OPTIONS)}

    def holds(self, test: Test) -> int:
        """The text has one of the things that the test asks for."""
        return self._clauses.some(self.things[_thing(test.op, each)] for each in test.operands)

    def mentioned(self) -> Iterable[tuple[tuple[str, ...], int]]:
        """The phrases and their statements."""
        for (op, words), literal in self.things.items():
            if op is Op.MENTIONS and isinstance(words, tuple):
                yield words, literal

    def assigned(self, model: Model) -> list[int]:
        """What a model says of each thing."""
        return [literal if model.holds(literal) else -literal for literal in self.things.values()]

    def plain(self) -> Iterator[Choice]:
        """As few words as possible."""
        yield from ((-literal,) for literal in self.things.values())

    def value(self, model: Model) -> FactValue | None:
        """A text that has all that a model says it has; whether it has no more has to be tried."""
        return self._text(model, str)

    def shouted(self, model: Model) -> FactValue | None:
        """The same with its phrases in capitals."""
        return self._text(model, str.upper)

    def _text(self, model: Model, written: Callable[[str], str]) -> str | None:
        if not model.holds(self.known):
            return None
        wanted = [thing for thing, literal in self.things.items() if model.holds(literal)]
        whole = next((self._said[thing] for thing in wanted if thing[0] is Op.IS), None)
        return self._composed(wanted, written) if whole is None else whole

    def _composed(self, wanted: Sequence[Thing], written: Callable[[str], str]) -> str:
        inside = {part for _, words in wanted if isinstance(words, tuple) for part in _parts(words) if part != words}
        said = [written(self._said[each]) for each in wanted if each[0] is Op.MENTIONS and each[1] not in inside]
        shown = [sample(str(each[1])) for each in wanted if each[0] is Op.MATCHES]
        return f", {self._filler()}, ".join([*said, *(each for each in shown if each)])

    def _filler(self) -> str:
        """Words that no rule asks for."""
        asked = {word for _, words in self.things if isinstance(words, tuple) for word in words}
        return next((each for each in _FILLERS if asked.isdisjoint(phrase(each))), _FILLERS[-1])


def _thing(op: Op, operand: object) -> Thing:
    return op, phrase(str(operand)) if op is Op.MENTIONS else str(operand)


def _parts(words: str | tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    if isinstance(words, tuple):
        for start in range(len(words)):
            for end in range(start + 1, len(words) + 1):
                yield words[start:end]
