"""What misroutes have in common that the contacts around them have not: words, and facts together. Pure.

Nothing that is found names anybody: a word has to be used by several customers, and numbers, names and what is mostly
written with a capital letter are left out, unless the rules know the word anyway.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from rules.common import COMMON
from rules.fields import FIELDS, FieldType
from rules.landlord import Ruleset
from rules.model import Facts
from rules.stem import stem_all
from rules.words import PhraseIndex, tokens

CUSTOMERS: Final = 5
"""A group or a word counts only if at least so many customers are behind it."""
READ: Final = 4_000
"""Characters of a text that are looked at, as recognising does."""
LONGEST_PHRASE: Final = 3
MOST_PHRASES: Final = 40
MOST_TESTS: Final = 10
MOST_TOGETHER: Final = 3
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_STOPS: Final = frozenset(".!?:;\n\"“”'‘’([-–—*>")
_TESTED: Final = frozenset({FieldType.VALUE, FieldType.SET, FieldType.YES_NO})
_NOT_TESTED: Final = frozenset({"journey", "chosen_team", "kind", "customer.preferences"})
"""The journey is what a group is told apart by; the rest says little of what a contact is about."""

Test = tuple[str, str]
"""A field and a value that it has."""


@dataclass(frozen=True, slots=True)
class Misroute:
    """A contact whose enquiry was passed on because its first owner was wrong; `party` is whose matter it is."""

    contact: str
    party: str
    wrong: str
    right: str
    journey: str | None
    rule: str
    text: str
    facts: Facts


@dataclass(slots=True)
class Group:
    """Misroutes of one kind: from the same team to the same team, with the same journey recognised."""

    wrong: str
    right: str
    journey: str | None
    cases: list[Misroute] = field(default_factory=list)

    @property
    def customers(self) -> int:
        """How many customers are behind them."""
        return len({case.party for case in self.cases})


@dataclass(frozen=True, slots=True)
class Phrase:
    """A word or a few side by side: their keys, how people mostly write them, and how many customers of a group did."""

    keys: tuple[str, ...]
    written: str
    customers: int


def groups(cases: Iterable[Misroute]) -> list[Group]:
    """The misroutes by kind, the largest first."""
    found: dict[tuple[str, str, str | None], Group] = {}
    for case in cases:
        key = (case.wrong, case.right, case.journey)
        found.setdefault(key, Group(*key)).cases.append(case)
    return sorted(found.values(), key=lambda group: (-len(group.cases), group.wrong, group.right, group.journey or ""))


def vocabulary(ruleset: Ruleset) -> frozenset[str]:
    """The words that a ruleset has in its journeys already, folded."""
    journeys = ruleset.journeys.values()
    return frozenset(token for each in journeys for text in (*each.words, *each.phrases) for token in tokens(text))


# Words -----------------------------------------------------------------------------------------------------------


def phrases(cases: Sequence[Misroute], known: Collection[str]) -> list[Phrase]:
    """The words and short phrases that enough customers of a group use, most of them first.

    `known` are words that the rules have already: they are no names, however they are written.
    """
    names = capitalised(case.text for case in cases) - frozenset(known)
    parties: dict[tuple[str, ...], set[str]] = defaultdict(set)
    written: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for case in cases:
        for keys, text in set(_runs(tokens(case.text[:READ]), names)):
            parties[keys].add(case.party)
            written[keys][text] += 1
    found = [
        Phrase(keys, written[keys].most_common(1)[0][0], len(who))
        for keys, who in parties.items()
        if len(who) >= CUSTOMERS
    ]
    return sorted(found, key=lambda each: (-each.customers, -len(each.keys), each.keys))[:MOST_PHRASES]


def capitalised(texts: Iterable[str]) -> frozenset[str]:
    """The words that are mostly written with a capital letter, folded: names, as a rule.

    Inside a sentence a capital counts for itself; at the start of one only if nobody writes the word without.
    """
    inside: Counter[str] = Counter()
    small: Counter[str] = Counter()
    starting: set[str] = set()
    for text in texts:
        for match in _WORD.finditer(text):
            word = match[0]
            before = text[: match.start()].rstrip(" \t")[-1:]
            if word[:1].islower():
                small.update(tokens(word))
            elif word[:1].isupper() and not word.isupper():
                starting.update(tokens(word))
                inside.update(tokens(word) if before and before not in _STOPS else ())
    mostly = {word for word, count in inside.items() if count >= small[word]}
    return frozenset(mostly | (starting - small.keys()))


def _runs(words: Sequence[str], names: Collection[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every run of a few words that may be a phrase: no number or name in it, no word that says nothing at its ends."""
    keys = stem_all(words)
    dull = [key in COMMON for key in keys]
    barred = [not word.isalpha() or word in names for word in words]
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + LONGEST_PHRASE) + 1):
            if barred[end - 1]:
                break
            if not dull[start] and not dull[end - 1]:
                yield tuple(keys[start:end]), " ".join(words[start:end])


@dataclass(slots=True)
class Rarity:
    """Counts, text by text, how often phrases stand in contacts that were right where they were, by their owner."""

    phrases: Sequence[tuple[str, ...]]
    right: Counter[tuple[int, str]] = field(default_factory=Counter)
    _index: PhraseIndex = field(init=False)

    def __post_init__(self) -> None:
        """Prepare to look for all of them at once."""
        self._index = PhraseIndex(self.phrases)

    def add(self, text: str, owner: str) -> None:
        """Count the phrases in one text."""
        for place in self._index.found(tokens(text[:READ])):
            self.right[place, owner] += 1

    def elsewhere(self, place: int, owner: str) -> int:
        """In how many contacts that were right with another team the phrase of this position stands."""
        return sum(count for (each, team), count in self.right.items() if each == place and team != owner)


# Facts -----------------------------------------------------------------------------------------------------------


def conditions_of(facts: Facts) -> frozenset[Test]:
    """The values of a contact that a condition of a rule can ask for."""
    found: set[Test] = set()
    for name, value in facts.items():
        known = FIELDS.get(name)
        if known is None or known.type not in _TESTED or name in _NOT_TESTED:
            continue
        values = value if isinstance(value, frozenset) else [value]
        found.update((name, str(each).lower() if isinstance(each, bool) else str(each)) for each in values)
    if "recipient" in facts:
        found.add(("recipient", str(facts["recipient"])))
    return frozenset(found)


@dataclass(slots=True)
class Separation:
    """Which facts together tell a group's misroutes from the contacts of its journey that were right."""

    group: Group
    common: frozenset[Test] = field(init=False)
    mended: Counter[frozenset[Test]] = field(default_factory=Counter)
    harmed: Counter[frozenset[Test]] = field(default_factory=Counter)
    parties: dict[frozenset[Test], set[str]] = field(default_factory=lambda: defaultdict(set))
    among: int = 0

    def __post_init__(self) -> None:
        """Take what most of the misroutes have, and count it among them."""
        read = [(case, conditions_of(case.facts)) for case in self.group.cases]
        counts = Counter(test for _, found in read for test in found)
        likely = [test for test, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
        self.common = frozenset([test for test in likely if counts[test] >= CUSTOMERS][:MOST_TESTS])
        for case, found in read:
            for together in _subsets(found & self.common):
                self.mended[together] += 1
                self.parties[together].add(case.party)

    def add(self, facts: Facts) -> None:
        """Count one contact of the journey that was right with the team that the group's were wrong with."""
        self.among += 1
        self.harmed.update(_subsets(conditions_of(facts) & self.common))

    def best(self, most: int) -> list[frozenset[Test]]:
        """The facts together that mend most more than they harm, the fewest of them where it comes to the same."""
        scored = [
            (self.mended[each] - self.harmed[each], each)
            for each, who in self.parties.items()
            if each and len(who) >= CUSTOMERS
        ]
        gaining = [(net, each) for net, each in scored if net > 0]
        return [each for _, each in sorted(gaining, key=lambda item: (-item[0], len(item[1]), sorted(item[1])))[:most]]


def _subsets(found: Collection[Test]) -> Iterator[frozenset[Test]]:
    for size in range(MOST_TOGETHER + 1):
        yield from map(frozenset, combinations(sorted(found), size))


# Which of them -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Score:
    """What a change would do: misroutes mended, contacts newly sent elsewhere that were right, and its size.

    `moved` are others that it sends elsewhere, of which nobody has said yet whether they were right. `words` is how
    many words its phrases have: of two that do the same, the longer one will catch less that is new.
    """

    mended: int
    harmed: int
    size: int
    moved: int = 0
    words: int = 0

    @property
    def net(self) -> int:
        """What is gained."""
        return self.mended - self.harmed

    @property
    def worth_it(self) -> bool:
        """Whether a supervisor should be bothered with it: it mends enough, and at least twice what it harms."""
        return self.mended >= CUSTOMERS and self.mended >= 2 * self.harmed


def best_first(scores: Mapping[str, Score]) -> list[str]:
    """The changes that are worth it: the greatest gain first, of the same gain the smallest, then what moves least."""
    worthy = [key for key, score in scores.items() if score.worth_it]
    order = {key: (-each.net, each.size, each.moved, -each.words, key) for key, each in scores.items()}
    return sorted(worthy, key=order.__getitem__)


def covers(found: Sequence[Phrase], cases: Sequence[Misroute], most: int) -> list[Phrase]:
    """A few phrases that together stand in as many of the texts as can be, each adding enough customers."""
    said = [
        (case.party, frozenset(PhraseIndex([each.keys for each in found]).found(tokens(case.text[:READ]))))
        for case in cases
    ]
    chosen: list[int] = []
    left = said
    while len(chosen) < most:
        gains = Counter(place for place in range(len(found)) for _, places in left if place in places)
        place, _ = max(gains.items(), key=lambda item: (item[1], -item[0]), default=(-1, 0))
        if place < 0 or len({party for party, places in left if place in places}) < CUSTOMERS:
            break
        chosen.append(place)
        left = [each for each in left if place not in each[1]]
    return [found[place] for place in chosen]


Private = Callable[[Collection[str]], Collection[str]]
"""Which of these folded words are names of customers or colleagues."""


def without_names(found: Iterable[Phrase], known: Collection[str], private: Private) -> list[Phrase]:
    """The phrases without a name of anybody in the record, unless the rules know the word anyway."""
    found = list(found)
    words = {word for each in found for word in each.written.split()} - set(known)
    named = set(private(words))
    return [each for each in found if named.isdisjoint(each.written.split())]
