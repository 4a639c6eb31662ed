"""What a caller hears, by the hour: the owner's telephone, its escalation path, the closed message, or a person."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest

from channels.inbound import Address, Inbound, PointKind, Progress
from channels.replies import CallSteps, Connect, Hangup, Menu, NothingToSay, Say
from router import calls
from router.live import LiveRuleset, prepare
from rules.constraints import constraints
from rules.plan import Person
from tests.landlord import small_landlord

NOTHING = constraints(Person(), small_landlord().ruleset)
OPEN = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
NIGHT = datetime(2026, 3, 3, 3, 0, tzinfo=UTC)
HOLIDAY = datetime(2026, 12, 25, 10, 0, tzinfo=UTC)
HUB, REPAIRS, EMERGENCY, PERSON = "+441632960001", "+441632960002", "+441632960003", "+441632960009"
CONNECTING, CLOSED = "We are putting you through.", "The team is closed now. We have noted your call."


@cache
def live() -> LiveRuleset:
    return prepare(1, small_landlord().ruleset)


def without_calls() -> LiveRuleset:
    return prepare(1, replace(small_landlord().ruleset, calls=None))


def event(part: str, **facts: str) -> Inbound:
    return Inbound(
        channel="phone",
        provider="twilio",
        account="AC1",
        conversation="CA1",
        event="e",
        part=part,
        sender=Address(PointKind.PHONE, "+447700900123"),
        received_at=OPEN,
        facts=facts,
        progress=Progress.WAIT if part == "call" else Progress.ENOUGH,
    )


def decided(team: str, priority: str = "normal") -> dict[str, str]:
    return {"team": team, "priority": priority}


def numbers(steps: CallSteps | calls.Unattended) -> list[str]:
    return [step.number for step in steps.steps if isinstance(step, Connect)]


def said(steps: CallSteps | calls.Unattended) -> list[str]:
    return [step.text for step in steps.steps if isinstance(step, Say)]


@pytest.mark.parametrize(
    "team,priority,at,words,number",
    [
        ("repairs", "normal", OPEN, CONNECTING, REPAIRS),
        ("repairs", "normal", NIGHT, CONNECTING, EMERGENCY),
        ("repairs", "normal", HOLIDAY, CONNECTING, EMERGENCY),
        ("emergency", "emergency", NIGHT, CONNECTING, EMERGENCY),
        ("hub", "normal", OPEN, CONNECTING, HUB),
        ("hub", "normal", NIGHT, CLOSED, None),
        ("hub", "high", NIGHT, CLOSED, None),
        ("hub", "emergency", NIGHT, CONNECTING, PERSON),
        ("complaints", "normal", OPEN, CLOSED, None),
        ("complaints", "emergency", OPEN, CONNECTING, PERSON),
        ("a team that is no more", "normal", OPEN, CONNECTING, PERSON),
    ],
)
def test_owner_is_reached_or_who_stands_behind_it(
    team: str, priority: str, at: datetime, words: str, number: str | None
) -> None:
    steps = calls.connection(decided(team, priority), live(), at)
    assert said(steps) == [words]
    assert numbers(steps) == ([number] if number else [])
    assert isinstance(steps, calls.Unattended) is (number is None)


@pytest.mark.parametrize("outcome", ["completed", "answered"])
def test_leg_that_was_answered_ends_the_call(outcome: str) -> None:
    assert calls.after_dialling(outcome, live()) == CallSteps((Hangup(),))


@pytest.mark.parametrize("outcome", ["no-answer", "busy", "failed", "canceled", "", "something new"])
def test_leg_that_was_not_leads_to_a_person(outcome: str) -> None:
    assert numbers(calls.after_dialling(outcome, live())) == [PERSON]


@pytest.mark.parametrize(
    "part,decision,kind,number",
    [
        ("call", None, Menu, None),
        ("menu-choice", decided("repairs"), Say, REPAIRS),
        ("menu-choice", None, Say, PERSON),
        ("menu-timeout", None, Say, PERSON),
        ("menu-timeout", decided("hub"), Say, HUB),
        ("call-leg", None, Say, PERSON),
    ],
)
def test_reply_to_each_event(
    part: str, decision: dict[str, str] | None, kind: type[object], number: str | None
) -> None:
    facts = {"menu": "2"} if part == "menu-choice" else {}
    reply = calls.reply(event(part, **facts), decision, live(), OPEN, NOTHING)
    assert isinstance(reply, CallSteps)
    assert isinstance(reply.steps[0], kind)
    assert numbers(reply) == ([number] if number else [])


def test_status_is_only_taken_note_of() -> None:
    assert calls.reply(event("call-status"), None, live(), OPEN, NOTHING) == NothingToSay()


def test_menu_says_every_key() -> None:
    (menu,) = calls.opening(event("call"), None, live(), OPEN, NOTHING).steps
    assert isinstance(menu, Menu)
    assert menu.keys == ("1", "2", "0")
    assert [prompt.text for prompt in menu.prompts] == [
        "Welcome to Mill Lane Homes.",
        "For an emergency, press 1.",
        "For a repair, press 2.",
        "To speak to a person, press 0.",
    ]
    assert (menu.action, menu.wait_seconds) == ("menu", 5)


def test_landlord_without_a_call_flow_has_callers_put_through() -> None:
    bare = without_calls()
    steps = calls.opening(event("call"), None, bare, OPEN, NOTHING)
    assert (numbers(steps), said(steps)) == ([HUB], [])


def test_without_any_number_the_call_ends_and_is_still_valid() -> None:
    ruleset = small_landlord().ruleset
    hub = replace(ruleset.teams["hub"], channels={})
    bare = prepare(1, replace(ruleset, calls=None, teams={**ruleset.teams, "hub": hub}))
    assert calls.to_person(bare) == CallSteps((Hangup(),))
