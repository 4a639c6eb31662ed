"""Explanations and rules in plain words: what people read, and what they must never read."""

import json
from dataclasses import replace

import pytest

from rules.compile import compile_rules
from rules.explain import explain, sentence, sentences
from rules.model import All, Any, Condition, Facts, Not, Op, Priority, Span, Then, Unit
from rules.normal import normal
from rules.wording import states
from tests.unit.rules_deciding.builders import TUESDAY, asks, is_, mentions, rule, ruleset

PHONE = is_("channel", "phone")
PATTERN = asks("sender.address", Op.MATCHES, "gov$")


@pytest.mark.parametrize(
    "condition, words",
    [
        (PHONE, "the channel is Phone call"),
        (is_("channel", "phone", "sms", "chat"), "the channel is Phone call, Text message or Web chat"),
        (Not(PHONE), "the channel is not Phone call"),
        (is_("journey", "gas-escape"), "the journey is Gas escape"),
        (Not(is_("journey", "gas-escape")), "the journey is known and is not Gas escape"),
        (is_("customer.tenure", "general-needs"), "the customer's tenure is general needs"),
        (is_("customer.household", "young-child"), "the customer's household includes young child"),
        (is_("customer.adjustments", "text-relay"), "the customer's list of adjustments includes Text relay"),
        (
            asks("repeat_contacts", Op.AT_LEAST, 2),
            "the number of earlier contacts about the same thing is at least 2",
        ),
        (asks("confidence", Op.BELOW, 0.5), "the confidence in the journey is below 0.5"),
        (asks("attachments", Op.BETWEEN, 1, 3), "the number of attachments is from 1 to 3"),
        (mentions("gas leak", "fire"), "the message mentions “gas leak” or “fire”"),
        (Not(mentions("gas")), "the message does not mention “gas”"),
        (is_("chosen_team", "repairs"), "the team that the menu key or mailbox stands for is Repairs"),
        (Not(is_("customer.language", "pl")), "the customer's language is known and is not pl"),
        (PATTERN, "the sender's address matches the pattern gov$"),
        (is_("sender.known", True), "the sender is a customer we know"),
        (is_("sender.known", False), "the sender is not a customer we know"),
        (Not(is_("about.another", True)), "the contact is not about somebody other than the sender"),
        (is_("holiday", True), "the day is a bank holiday"),
        (is_("weekday", "saturday", "sunday"), "the day is Saturday or Sunday"),
        (asks("hours", Op.OPEN, "repairs"), "Repairs is open"),
        (asks("hours", Op.CLOSED, "repairs", "complaints"), "Repairs or Complaints is closed"),
        (asks("time", Op.AT_LEAST, "17:00"), "the time is 17:00 or later"),
        (asks("time", Op.BELOW, "09:00"), "the time is before 09:00"),
        (asks("season", Op.BETWEEN, "31 October", "1 May"), "the time of year is from 31 October to 1 May"),
        (asks("customer.patch", Op.ABSENT), "the customer's patch is not known"),
        (asks("customer.patch", Op.PRESENT), "the customer's patch is known"),
        (asks("sender.known", Op.ABSENT), "whether the sender is a customer we know is not known"),
        (Any((PHONE, mentions("gas"))), "either the channel is Phone call, or the message mentions “gas”"),
        (Any((All(()), PHONE)), "either nothing is asked, or the channel is Phone call"),
        (
            Not(All((PHONE, Any((PHONE, Not(PHONE)))))),
            "either the channel is not Phone call, or (the channel is not Phone call and the channel is Phone call)",
        ),
        (Any((PHONE, is_("channel", "sms"))), "the channel is Phone call or Text message"),
        (
            Any((PATTERN, All((PHONE, Any((mentions("gas"), is_("language", "pl"))))))),
            (
                "either the sender's address matches the pattern gov$, or (the channel is Phone call and "
                "(either the message mentions “gas”, or the language is pl))"
            ),
        ),
    ],
)
def test_a_condition_reads_as_people_say_it(condition: Condition, words: str) -> None:
    node = normal(condition)
    assert states(node, ruleset()) in (words, f"({words})")


EVERYTHING = Then(
    team="emergency",
    also=("repairs", "complaints"),
    priority=Priority.EMERGENCY,
    ask=("anyone-in",),
    instructions=("Stay on the line",),
    due=(("make-safe", Span(1, Unit.HOURS)),),
    message="gas-escape",
    take_over=True,
)


@pytest.mark.parametrize(
    "then, words",
    [
        ("emergency", "it goes to Emergency"),
        (
            "journey",
            "it goes to the journey's own team, or without a journey to that of the menu key or mailbox",
        ),
        (Then(instructions=("Ring at once.",)), "the colleague is told: “Ring at once”"),
        (Then(also=("repairs",)), "Repairs also has a part in it"),
        (Then(), "nothing changes"),
        (
            EVERYTHING,
            (
                "it goes to Emergency; it takes over an enquiry that another team has; Repairs and Complaints also "
                "have a part in it; it is an emergency; “make safe” is due within 1 hour; the customer is asked: "
                "“anyone-in”; the colleague is told: “Stay on the line”; the acknowledgement is “gas escape”. It "
                "counts as a rule for safety"
            ),
        ),
    ],
)
def test_a_rule_is_a_sentence(then: Then | str, words: str) -> None:
    assert sentence(rule("gas", PHONE, then), ruleset()) == (
        f"Gas: If the channel is Phone call, then {words}. So it is."
    )


def test_names_that_would_blur_a_list_stand_in_quotes() -> None:
    named = ruleset()
    blurred = replace(named.journeys["damp"], name="Damp, mould and rot")
    named = replace(named, journeys={**named.journeys, "damp": blurred})
    both = states(normal(is_("journey", "damp", "repair")), named)
    assert both == "the journey is “Damp, mould and rot” or “Repair”"
    assert states(normal(is_("journey", "damp")), named) == "the journey is Damp, mould and rot"


def test_a_rule_without_conditions_is_a_sentence_too() -> None:
    assert sentence(rule("rest", then="repairs"), ruleset()) == "Rest: It goes to Repairs. So it is."


def test_a_whole_ruleset_tells_its_two_lists_apart() -> None:
    said = sentences(ruleset(rule("a", PHONE), rule("b"), handling=(rule("c", then=Then(ask=("x",))),)))
    assert [line[:2] for line in said] == ["Th", "1.", "2.", "If", "Be", "1."]


RULES = ruleset(
    rule("gas", is_("journey", "gas-escape"), "emergency", "Gas goes out at any hour."),
    rule("twice", All((asks("repeat_contacts", Op.AT_LEAST, 2), PHONE)), "complaints"),
    rule("words", mentions("ombudsman"), "complaints"),
    rule("closed", asks("hours", Op.CLOSED, "repairs"), "emergency"),
    rule("mine", is_("journey", "damp"), "journey"),
    rule("rest"),
    handling=(rule("child", is_("customer.household", "young-child"), Then(priority=Priority.HIGH), "Lungs."),),
)
FACTS: Facts = {
    "channel": "email",
    "journey": "repair",
    "repeat_contacts": 3,
    "text": "my secret words",
    "customer.household": frozenset({"young-child"}),
}


def test_an_explanation_says_what_won_what_lost_and_what_would_have_changed_it() -> None:
    explained = explain(compile_rules(RULES), FACTS, TUESDAY)
    assert explained.sentences() == (
        "Rule “rest” decides that it goes to Customer Hub, because it takes everything that no earlier rule does.",
        "So it is.",
        "Rule “child” applies as well, because the customer's household includes young child. Lungs.",
        "Rule “gas” did not fit: it asks that the journey is Gas escape (it is Repair).",
        "Rule “twice” did not fit: it asks that the channel is Phone call (it is Email).",
        "Rule “words” did not fit: it asks that the message mentions “ombudsman” (it does not).",
        "Rule “closed” did not fit: it asks that Repairs is closed (it was 10:00 on Tuesday 3 March 2026).",
        "Rule “mine” did not fit: it asks that the journey is Damp (it is Repair).",
        "Had the journey been Gas escape, rule “gas” would have sent it to Emergency.",
        "Had the channel been Phone call, rule “twice” would have sent it to Complaints.",
        "Had the message mentioned “ombudsman”, rule “words” would have sent it to Complaints.",
    )


@pytest.mark.parametrize(
    "rules, facts, changes",
    [
        pytest.param(
            (rule("mine", is_("journey", "damp"), "journey"), rule("rest")),
            {"journey": "repair"},
            ("Had the journey been Damp, rule “mine” would have sent it to Repairs.",),
            id="the journey's team is that of the journey supposed",
        ),
        pytest.param(
            (rule("a", PHONE), rule("b", All((PHONE, mentions("gas")))), rule("rest")),
            {"channel": "sms", "text": "gas"},
            ("Had the channel been Phone call, rule “a” would have sent it to Customer Hub.",),
            id="no claim that an earlier rule would thwart",
        ),
        pytest.param(
            (rule("never", All((PHONE, Not(PHONE)))), rule("rest")),
            {"channel": "sms"},
            (),
            id="no claim for what cannot be",
        ),
        pytest.param(
            (rule("a", Any((All((mentions("gas"), PHONE)), is_("language", "pl"))), "repairs"), rule("rest")),
            {"channel": "phone", "text": ""},
            ("Had the message mentioned “gas”, rule “a” would have sent it to Repairs.",),
            id="of a choice only what its first way lacked",
        ),
        pytest.param(
            (rule("a", Not(is_("channel", "sms")), "repairs"), rule("rest")),
            {"channel": "sms"},
            ("Had the channel not been Text message, rule “a” would have sent it to Repairs.",),
            id="a negation",
        ),
        pytest.param(
            (rule("a", Not(is_("customer.household", "young-child")), "repairs"), rule("rest")),
            {"customer.household": frozenset({"young-child"})},
            ("Had the customer's household not included young child, rule “a” would have sent it to Repairs.",),
            id="a member too many",
        ),
    ],
)
def test_what_would_have_changed_it_is_true(rules: tuple, facts: Facts, changes: tuple[str, ...]) -> None:
    assert explain(compile_rules(ruleset(*rules)), facts, TUESDAY).changes == changes


def test_what_a_customer_wrote_is_never_repeated() -> None:
    rules = ruleset(
        rule("a", All((mentions("x"), is_("subject", "y"), is_("sender.address", "z")))), rule("b", Not(mentions("my")))
    )
    facts: Facts = {"text": "my secret", "subject": "secret", "sender.address": "secret"}
    assert "secret" not in json.dumps(explain(compile_rules(rules), facts, TUESDAY).as_dict())


def test_an_explanation_is_plain_values_for_json() -> None:
    explained = json.loads(json.dumps(explain(compile_rules(RULES), FACTS, TUESDAY).as_dict()))
    assert explained["rule"] == "rest"
    assert explained["lost"][0] == {"rule": "gas", "failed": ["the journey is Gas escape (it is Repair)"]}


def test_no_rule_at_all_is_explained() -> None:
    explained = explain(compile_rules(ruleset()), {}, TUESDAY)
    assert explained.sentences() == ("No rule fits, so it goes to Customer Hub, which takes what nobody else does.",)
