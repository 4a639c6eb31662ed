"""What a text contains of all that the rules ask for: words and phrases, patterns, exact texts, in one pass each."""

from collections.abc import Iterable
from dataclasses import dataclass

import re2

from rules.model import Op, Test
from rules.words import CASE_AND_ACCENTS, Overlooked, PhraseIndex, phrase, tokens

_Thing = tuple[Op, str | tuple[str, ...]]
"""What a test asks of a text: to be, to match, or to mention a phrase, which is given as the keys of its words."""

_MEMORY = 64 << 20
"""Bytes that the patterns' automaton may take: far beyond what some thousand patterns need."""


class _Patterns:
    """Regular expressions matched together in linear time."""

    __slots__ = ("_numbers", "_set", "_single")

    def __init__(self, patterns: dict[str, int]) -> None:
        options = re2.Options()
        options.log_errors = False
        options.max_mem = _MEMORY
        self._single = [(re2.compile(each, options), number) for each, number in patterns.items()]
        self._numbers = list(patterns.values())
        self._set = _automaton(patterns, options)

    def found(self, text: str) -> Iterable[int]:
        """The numbers of the patterns that match somewhere.

        The set's first pattern is empty and matches every text: where that is missing, memory ran out.
        """
        raw = text.encode(errors="replace")
        matched = self._set and self._set.Match(raw)
        if matched:
            return [self._numbers[index - 1] for index in matched if index]
        return [number for pattern, number in self._single if pattern.search(raw)]


def _automaton(patterns: Iterable[str], options: re2.Options) -> re2.Set | None:
    """One automaton for the empty pattern and all of these; None where that would take too much memory."""
    together = re2.Set.SearchSet(options)
    for pattern in ("", *patterns):
        together.Add(pattern)
    try:
        together.Compile()
    except re2.error:
        return None
    return together


@dataclass(frozen=True, slots=True)
class Scanner:
    """Finds in one text everything that the rules ask of its field; each thing asked for has a number."""

    numbers: dict[_Thing, int]
    words: PhraseIndex | None
    """Knows all things asked for by their numbers; those that are no phrases have no words, and are never found."""
    patterns: _Patterns | None
    overlooked: Overlooked

    def asked(self, test: Test) -> tuple[int, ...]:
        """The numbers of what this test asks for, any of which satisfies it."""
        return tuple(self.numbers[_thing(test.op, operand, self.overlooked)] for operand in test.operands)

    def found(self, text: str) -> set[int]:
        """The numbers of all that this text contains."""
        found = self.words.found(tokens(text, self.overlooked)) if self.words else set()
        if self.patterns:
            found.update(self.patterns.found(text))
        same = self.numbers.get((Op.IS, text))
        if same is not None:
            found.add(same)
        return found


def scanner(tests: Iterable[Test], overlooked: Overlooked = CASE_AND_ACCENTS) -> Scanner:
    """The scanner for all tests of one field; `overlooked` is what its words are not told apart by."""
    numbers: dict[_Thing, int] = {}
    for test in tests:
        for operand in test.operands:
            numbers.setdefault(_thing(test.op, operand, overlooked), len(numbers))
    phrases = [thing if isinstance(thing, tuple) else () for _, thing in numbers]
    patterns = {str(thing): number for (op, thing), number in numbers.items() if op is Op.MATCHES}
    return Scanner(
        numbers=numbers,
        words=PhraseIndex(phrases) if any(phrases) else None,
        patterns=_Patterns(patterns) if patterns else None,
        overlooked=overlooked,
    )


def _thing(op: Op, operand: object, overlooked: Overlooked) -> _Thing:
    return op, phrase(str(operand), overlooked) if op is Op.MENTIONS else str(operand)
