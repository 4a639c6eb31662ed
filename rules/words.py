"""Text as words, in any script: folding, tokens, and many phrases found in one pass over them.

Everything is one look at each character, so a megabyte of anything takes time in proportion to its length. That rules
out `unicodedata.normalize` over a whole text: it needs quadratic time for a long pile of combining marks.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import pairwise
from typing import Final, NamedTuple

from rules.stem import stem, stem_all

__all__ = ["CASE_AND_ACCENTS", "Overlooked", "PhraseIndex", "phrase", "stem", "stems", "tokens"]

_APOSTROPHES: Final = dict.fromkeys("'\u2018\u2019\u201b\u02bc\u02b9\u2032\uff07`\u00b4", "'")
_STROKES: Final = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
"""Letters that carry their stroke inside, so that no decomposition takes it off."""

_PLAIN: Final = _APOSTROPHES | _STROKES | {letter.upper(): plain.upper() for letter, plain in _STROKES.items()}

_ACCENTS: Final = (
    (0x0300, 0x036F),  # Latin, Greek and Cyrillic accents
    (0x0591, 0x05C7),  # Hebrew points, which everyday writing leaves out
    (0x0610, 0x061A),
    (0x064B, 0x0652),  # Arabic vowel signs, likewise, but no hamza
    (0x0656, 0x065F),
    (0x0670, 0x0670),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE20, 0xFE2F),
)
_VARIATIONS: Final = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
"""Selectors of how a character looks: nobody types them."""

_UNSPACED: Final = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Japanese kana
    (0x3400, 0x9FFF),  # Han
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
"""Scripts that put no spaces between words: each character is a token, and a word is a phrase of them."""


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in ranges)


class Overlooked(NamedTuple):
    """Which differences between a word in a rule and a word in a text are none."""

    case: bool = True
    accents: bool = True


CASE_AND_ACCENTS: Final = Overlooked()
"""What is overlooked unless somebody says otherwise."""


def _folded(overlooked: Overlooked, code: int) -> str:
    """One character without case, accents and typographic dress; an accent that is kept stays a mark of its own."""
    character = chr(code)
    if character == "\u200b":
        return " "
    if unicodedata.category(character) == "Cf" or _within(code, _VARIATIONS):
        return ""
    if character in _APOSTROPHES:
        return "'"
    parts = unicodedata.normalize("NFKD", character)
    if overlooked.case:
        parts = unicodedata.normalize("NFKD", parts.casefold())
    if not overlooked.accents:
        return "".join(_APOSTROPHES.get(part, part) for part in parts)
    kept = "".join(_PLAIN.get(part, part) for part in parts if not _within(ord(part), _ACCENTS))
    return unicodedata.normalize("NFC", kept)


def _worded(overlooked: Overlooked, code: int) -> str:
    """One character folded, with all that is neither letter, mark, digit nor apostrophe turned into a space."""
    return "".join(
        f" {part} " if _within(ord(part), _UNSPACED) else part if part == "'" or _in_word(part) else " "
        for part in _folded(overlooked, code)
    )


def _in_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"


_REMEMBERED: Final = 30_000
"""Characters kept in a table: more than any landlord's customers write with, few enough never to matter."""


class _Table(dict[int, str]):
    """A translation table for str.translate that fills itself, one character of Unicode at a time."""

    def __init__(self, make: Callable[[int], str]) -> None:
        super().__init__((code, make(code)) for code in range(128))
        self._make = make

    def __missing__(self, code: int) -> str:
        made = self._make(code)
        if len(self) < _REMEMBERED:
            self[code] = made
        return made


@lru_cache
def _table(overlooked: Overlooked) -> _Table:
    return _Table(partial(_worded, overlooked))


_WORDED: Final = _table(CASE_AND_ACCENTS)
_LETTER: Final = r"[\w\u0300-\u036f]"
"""Of a word: accents that are kept are characters of their own."""

_CLITIC: Final = re.compile(rf"(?i:(?<={_LETTER})'(?:s|ll|re|ve|d|m)(?!{_LETTER})|(?<=s)'(?!{_LETTER}))")
_ELISION: Final = re.compile(rf"(?<!{_LETTER})(\w[\u0300-\u036f]*)'(?={_LETTER})")


def tokens(text: str, overlooked: Overlooked = CASE_AND_ACCENTS) -> list[str]:
    """The folded words of a text in order, digits among them.

    "don't" is "dont", what follows the apostrophe in "I'll" and "tenant's" is left off, "l'eau" is two words.
    """
    words = text.translate(_WORDED if overlooked is CASE_AND_ACCENTS else _table(overlooked))
    if "'" in words:
        words = _ELISION.sub(r"\1 ", _CLITIC.sub("", words)).replace("'", "")
    return words.split()


def stems(text: str) -> list[str]:
    """The words of a text, each as the key that it shares with its plain English forms."""
    return stem_all(tokens(text))


def phrase(operand: str, overlooked: Overlooked = CASE_AND_ACCENTS) -> tuple[str, ...]:
    """What an operand such as "smell gas" has to meet in a text: its words' keys, side by side and in order."""
    return tuple(stem_all(tokens(operand, overlooked)))


class _Node:
    __slots__ = ("ends", "onward")

    def __init__(self) -> None:
        self.onward: dict[str, _Node] = {}
        self.ends: tuple[int, ...] = ()


class PhraseIndex:
    """Many phrases looked for at once; a phrase without any word is never found."""

    __slots__ = ("_alone", "_pairs", "_root")

    def __init__(self, phrases: Iterable[tuple[str, ...]]) -> None:
        """Take phrases as `phrase` makes them; each is known by its position."""
        self._root = _Node()
        for index, words in enumerate(phrases):
            node = self._root
            for word in words:
                node = node.onward.setdefault(word, _Node())
            if words:
                node.ends += (index,)
        first = self._root.onward.items()
        self._alone = {word: node.ends for word, node in first if node.ends}
        self._pairs = {(word, after): second for word, node in first for after, second in node.onward.items()}

    def found(self, text_tokens: Iterable[str]) -> set[int]:
        """The positions of the phrases that occur in these tokens (as `tokens` or `stems` gives them).

        Words, and pairs of neighbours that begin a phrase, are compared as sets; only from such pairs are longer
        phrases followed.
        """
        words = stem_all(text_tokens)
        if self._root.onward.keys().isdisjoint(words):
            return set()
        found = set[int]().union(*map(self._alone.__getitem__, self._alone.keys() & words))
        begun = self._pairs.keys() & pairwise(words)
        if begun:
            for start, pair in enumerate(pairwise(words)):
                if pair in begun:
                    found.update(self._from(words, start + 2, self._pairs[pair]))
        return found

    def _from(self, words: Sequence[str], after: int, node: _Node | None) -> Iterator[int]:
        """The phrases that end at a node, or at one that the words after it lead to."""
        while node is not None:
            yield from node.ends
            node = node.onward.get(words[after]) if after < len(words) else None
            after += 1

    def spans(self, text_stems: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """Each occurrence among these stems: the phrase's position, its first token's, and the one after its last."""
        first = self._root.onward
        if first.keys().isdisjoint(text_stems):
            return
        for start, word in enumerate(text_stems):
            node = first.get(word)
            end = start
            while node is not None:
                end += 1
                for index in node.ends:
                    yield index, start, end
                node = node.onward.get(text_stems[end]) if end < len(text_stems) else None
