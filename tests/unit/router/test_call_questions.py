"""Questions that lead to questions: what a caller hears after which keys, on which number, and who is asked nothing."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest

from channels.inbound import Address, Inbound, PointKind, Progress
from channels.replies import CallSteps, Connect, Hangup, Menu, Say
from router import calls
from router.live import LiveRuleset, prepare
from rules.constraints import Constraints, constraints
from rules.load import load, load_checked
from rules.plan import Person
from rules.recognised import stands_for
from tests.landlord import FOLDER

CALLS = """
calls:
  numbers:
    "+441632960000": {}
    "+441632960100": {journey: gas-escape, greeting: This is the gas line.}
    "+441632960200": {menu: repairs}
  greeting: Welcome.
  menu:
    "1": {says: For a gas escape, journey: gas-escape}
    "2": {says: For a repair, menu: repairs}
    "3": {says: For our opening hours, information: We are open from nine to five.}
    "0": {says: For a person, team: hub}
  menus:
    repairs:
      says: What is it about?
      keys:
        "1": {says: Gas, journey: gas-escape}
        "2": {says: Anything else, journey: repair}
  wait_seconds: 5
  connecting: One moment.
  fallback_number: "+441632960009"
"""
MAIN, GAS, REPAIRS = "+441632960000", "+441632960100", "+441632960200"
AT = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)


def files(calls: str = CALLS) -> dict[str, bytes]:
    """The small landlord with these questions."""
    text = (FOLDER / "landlord.yaml").read_text()
    head, _, rest = text.partition("\ncalls:\n")
    return {"landlord.yaml": (head + calls + rest[rest.index("\nmailboxes:") :]).encode()}


@cache
def live() -> LiveRuleset:
    return prepare(1, load(files()))


@cache
def nothing() -> Constraints:
    return constraints(Person(), live().ruleset)


def event(part: str, number: str = MAIN, **facts: str) -> Inbound:
    progress = Progress.WAIT if part == "call" else Progress.ENOUGH
    sender, ours = (Address(PointKind.PHONE, value) for value in ("+447700900123", number))
    return Inbound(
        channel="phone", provider="twilio", account="AC1", conversation="CA1", event="e", part=part, sender=sender,
        recipients=(ours,), received_at=AT, facts=facts, progress=progress,
    )  # fmt: skip


def heard(inbound: Inbound, asked: Constraints | None = None, team: str = "") -> tuple[list[str], str, bool]:
    """What the caller hears, where the next key goes to or which number rings, and whether it is decided now."""
    asked = asked or nothing()
    paced = calls.paced(inbound, live())
    decision = {"team": team, "priority": "normal"} if team else None
    steps = calls.reply(paced, decision, live(), AT, asked)
    assert isinstance(steps, CallSteps)
    menus = [step for step in steps.steps if isinstance(step, Menu)]
    words = [prompt.text for menu in menus for prompt in menu.prompts]
    words += [step.text for step in steps.steps if isinstance(step, Say)]
    rings = [step.number for step in steps.steps if isinstance(step, Connect)]
    return words, (menus[0].action if menus else rings[0] if rings else ""), paced.progress is Progress.ENOUGH


FIRST = [
    "For a gas escape, press 1.",
    "For a repair, press 2.",
    "For our opening hours, press 3.",
    "For a person, press 0.",
]
SECOND = ["What is it about?", "Gas, press 1.", "Anything else, press 2."]


@pytest.mark.parametrize(
    "inbound, team, expected",
    [
        (event("call"), "", (["Welcome.", *FIRST], "menu", False)),
        (event("menu-choice", menu="2"), "", (SECOND, "menu?step=2", False)),
        (event("menu-choice", menu="2.2"), "repairs", (["One moment."], "+441632960002", True)),
        (event("menu-choice", menu="1"), "emergency", (["One moment."], "+441632960003", True)),
        (
            event("menu-choice", menu="3"),
            "hub",
            (
                ["We are open from nine to five.", "To speak to a person, press 0. Otherwise you can hang up now."],
                "menu?step=3",
                True,
            ),
        ),
        (event("menu-choice", menu="3.0"), "hub", (["One moment."], "+441632960001", True)),
        (
            event("menu-choice", menu="9"),
            "",
            (["Sorry, that key does not lead anywhere.", *FIRST], "menu?again=1", False),
        ),
        (
            event("menu-choice", menu="2.9"),
            "",
            (["Sorry, that key does not lead anywhere.", *SECOND], "menu?step=2&again=1", False),
        ),
        (event("menu-choice", menu="9", menu_again="~"), "hub", (["One moment."], "+441632960001", True)),
        (event("menu-choice", menu="7.7.7.7"), "hub", (["One moment."], "+441632960001", True)),
        (event("menu-timeout"), "hub", (["One moment."], "+441632960001", True)),
        (event("call", GAS), "emergency", (["This is the gas line.", "One moment."], "+441632960003", True)),
        (event("call", REPAIRS), "", (["Welcome.", *SECOND], "menu", False)),
        (event("menu-choice", REPAIRS, menu="2"), "repairs", (["One moment."], "+441632960002", True)),
        (event("call", "+441632960999"), "", (["Welcome.", *FIRST], "menu", False)),
    ],
)
def test_what_is_heard_and_what_is_decided(inbound: Inbound, team: str, expected: tuple[list[str], str, bool]) -> None:
    assert heard(inbound, team=team) == expected


def test_who_has_to_reach_a_person_at_once_is_asked_nothing() -> None:
    straight = replace(event("call"), progress=Progress.ENOUGH)
    assert heard(straight, team="hub") == (["Welcome.", "One moment."], "+441632960001", True)
    assert heard(straight) == (["Welcome.", "One moment."], "+441632960009", True)


def test_who_needs_more_time_gets_it() -> None:
    asked = replace(nothing(), extra_time=True)
    usual, slow = (calls.reply(event("call"), None, live(), AT, each).steps[0] for each in (nothing(), asked))  # type: ignore[union-attr]
    assert isinstance(usual, Menu) and isinstance(slow, Menu)  # noqa: PT018 - one thing
    assert ((usual.wait_seconds, usual.repeat), (slow.wait_seconds, slow.repeat)) == ((5, 1), (10, 2))


def test_information_ends_with_a_hang_up_for_who_says_no_more() -> None:
    reply = calls.reply(event("menu-choice", menu="3"), None, live(), AT, nothing())
    assert isinstance(reply, CallSteps)
    assert reply.steps[-1] == Hangup()


@pytest.mark.parametrize(
    "number, menu, meant",
    [
        (MAIN, "2.2", {"journey": "repair"}),
        (MAIN, "1", {"journey": "gas-escape"}),
        (MAIN, "0", {"team": "hub"}),
        (MAIN, "2", {}),
        (MAIN, "3", {}),
        (MAIN, "2.9", {}),
        (REPAIRS, "2", {"journey": "repair"}),
        (GAS, "", {"journey": "gas-escape"}),
        (MAIN, "", {}),
        ("", "1", {"journey": "gas-escape"}),
    ],
)
def test_what_the_keys_and_the_number_stand_for(number: str, menu: str, meant: dict[str, str]) -> None:
    facts = {name: value for name, value in (("recipient", number), ("menu", menu)) if value}
    assert stands_for(facts, live().ruleset) == meant


@pytest.mark.parametrize(
    "without, far",
    [
        ("nothing of it", []),
        (
            '    "1": {says: For a gas escape, journey: gas-escape}\n',
            ["in the menu an emergency is more than one key away"],
        ),
        (
            '        "1": {says: Gas, journey: gas-escape}\n',
            ["in the menu `repairs` an emergency is more than one key away"],
        ),
    ],
)
def test_an_emergency_is_one_key_away_everywhere_or_the_check_says_so(without: str, far: list[str]) -> None:
    told = [problem.message for problem in load_checked(files(CALLS.replace(without, "")))[1]]
    assert [message for message in told if "key away" in message] == far
