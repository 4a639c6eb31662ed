"""What in a text speaks for which journey, learnt from each journey's own words and example phrases.

A feature is a word ("boiler"), a pair of neighbours ("hot water"), or one of a journey's own words and example phrases,
found whole ("=hot water"). Its weight for a journey is how much likelier the journey becomes by it, in the logarithm,
so that a feature of one journey weighs much and one of many little. A model learnt from past contacts can take the
place of `Weights` as long as it turns features and their counts into one score for each journey.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rules.common import COMMON, NOT_MEANT
from rules.landlord import Journey
from rules.spelling import spelling
from rules.words import PhraseIndex, phrase, stem, stems, tokens

Features = Mapping[str, int]
"""Features of a text and how often each occurs."""

Weigh = Callable[[Features], Sequence[float]]
"""One score for each journey, in their order; 0 is no evidence."""

_PRIOR = 3.0
"""How many unseen uses elsewhere are reckoned with for every feature: a single use proves little."""

_PAIR = 0.5
_WHOLE = 3.0
"""How much a journey's own word or phrase weighs, where a rare word in an example weighs about 2.5."""

_EACH_FURTHER_WORD = 0.5
_MOST_FURTHER_WORDS = 3
_AT_LEAST = 30
"""Fewer journeys than these are weighed as if there were so many: what else customers write about has no journey."""

_LEAST = 0.3
_REMEMBERED = 20_000
"""Words whose keys are kept: people use few words often, and most words seldom."""

_REACH = 3
"""So many words after "not about" are not meant."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Finds the features of a text: the journeys' own words and phrases, and how their vocabulary is spelt."""

    cues: PhraseIndex
    names: tuple[str, ...]
    negations: PhraseIndex
    key: Callable[[str], str]
    """The key of a token, a slip of the pen put right."""

    def keys(self, text_tokens: Iterable[str]) -> list[str]:
        """The tokens' keys."""
        return list(map(self.key, text_tokens))

    def features(self, keys: Sequence[str]) -> Features:
        """The features of a text, from its keys; what is said not to be meant has none."""
        meant = self._meant(keys)
        pairs = [f"{first} {second}" for first, second in pairwise(meant)]
        return Counter([*meant, *pairs, *[f"={self.names[index]}" for index, _, _ in self.cues.spans(meant)]])

    def _meant(self, keys: Sequence[str]) -> list[str]:
        denied = {end + ahead for _, _, end in self.negations.spans(keys) for ahead in range(_REACH)}
        return ["" if at in denied else key for at, key in enumerate(keys)] if denied else list(keys)


@dataclass(frozen=True, slots=True)
class Weights:
    """A linear model: for each feature the journeys it speaks for, by position, and how strongly."""

    journeys: int
    of: Mapping[str, tuple[tuple[int, float], ...]]

    def __call__(self, features: Features) -> list[float]:
        """Add up what each feature that occurs, however often, says for each journey."""
        scores = [0.0] * self.journeys
        for feature in features:
            for journey, weight in self.of.get(feature, ()):
                scores[journey] += weight
        return scores

    def told(self, feature: str, journey: int) -> float:
        """How strongly a feature by itself speaks for a journey."""
        return sum(weight for each, weight in self.of.get(feature, ()) if each == journey)


def reader(journeys: Sequence[Journey]) -> Reader:
    """Prepare to read texts in terms of these journeys."""
    names = tuple(dict.fromkeys(" ".join(phrase(text)) for each in journeys for text in (*each.words, *each.phrases)))
    known = {token for each in journeys for text in (*each.words, *each.phrases) for token in tokens(text)}
    vocabulary = spelling(known | COMMON)

    @lru_cache(maxsize=_REMEMBERED)
    def key(token: str) -> str:
        return stem(vocabulary.corrected(token))

    return Reader(
        cues=PhraseIndex(tuple(name.split()) for name in names),
        names=names,
        negations=PhraseIndex(NOT_MEANT),
        key=key,
    )


def weights(journeys: Sequence[Journey]) -> Weights:
    """Learn from the journeys' words and phrases."""
    of: dict[str, list[tuple[int, float]]] = defaultdict(list)
    many = max(len(journeys), _AT_LEAST)
    for feature, uses in _uses(journeys).items():
        of[feature].extend(_lifts(uses, many, _PAIR if " " in feature else 1.0))
    for feature, users in _users(journeys).items():
        spread = 1 - math.log(len(users)) / math.log(many + 1)
        length = 1 + _EACH_FURTHER_WORD * min(feature.count(" "), _MOST_FURTHER_WORDS)
        of[feature].extend((journey, _WHOLE * spread * length) for journey in sorted(users))
    return Weights(len(journeys), {feature: tuple(found) for feature, found in of.items() if found})


def _uses(journeys: Sequence[Journey]) -> Mapping[str, Counter[int]]:
    """For each word and pair, in how many of each journey's texts it stands; words that say nothing left out."""
    uses: dict[str, Counter[int]] = defaultdict(Counter)
    for journey, each in enumerate(journeys):
        for text in (*each.words, *each.phrases):
            keys = stems(text)
            pairs = {pair for pair in pairwise(keys) if not COMMON.issuperset(pair)}
            for feature in {*keys} - COMMON | {" ".join(pair) for pair in pairs}:
                uses[feature][journey] += 1
    return uses


def _users(journeys: Sequence[Journey]) -> Mapping[str, set[int]]:
    users: dict[str, set[int]] = defaultdict(set)
    for journey, each in enumerate(journeys):
        for text in (*each.words, *each.phrases):
            if key := " ".join(phrase(text)):
                users[f"={key}"].add(journey)
    return users


def _lifts(uses: Counter[int], journeys: int, factor: float) -> Iterable[tuple[int, float]]:
    total = sum(uses.values()) + _PRIOR
    for journey, count in sorted(uses.items()):
        lift = math.log(journeys * (count + _PRIOR / journeys) / total)
        if lift > _LEAST:
            yield journey, factor * lift
