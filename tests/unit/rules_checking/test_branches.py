"""What the examples of a rule try, and what they leave untried."""

import pytest

from rules.checking.branches import branches
from rules.compile import compile_rules
from rules.recognise import recogniser
from tests.unit.rules_language.landlords import loaded


def untried(when: str, *examples: str) -> list[str]:
    """What is left untried, with a + before what an example has to show applying."""
    listed = ", ".join(examples)
    rules = loaded(f"owner: [{{rule: r, when: {when}, then: {{team: hub}}, because: b, examples: [{listed}]}}]")
    found = branches(compile_rules(rules), recogniser(rules))
    return [("+ " if each.applies else "- ") + each.says for each in found if each.rule == "r" and not each.tried]


PHONE, EMAIL = "{channel: phone}", "{channel: email}"
NOT_CHAT = "{channel: chat, not: true}"
BOTH = "{channel: [phone, email]}"


@pytest.mark.parametrize(
    "when, examples, left",
    [
        (PHONE, (PHONE,), ["- the channel is Phone call"]),
        (PHONE, (PHONE, NOT_CHAT), []),
        (BOTH, (PHONE, NOT_CHAT), ["+ the channel is Email"]),
        (BOTH, (PHONE, EMAIL, NOT_CHAT), []),
        (
            "{any: [{channel: phone}, {journey: gas-escape}]}",
            (PHONE, NOT_CHAT),
            ["+ the journey is Gas escape"],
        ),
        (f"{{not: {BOTH}}}", ("{channel: chat}", "{channel: phone, not: true}"), ["- the channel is Email"]),
        (
            "{text: {mentions: [rat, mice]}}",
            ("{text: two rats}", "{text: nothing, not: true}"),
            ["+ the message mentions “mice”"],
        ),
        ("{repeat_contacts: {between: [1, 2]}}", ("{repeat_contacts: 1}", "{repeat_contacts: 3, not: true}"), []),
        ("{hours: {closed: hub}}", ("{channel: phone, at: 2026-03-07 10:00}", "{channel: phone, not: true}"), []),
        ("{}", (PHONE,), []),
    ],
)  # fmt: skip
def test_what_no_example_tries(when: str, examples: tuple[str, ...], left: list[str]) -> None:
    assert untried(when, *examples) == left


def test_an_example_that_fails_tries_nothing() -> None:
    assert untried(PHONE, EMAIL, "{channel: phone, not: true}") == ["- the channel is Phone call"]


def test_it_is_told_where_the_condition_stands() -> None:
    rules = loaded(f"owner: [{{rule: r, when: {BOTH}, then: {{team: hub}}, because: b, examples: [{PHONE}]}}]")
    told = [str(each) for each in branches(compile_rules(rules), recogniser(rules)) if not each.tried]
    without = "has no example with `not: true` where it is kept out by this: the channel is Phone call or Email"
    assert told == [
        f"case.yaml:1:26: rule “r” {without}",
        "case.yaml:1:26: rule “r” has no example to which it applies, and where the channel is Email",
    ]
