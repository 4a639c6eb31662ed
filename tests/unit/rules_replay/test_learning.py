"""What misroutes have in common: words without anybody's name, facts that tell them apart, and which change is best."""

from collections.abc import Sequence

import pytest

from rules.learning import (
    CUSTOMERS,
    Misroute,
    Rarity,
    Score,
    Separation,
    best_first,
    capitalised,
    conditions_of,
    covers,
    groups,
    phrases,
    without_names,
)
from rules.model import FactValue


def misroute(text: str, party: int = 0, **facts: FactValue) -> Misroute:
    named = {name.replace("__", "."): value for name, value in facts.items()}
    return Misroute(
        str(party), str(party), "repairs", "assets", "repair", "everyone else", text, {"channel": "sms"} | named
    )


def many(*texts: str, **facts: FactValue) -> list[Misroute]:
    return [misroute(text, number, **facts) for number, text in enumerate(texts)]


def written(cases: Sequence[Misroute], known: frozenset[str] = frozenset()) -> list[str]:
    return [each.written for each in phrases(cases, known)]


GREEN = (
    "my green bins were missed",
    "the green bin was not taken",
    "green bin full",
    "a green bin please",
    "green bins",
)


def test_words_that_enough_customers_use_are_found_in_any_form() -> None:
    assert set(written(many(*GREEN))) == {"green", "green bin", "bin"}


def test_words_of_few_customers_are_not_however_often_each_wrote() -> None:
    assert written(many(*GREEN[:4])) == []
    assert written([misroute(text, 7) for text in GREEN * 10]) == []


@pytest.mark.parametrize(
    "text,known,kept,left_out",
    [
        ("I spoke to Darren yesterday", frozenset(), "spoke", "darren"),
        ("the paint in flat 12, ring 0161 4960000", frozenset(), "paint", "12"),
        ("mail a1@b2.example about paint", frozenset(), "paint", "b2"),
        ("I painted the Council house", frozenset({"council"}), "council", "darren"),
        ("I painted the Council house", frozenset(), "painted", "council"),
        ("Darren came round to paint", frozenset(), "paint", "darren"),
        ("PAINT THE DOOR", frozenset(), "paint", "darren"),
    ],
)
def test_names_and_numbers_are_left_out(text: str, known: frozenset[str], kept: str, left_out: str) -> None:
    found = written(many(*[text] * CUSTOMERS), known)
    assert kept in found
    assert not any(left_out in each.split() or not each.replace(" ", "").isalpha() for each in found)


def test_names_in_the_record_are_left_out_unless_the_rules_know_the_word() -> None:
    found = phrases(many(*["darren wood came round", *["darren about the wood"] * 5]), frozenset({"wood"}))
    kept = without_names(found, {"wood"}, lambda words: {"darren", "wood"} & set(words))
    assert [each.written for each in kept] == ["wood"]


def test_capitals() -> None:
    said = ["I saw Anna. She left, she did. PLEASE HELP. I saw Anna", "the Bins and bins and bins", "Ben came"]
    assert capitalised(said) == {"anna", "ben"}


def test_how_rare_a_phrase_is_elsewhere() -> None:
    rarity = Rarity([("green", "bin"), ("bin",)])
    for text, owner in (("green bins", "repairs"), ("the bin", "assets"), ("bins", "repairs")):
        rarity.add(text, owner)
    assert [rarity.elsewhere(0, "assets"), rarity.elsewhere(1, "assets")] == [1, 2]


def test_phrases_that_together_cover_most() -> None:
    cases = many(*GREEN, *["blocked gully", "gully again", "the gully", "gullies", "a gully"])
    found = [each for each in phrases(cases, frozenset()) if each.written in ("green bin", "gully", "green")]
    assert {each.written for each in covers(found, cases, 3)} >= {"gully"}
    assert len(covers(found, cases, 3)) == 2


def test_facts_that_tell_misroutes_apart() -> None:
    cases = many(*["a leak"] * 6, customer__tenure="leaseholder", attachments=2)
    separation = Separation(groups(cases)[0])
    for _ in range(9):
        separation.add({"channel": "sms", "customer.tenure": "general-needs"})
    assert separation.best(1) == [frozenset({("customer.tenure", "leaseholder")})]
    for _ in range(9):
        separation.add({"channel": "sms", "customer.tenure": "leaseholder"})
    assert separation.best(1) == []


def test_facts_as_tests() -> None:
    facts = {
        "channel": "sms",
        "journey": "repair",
        "sender.known": True,
        "text": "x",
        "customer.household": frozenset("ab"),
    }
    assert conditions_of(facts) == {
        ("channel", "sms"),
        ("sender.known", "true"),
        ("customer.household", "a"),
        ("customer.household", "b"),
    }


@pytest.mark.parametrize(
    "scores,expected",
    [
        ({}, []),
        ({"few": Score(CUSTOMERS - 1, 0, 1)}, []),
        ({"harmful": Score(20, 11, 1)}, []),
        ({"b": Score(9, 0, 1, 0, 1), "c": Score(9, 0, 1, 5, 3), "a": Score(9, 0, 1, 0, 2)}, ["a", "b", "c"]),
        ({"large": Score(9, 0, 3), "small": Score(9, 0, 1), "more": Score(12, 1, 4)}, ["more", "small", "large"]),
    ],
)
def test_the_best_change_is_the_smallest_of_those_that_gain_most(scores: dict[str, Score], expected: list[str]) -> None:
    assert best_first(scores) == expected


def test_groups_are_told_apart_and_come_largest_first() -> None:
    cases = [*many("a", "b"), Misroute("9", "9", "hub", "assets", None, "everyone else", "c", {})]
    assert [(each.wrong, each.journey, each.customers) for each in groups(cases)] == [
        ("repairs", "repair", 2),
        ("hub", None, 1),
    ]
