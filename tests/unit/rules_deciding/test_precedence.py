"""Where rules that fit say different things: adjustments, then safety, then preferences, then everything else."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.compile import compile_rules
from rules.decide import decide
from rules.model import All, Any, Condition, Not, Op, Outcome, Priority, Rule, Then
from rules.outcomes import Concern, Escalation, QueuePosition, Wishes
from rules.precedence import concern_of, settled, written
from tests.unit.rules_deciding.builders import ALWAYS, TUESDAY, asks, is_, rule, ruleset

RELAY = is_("customer.adjustments", "text-relay")
TEXT = is_("customer.preferences", "text-message")
PHONE = is_("channel", "phone")
DEFAULTS, PREFERENCES, SAFETY, ADJUSTMENTS = reversed(Concern)


def handling(when: Condition = ALWAYS, concern: Concern | None = None, **says: object) -> Rule:
    """A handling rule that says these things."""
    return replace(rule("r", when, Then(**says)), concern=concern)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "given_rule, concern",
    [
        (handling(), DEFAULTS),
        (handling(PHONE), DEFAULTS),
        (handling(RELAY), ADJUSTMENTS),
        (handling(All((PHONE, RELAY))), ADJUSTMENTS),
        (handling(Any((PHONE, All((RELAY, PHONE))))), ADJUSTMENTS),
        (handling(asks("customer.adjustments", Op.PRESENT)), ADJUSTMENTS),
        (handling(asks("customer.adjustments", Op.ABSENT)), DEFAULTS),
        (handling(Not(RELAY)), DEFAULTS),
        (handling(All((PHONE, Not(RELAY)))), DEFAULTS),
        (handling(TEXT), PREFERENCES),
        (handling(All((TEXT, RELAY))), ADJUSTMENTS),
        (handling(PHONE, priority=Priority.EMERGENCY), SAFETY),
        (handling(PHONE, priority=Priority.HIGH), DEFAULTS),
        (handling(TEXT, priority=Priority.EMERGENCY), SAFETY),
        (handling(RELAY, priority=Priority.EMERGENCY), ADJUSTMENTS),
        (handling(RELAY, SAFETY), SAFETY),
        (handling(PHONE, ADJUSTMENTS), ADJUSTMENTS),
        (handling(PHONE, DEFAULTS, priority=Priority.EMERGENCY), DEFAULTS),
    ],
)
def test_what_a_rule_is_for(given_rule: Rule, concern: Concern) -> None:
    assert concern_of(given_rule) is concern


EVERYTHING = Then(
    message="m",
    queue=QueuePosition.LAST,
    reply=(),
    escalate=Escalation(("repairs",), 5),
    offer_callback=False,
    skip_menu=True,
)


@pytest.mark.parametrize(
    "then, said",
    [
        (Then(team="repairs", also=("x",), priority=Priority.HIGH, ask=("q",), take_over=True), {}),
        (
            EVERYTHING,
            {
                "message": "m",
                "queue": "last",
                "reply": (),
                "escalate.to": ("repairs",),
                "escalate.after": 5,
                "offer_callback": False,
                "skip_menu": True,
            },
        ),
        (Then(escalate=Escalation(after=5)), {"escalate.after": 5}),
    ],
)
def test_what_only_one_rule_can_say(then: Then, said: dict[str, object]) -> None:
    assert written(then) == said


def decided(owner: Then, *rules: Rule, **facts: object) -> Outcome:
    """The outcome of an owner rule and handling rules that all fit."""
    known = {"channel": "phone", "customer.adjustments": frozenset({"text-relay"}), **facts}
    known["customer.preferences"] = frozenset({"text-message"})
    named = tuple(replace(each, name=f"r{number}") for number, each in enumerate(rules))
    return decide(compile_rules(ruleset(rule("owner", then=owner), handling=named)), known, TUESDAY)  # type: ignore[arg-type]


TEAM = Then(team="repairs")
FIRST, LAST = QueuePosition.FIRST, QueuePosition.LAST


@pytest.mark.parametrize(
    "owner, rules, queue",
    [
        (TEAM, [], None),
        (TEAM, [handling(queue=LAST)], LAST),
        (TEAM, [handling(queue=LAST), handling(queue=FIRST)], LAST),
        (TEAM, [handling(queue=LAST), handling(TEXT, queue=FIRST)], FIRST),
        (TEAM, [handling(TEXT, queue=LAST), handling(queue=FIRST, concern=SAFETY)], FIRST),
        (TEAM, [handling(queue=LAST, concern=SAFETY), handling(RELAY, queue=FIRST)], FIRST),
        (replace(TEAM, queue=LAST), [handling(queue=FIRST)], LAST),
        (replace(TEAM, queue=LAST), [handling(TEXT, queue=FIRST)], FIRST),
        (replace(TEAM, queue=LAST, priority=Priority.EMERGENCY), [handling(TEXT, queue=FIRST)], LAST),
    ],
)
def test_which_rule_counts(owner: Then, rules: list[Rule], queue: QueuePosition | None) -> None:
    assert decided(owner, *rules).queue is queue


@pytest.mark.parametrize(
    "rules, wishes",
    [
        ([], Wishes()),
        ([handling(reply=("email", "sms"))], Wishes(("email", "sms"))),
        ([handling(RELAY, reply=("email",))], Wishes(("email",), firm=True)),
        ([handling(reply=(), concern=SAFETY), handling(TEXT, reply=("email",))], Wishes((), firm=True)),
        ([handling(TEXT, reply=("sms",))], Wishes(("sms",))),
        ([handling(offer_callback=True, skip_menu=True)], Wishes(offer_callback=True, skip_menu=True)),
        ([handling(offer_callback=True), handling(concern=SAFETY, offer_callback=False)], Wishes()),
    ],
)
def test_how_the_rules_would_have_somebody_served(rules: list[Rule], wishes: Wishes) -> None:
    assert decided(TEAM, *rules).wishes == wishes


@pytest.mark.parametrize(
    "rules, escalate",
    [
        ([], None),
        ([handling(escalate=Escalation(("complaints",)))], Escalation(("complaints",))),
        (
            [handling(escalate=Escalation(("complaints",), 60)), handling(RELAY, escalate=Escalation(after=5))],
            Escalation(("complaints",), 5),
        ),
    ],
)
def test_who_is_told_while_nobody_acknowledges_it(rules: list[Rule], escalate: Escalation | None) -> None:
    assert decided(TEAM, *rules).escalate == escalate


def test_the_message_of_the_journey_comes_after_all_rules() -> None:
    named = decided(TEAM, handling(message="mine"), journey="repair")
    assert (decided(TEAM, journey="repair").message, named.message) == ("repair-message", "mine")


VALUES = {
    "queue": st.sampled_from(QueuePosition),
    "reply": st.sampled_from([(), ("email",), ("sms", "email")]),
    "offer_callback": st.booleans(),
    "skip_menu": st.booleans(),
}
RULES = st.builds(
    lambda when, concern, says: handling(when, concern, **says),
    st.sampled_from([ALWAYS, PHONE, RELAY, TEXT, Not(RELAY)]),
    st.sampled_from([None, *Concern]),
    st.fixed_dictionaries({}, optional=VALUES),
)


@given(st.lists(RULES, max_size=4))
def test_order_in_the_file_decides_within_a_concern_alone(rules: list[Rule]) -> None:
    for name in VALUES:
        speaking = [each for each in rules if name in written(each.then)]
        best = min((concern_of(each).rank for each in speaking), default=None)
        equals = [each for each in speaking if concern_of(each).rank == best]
        expected = written(equals[0].then)[name] if equals else None
        found = settled(rules).get(name)
        assert (found[1] if found else None) == expected
        if len({concern_of(each) for each in speaking}) == len(speaking):
            assert all(settled(order).get(name) == found for order in permutations(rules))
