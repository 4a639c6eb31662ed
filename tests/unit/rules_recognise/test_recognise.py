"""What a message is about: tables of real-looking messages over the sample landlord, and rulesets made by hand."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.folder import read_folder
from rules.landlord import Journey, Ruleset
from rules.load import load
from rules.model import Mark, Priority
from rules.recognise import Recogniser, recogniser, urgency
from rules.words import tokens
from tests.bounded import comes_to_an_end

HERE = Path(__file__).parent
CONFIG = HERE.parents[2] / "config"
UNKNOWN = "-"


@cache
def sample() -> Ruleset:
    return load(read_folder(CONFIG))


@cache
def sample_recogniser() -> Recogniser:
    return recogniser(sample())


def journey(key: str, words: Iterable[str], phrases: Iterable[str] = ()) -> Journey:
    return Journey(
        key=key, name=key, team="hub", priority=Priority.NORMAL, words=tuple(words), phrases=tuple(phrases), ask=(),
        hub_can_resolve=False, script="", steps=(), timescales={}, message=None, mark=Mark("made-up.yaml", 1, 1),
    )  # fmt: skip


def made(*journeys: Journey) -> Recogniser:
    return recogniser(replace(sample(), journeys={each.key: each for each in journeys}))


def table(name: str) -> list[tuple[set[str], str]]:
    rows = (line.split("\t") for line in (HERE / name).read_text(encoding="utf-8").splitlines())
    return [(set(labels.split("|")), text) for labels, text in rows]


def outcome(labels: set[str], text: str) -> str:
    found = sample_recogniser().recognise(text).journey or UNKNOWN
    return "right" if found in labels else "unknown" if found == UNKNOWN else "wrong"


@pytest.mark.parametrize(
    "name, right, wrong",
    [("messages.tsv", 0.9, 0.04), ("harder.tsv", 0.65, 0.08)],
)
def test_most_messages_are_recognised_and_hardly_any_wrongly(name: str, right: float, wrong: float) -> None:
    rows = table(name)
    outcomes = Counter(outcome(labels, text) for labels, text in rows)
    print(name, {each: round(count / len(rows), 3) for each, count in outcomes.items()})
    assert outcomes["right"] / len(rows) >= right
    assert outcomes["wrong"] / len(rows) <= wrong


@pytest.mark.parametrize("low, high", [(0.0, 0.5), (0.5, 0.9), (0.9, 1.0)])
def test_confidence_is_about_the_share_that_is_right(low: float, high: float) -> None:
    told = [
        (labels, sample_recogniser().recognise(text), text)
        for name in ("messages.tsv", "harder.tsv")
        for labels, text in table(name)
    ]
    among = [(labels, each, text) for labels, each, text in told if low < each.confidence <= high and each.words]
    right = sum(bool({best(text)} & labels) for labels, _, text in among) / len(among)
    said = sum(each.confidence for _, each, _ in among) / len(among)
    assert abs(said - right) < 0.2


def best(text: str) -> str:
    """The likeliest journey, also where the answer is "do not know"."""
    used = sample_recogniser()
    scores = used.weigh(used.reader.features(used.reader.keys(tokens(text))))
    return used.journeys[max(range(len(scores)), key=lambda at: scores[at])]


@pytest.mark.parametrize("key", sorted(sample().journeys))
def test_every_journey_is_recognised_by_its_own_words_and_phrases(key: str) -> None:
    each = sample().journeys[key]
    missed = [text for text in (*each.words, *each.phrases) if sample_recogniser().recognise(text).journey != key]
    assert len(missed) <= 1, missed


HEATING = journey("heating", ["boiler", "no heating", "hot water"], ["the radiators are cold", "boiler lost pressure"])
GAS = journey("gas", ["gas leak", "smell gas"], ["hissing from the gas pipe"])
RENT = journey("rent", ["rent", "arrears", "gas bill"], ["how much do i owe"])
MADE = made(HEATING, GAS, RENT)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("my BOILER's broken", "heating"),
        ("the boilr is dead", "heating"),
        ("I haven't any hot water", "heating"),
        ("no heating", "heating"),
        ("radiators stone cold again", "heating"),
        ("I smelled gas", "gas"),
        ("gaz", None),
        ("the gas bill is wrong", "rent"),
        ("its not a gas leak", None),
        ("nothing to do with the boiler", None),
        ("boiler or rent", None),
        ("hello", None),
        ("", None),
        ("🔥", None),
        ("我家没有暖气", None),
    ],
)
def test_by_hand(text: str, expected: str | None) -> None:
    assert MADE.recognise(text).journey == expected


@pytest.mark.parametrize(
    "text, words",
    [
        ("My boilers broke", ("boilers",)),
        ("No HOT water!", ("hot water", "hot", "water")),
        ("hello", ()),
    ],
)
def test_the_words_that_told_it_are_those_of_the_text(text: str, words: tuple[str, ...]) -> None:
    assert MADE.recognise(text).words == words


def test_a_tie_is_not_known_and_names_both() -> None:
    found = made(journey("one", ["lift"]), journey("two", ["lift"])).recognise("lift")
    assert found.journey is None
    assert found.confidence == found.runners_up[0][1]


@pytest.mark.parametrize("journeys", [(), (journey("only", []),), (journey("odd", ["!!", ""], ["🔥"]),)])
def test_a_ruleset_with_nothing_to_go_by_knows_nothing(journeys: tuple[Journey, ...]) -> None:
    assert made(*journeys).recognise("boiler").journey is None


@given(st.text())
def test_any_text_gets_an_answer_within_bounds_and_the_same_again(text: str) -> None:
    found = sample_recogniser().recognise(text)
    sure = [found.confidence, *(confidence for _, confidence in found.runners_up)]
    assert sure == sorted(sure, reverse=True)
    assert all(0 <= each <= 1 for each in sure)
    assert sum(sure) <= 1.001
    assert sample_recogniser().recognise(text) == found


@given(st.lists(st.sampled_from(["boiler", "rent", "hot", "water", "gas", "leak", "not a", "xyz"]), max_size=12))
def test_the_order_of_journeys_does_not_matter(words: list[str]) -> None:
    text = " ".join(words)
    assert made(RENT, GAS, HEATING).recognise(text).confidence == pytest.approx(
        MADE.recognise(text).confidence, abs=1e-3
    )


@pytest.mark.parametrize(
    "text", [" " * 1_000_000, "boiler " * 150_000, "a\u0301\u0316" * 300_000, "x" * 1_000_000], ids=len
)
def test_a_megabyte_is_read_at_once(text: str) -> None:
    with comes_to_an_end():
        sample_recogniser().recognise(text)
        urgency(sample().urgent).urgent(text)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("I can smell GAS", [True]),
        ("my gasket", [False]),
        ("he can't breathe!", [True]),
        ("flooded again", [True]),
        ("the ceiling fell in", [True]),
        ("skill me", [False]),
        ("", [False]),
        ("x " * 20_000 + "fire", [True]),
    ],
)
def test_urgent(text: str, expected: list[bool]) -> None:
    assert [urgency(sample().urgent).urgent(text)] == expected
