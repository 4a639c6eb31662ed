"""Slips of the pen put right against a vocabulary: one letter missing, too many, swapped, or the wrong vowel."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

_SHORTEST = 5
_LONGEST = 20
_VOWELS = frozenset("aeiouy")


@dataclass(frozen=True, slots=True)
class Spelling:
    """A vocabulary, and for each way of leaving out one letter the words that it can come from."""

    vocabulary: frozenset[str]
    shortened: dict[str, tuple[str, ...]]

    def corrected(self, token: str) -> str:
        """The one word of the vocabulary that a token can be a slip for; the token itself if it is right or unclear."""
        if not _SHORTEST <= len(token) <= _LONGEST or token in self.vocabulary or not token.isascii():
            return token
        meant = {
            word
            for key in (token, *_without_one(token))
            for word in self.shortened.get(key, ())
            if word[0] == token[0] and _is_slip(token, word)
        }
        return meant.pop() if len(meant) == 1 else token


def spelling(vocabulary: Iterable[str]) -> Spelling:
    """Prepare a vocabulary of folded tokens."""
    words = frozenset(vocabulary)
    shortened: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        if _SHORTEST <= len(word) <= _LONGEST and word.isascii() and word.isalpha():
            for key in {word, *_without_one(word)}:
                shortened[key].append(word)
    return Spelling(words, {key: tuple(found) for key, found in shortened.items()})


def _without_one(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def _is_slip(token: str, word: str) -> bool:
    """Whether two words that agree up to one letter left out of either differ as slips do ("grant" is not "great")."""
    if len(token) != len(word):
        return True
    differing = [at for at in range(len(word)) if token[at] != word[at]]
    if len(differing) == 1:
        return token[differing[0]] in _VOWELS and word[differing[0]] in _VOWELS
    first, last = differing[0], differing[-1]
    return last == first + 1 and token[first] == word[last] and token[last] == word[first]
