"""What an outcome is made of when an owner rule, handling rules and a journey all have their say."""

from datetime import timedelta

import pytest

from rules.compile import compile_rules
from rules.decide import decide
from rules.explain import near
from rules.model import JOURNEY_TEAM, All, Condition, Facts, Not, Op, Outcome, Priority, Rule, Span, Then, Unit
from rules.ruling import NO_RULE
from tests.unit.rules_deciding.builders import TUESDAY, asks, is_, mentions, rule, ruleset

GAS, DAMP = {"journey": "gas-escape"}, {"journey": "damp"}


def decided(facts: Facts, then: Then, *handling: Then) -> Outcome:
    rules = ruleset(rule("only", then=then), handling=tuple(rule(f"h{n}", then=t) for n, t in enumerate(handling)))
    return decide(compile_rules(rules), facts, TUESDAY)


def low(**more: object) -> Then:
    return Then(team="complaints", priority=Priority.LOW, **more)


@pytest.mark.parametrize(
    "facts, then, handling, priority",
    [
        pytest.param({}, Then(team="complaints"), (), "normal", id="normal where nobody says"),
        pytest.param({}, low(), (), "low", id="the rule's, without a journey"),
        pytest.param(DAMP, Then(team="complaints"), (), "low", id="the journey's"),
        pytest.param(GAS, low(), (), "emergency", id="a journey more urgent than the rule"),
        pytest.param(DAMP, low(), (Then(priority=Priority.HIGH),), "high", id="handling more urgent than both"),
        pytest.param(GAS, low(), (Then(priority=Priority.HIGH),), "emergency", id="handling never loosens"),
        pytest.param({"journey": "gone"}, low(), (), "low", id="a journey that no longer exists"),
    ],
)
def test_the_most_urgent_priority_wins(facts: Facts, then: Then, handling: tuple[Then, ...], priority: str) -> None:
    assert decided(facts, then, *handling).priority == priority


@pytest.mark.parametrize(
    "facts, team, expected",
    [
        ({}, "complaints", "complaints"),
        (DAMP, JOURNEY_TEAM, "repairs"),
        ({}, JOURNEY_TEAM, "customer-hub"),
        ({"journey": "gone"}, JOURNEY_TEAM, "customer-hub"),
        ({"chosen_team": "complaints"}, JOURNEY_TEAM, "complaints"),
        ({"chosen_team": "complaints", **DAMP}, JOURNEY_TEAM, "repairs"),
        ({"chosen_team": "no-such-team"}, JOURNEY_TEAM, "customer-hub"),
        ({}, "no-such-team", "customer-hub"),
    ],
)
def test_every_contact_has_an_owner(facts: Facts, team: str, expected: str) -> None:
    assert decided(facts, Then(team=team)).team == expected


def test_the_fallback_team_has_what_no_rule_takes() -> None:
    compiled = compile_rules(ruleset(rule("gas", is_("journey", "gas-escape"))))
    outcome = decide(compiled, {}, TUESDAY)
    assert (outcome.rule, outcome.team) == (NO_RULE, "customer-hub")
    assert outcome.near == ("gas",)


def hours(count: int, unit: Unit = Unit.HOURS) -> Span:
    return Span(count, unit)


@pytest.mark.parametrize(
    "facts, dues, expected",
    [
        pytest.param(GAS, (), {"respond": 4, "make_safe": 24}, id="the journey's"),
        pytest.param(GAS, (("respond", hours(2)),), {"respond": 2, "make_safe": 24}, id="tightened"),
        pytest.param(GAS, (("respond", hours(9)),), {"respond": 4, "make_safe": 24}, id="never loosened"),
        pytest.param({}, (("call", hours(3)),), {"call": 3}, id="a rule's own"),
        pytest.param({}, (("call", hours(3, Unit.OPEN_HOURS)),), {"call": 3}, id="in the owner's open hours"),
    ],
)
def test_of_due_times_the_earliest_wins(facts: Facts, dues: tuple, expected: dict[str, int]) -> None:
    outcome = decided(facts, Then(team="complaints"), Then(due=dues))
    assert outcome.due == {name: TUESDAY + timedelta(hours=count) for name, count in expected.items()}


def test_questions_instructions_and_teams_are_kept_in_order_and_once() -> None:
    owner = Then(team="complaints", also=("repairs",), ask=("b", "gas-escape-question"), instructions=("one",))
    handling = Then(also=("complaints", "repairs", "wardens"), ask=("c", "b"), instructions=("two", "one"))
    outcome = decided(GAS, owner, handling)
    assert outcome.ask == ("gas-escape-question", "b", "c")
    assert outcome.instructions == ("one", "two")
    assert outcome.also == ("repairs", "wardens"), "the owner does not contribute to what it owns"


@pytest.mark.parametrize(
    "facts, owner, handling, expected",
    [
        (GAS, "mine", "theirs", "mine"),
        (GAS, None, "theirs", "theirs"),
        (GAS, None, None, "gas-escape-message"),
        ({}, None, None, None),
    ],
)
def test_the_first_message_that_is_named_is_sent(
    facts: Facts, owner: str | None, handling: str | None, expected: str | None
) -> None:
    assert decided(facts, Then(team="complaints", message=owner), Then(message=handling)).message == expected


PHONE, SHELTERED = is_("channel", "phone"), is_("customer.tenure", "sheltered")
NEAR = (
    rule("three short", All((PHONE, SHELTERED, is_("language", "pl"), mentions("gas")))),
    rule("two short", All((PHONE, SHELTERED, mentions("gas")))),
    rule("one short", All((PHONE, mentions("gas")))),
    rule("one short too", Not(mentions("gas"))),
    rule("winner", mentions("gas")),
    rule("later", PHONE),
)


def test_the_nearest_losers_come_with_what_they_failed_on() -> None:
    compiled, facts = compile_rules(ruleset(*NEAR)), {"channel": "sms", "text": "gas"}
    outcome, losers = decide(compiled, facts, TUESDAY), near(compiled, facts, TUESDAY)
    assert outcome.rule == "winner"
    assert outcome.near == tuple(lost.rule for lost in losers)
    assert [(lost.rule, lost.failed[0]) for lost in losers] == [
        ("one short", "the channel is Phone call (it is Text message)"),
        ("one short too", "the message does not mention “gas” (it does)"),
        ("two short", "the channel is Phone call (it is Text message)"),
    ]


UNKNOWN = is_("customer.tenure", "sheltered")


@pytest.mark.parametrize(
    "condition, unknown, other",
    [
        pytest.param(UNKNOWN, False, False, id="a test"),
        pytest.param(Not(UNKNOWN), False, True, id="its negation"),
        pytest.param(Not(All((UNKNOWN, PHONE))), False, True, id="a negated group"),
        pytest.param(Not(All((UNKNOWN, Not(PHONE)))), True, True, id="a group with another part that is false"),
        pytest.param(asks("customer.tenure", Op.ABSENT), True, False, id="absent"),
        pytest.param(asks("customer.tenure", Op.PRESENT), False, True, id="present"),
        pytest.param(Not(asks("customer.tenure", Op.PRESENT)), True, False, id="not present"),
    ],
)
def test_an_unknown_field_satisfies_only_absent(condition: Condition, unknown: bool, other: bool) -> None:
    compiled = compile_rules(ruleset(rule("it", condition)))
    without = decide(compiled, {"channel": "phone"}, TUESDAY)
    given = decide(compiled, {"channel": "phone", "customer.tenure": "leaseholder"}, TUESDAY)
    assert (without.rule == "it", given.rule == "it") == (unknown, other)


def test_an_empty_set_is_known_to_be_empty() -> None:
    has: Rule = rule("has none", Not(is_("customer.household", "young-child")))
    compiled = compile_rules(ruleset(has))
    assert decide(compiled, {"customer.household": frozenset()}, TUESDAY).rule == "has none"
    assert decide(compiled, {}, TUESDAY).rule == NO_RULE
