"""Which journey a text is about, how sure that is, and whether it must not wait; "do not know" is an answer."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rules.evidence import Reader, Weigh, reader, weights
from rules.landlord import Ruleset
from rules.words import PhraseIndex, phrase, tokens

_READ = 4_000
"""Characters of a text that are read: what a message is about stands at its head."""

_SCANNED = 100_000
"""Characters looked through for urgent words: far more, because missing one may cost a life."""

_SURE = 0.65
"""Below this confidence the answer is "do not know"."""

_TEMPERATURE = 1.1
_ENOUGH = 3.5
_STEP = 0.8
"""How evidence becomes confidence: by how much weaker a rival has to be to count e times less, the evidence at which,
without any rival, we are as sure as not, and how fast that changes with more. Fitted to some 270 labelled messages, so
that about the share of them is right that the confidence says; tests/unit/rules_recognise holds it to that."""

_SUREST = 0.99
_OTHERS = 3
_WORDS = 6


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a text is about: a journey's key or None for "do not know", and how sure that is, from 0 to 1.

    `confidence` is that of the likeliest journey, named or not; `runners_up` has the next ones with theirs. `words` are
    those of the text that spoke for it, strongest first.
    """

    journey: str | None
    confidence: float
    runners_up: tuple[tuple[str, float], ...]
    words: tuple[str, ...]


OnProgress = Callable[[str, int], float]
"""How strongly one feature by itself speaks for one journey, by its position."""


@dataclass(frozen=True, slots=True)
class Recogniser:
    """Reads texts in terms of one ruleset's journeys; `weigh` and `told` may be any functions of their shapes."""

    journeys: tuple[str, ...]
    reader: Reader
    weigh: Weigh
    told: OnProgress

    def recognise(self, text: str) -> Recognition:
        """The journey that a text (subject and body together) is about. Pure; reads the first 4,000 characters."""
        written = tokens(text[:_READ])
        keys = self.reader.keys(written)
        features = self.reader.features(keys)
        ranked = _ranked(self.weigh(features))
        if not ranked:
            return Recognition(None, 0.0, (), ())
        best, confidence = ranked[0]
        return Recognition(
            journey=self._named(best, confidence),
            confidence=confidence,
            runners_up=tuple((self.journeys[other], sure) for other, sure in ranked[1:]),
            words=self._words(best, features, dict(zip(keys, written, strict=True))),
        )

    def journey(self, text: str) -> tuple[str | None, float]:
        """Only the journey and the confidence of `recognise`: all that deciding needs, at two thirds of the cost."""
        ranked = _ranked(self.weigh(self.reader.features(self.reader.keys(tokens(text[:_READ])))))
        return (self._named(*ranked[0]), ranked[0][1]) if ranked else (None, 0.0)

    def _named(self, journey: int, confidence: float) -> str | None:
        return self.journeys[journey] if confidence >= _SURE else None

    def _words(self, journey: int, features: Iterable[str], written: Mapping[str, str]) -> tuple[str, ...]:
        told = sorted((-weight, each.removeprefix("=")) for each in features if (weight := self.told(each, journey)))
        texts = (" ".join([written.get(key, key) for key in feature.split()]) for _, feature in told)
        return tuple(dict.fromkeys(texts))[:_WORDS]


def recogniser(ruleset: Ruleset) -> Recogniser:
    """Learn to recognise a ruleset's journeys from their words and example phrases."""
    journeys = tuple(ruleset.journeys.values())
    learnt = weights(journeys)
    return Recogniser(tuple(each.key for each in journeys), reader(journeys), learnt, learnt.told)


def _ranked(scores: Sequence[float]) -> list[tuple[int, float]]:
    """The likeliest journeys by position, each with its share of the evidence times how much evidence there is."""
    order = sorted((-score, journey) for journey, score in enumerate(scores) if score > 0)
    if not order:
        return []
    top = -order[0][0]
    shares = [math.exp((-score - top) / _TEMPERATURE) for score, _ in order]
    known = _SUREST / (1 + math.exp((_ENOUGH - top) / _STEP)) / sum(shares)
    first = zip(order[: _OTHERS + 1], shares, strict=False)
    return [(journey, round(known * share, 4)) for (_, journey), share in first]


@dataclass(frozen=True, slots=True)
class Urgency:
    """A landlord's urgent words, ready to be looked for."""

    index: PhraseIndex

    def urgent(self, text: str) -> bool:
        """Whether a text has any of the words in it, in any of their forms."""
        return bool(self.index.found(tokens(text[:_SCANNED])))


def urgency(words: Iterable[str]) -> Urgency:
    """Prepare a ruleset's `urgent` words."""
    return Urgency(PhraseIndex(phrase(word) for word in words))
