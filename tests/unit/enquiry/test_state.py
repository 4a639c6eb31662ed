"""The state of an enquiry is what its events make of it, one after another."""

from typing import Any

import pytest

from router.enquiry.consequences import effects, together
from router.enquiry.happenings import EventKind
from router.enquiry.state import after, fold
from tests.landlord import small_landlord
from tests.unit.enquiry.told import ADDRESS, LATER, NOW, event, opened, state

PROMISED = event("callback-promised", 2, callback="b1", starts=NOW.isoformat(), ends=LATER.isoformat())
WAITING = event("waiting", 3, until=LATER.isoformat(), on="customer", why="A date")
CASES: list[tuple[list[dict[str, Any]], dict[str, Any]]] = [
    ([], {"is_open": True, "team": "repairs", "journey": "repair", "contacts": 1, "last_contact": "e0"}),
    ([event("joined", 4, received_at="x")], {"contacts": 2, "last_contact": "e4"}),
    ([event("decided-again", 4, received_at="x")], {"contacts": 1, "last_contact": "e0"}),
    ([event("taken", colleague="ana")], {"colleague": "ana", "acknowledged": True}),
    ([event("taken", colleague="ana"), event("handed-back", note="")], {"colleague": None}),
    (
        [event("taken", colleague="ana"), event("transferred", to="hub", misroute=True)],
        {"team": "hub", "colleague": None, "transfers": 1, "misroutes": 1, "acknowledged": False},
    ),
    ([event("asked", question="n", to="hub", text="?")], {"also": ("hub",)}),
    ([event("asked", question="n", to="hub", text="?"), event("transferred", to="hub")], {"also": (), "team": "hub"}),
    ([event("changed", priority="high", due={"a": "b"})], {"priority": "high", "due": {"a": "b"}}),
    ([WAITING, event("resumed", because="time")], {"waiting": None}),
    ([event("escalated", to="hub", step=1)], {"told": ("hub",), "step": 1}),
    ([event("escalated", 1, to="hub", step=1), event("escalated", 2, to="hub", step=2)], {"told": ("hub",), "step": 2}),
    (
        [event("taken", 1, colleague="ana"), event("changed", 2, priority="emergency")],
        {"acknowledged": False, "ladder": "e2", "colleague": "ana"},
    ),
    ([event("changed", 2, due={"a": "b"})], {"ladder": "e0"}),
    ([event("resolved", at_first_contact=True, how="done")], {"is_open": False}),
    (
        [event("resolved", at_first_contact=True, how="done"), event("reopened", why="x")],
        {"is_open": True, "reopened": 1},
    ),
    ([event("noted", text="x", order="k1")], {"orders": frozenset({"k1"})}),
    ([event("something-new", x=1)], {"is_open": True, "team": "repairs"}),
]


@pytest.mark.parametrize("events,expected", CASES)
def test_fold(events: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    made = state(*events)
    assert {name: getattr(made, name) for name in expected} == expected


@pytest.mark.parametrize("outcome,owed", [("no-answer", 1), ("busy", 1), ("reached", 0), ("no-longer-wanted", 0)])
def test_a_call_is_owed_until_it_was_made(outcome: str, owed: int) -> None:
    made = state(PROMISED, event("callback-tried", callback="b1", outcome=outcome))
    assert len(made.promised) == owed
    assert made.callbacks[0].tries == 1


def test_an_emergency_wants_acknowledging_until_a_person_has_seen_it() -> None:
    emergency = state(priority="emergency")
    assert emergency.wants_acknowledging
    assert not after(emergency, event("acknowledged")).wants_acknowledging
    assert not state().wants_acknowledging


def test_raised_twice_somebody_has_acknowledged_still() -> None:
    made = state(event("acknowledged"), event("changed", 2, priority="emergency"), priority="emergency")
    assert (made.acknowledged, made.ladder) == (True, "e0")


def test_whoever_resolves_an_emergency_has_seen_it() -> None:
    made = state(event("resolved", at_first_contact=True, how="done"), event("reopened", why="x"), priority="emergency")
    assert made.is_open
    assert not made.wants_acknowledging


REPLIED = event("replied", 5, text="Yes", channel="sms", address=ADDRESS, contact="c1", in_reply_to="")
FOLLOWS: list[tuple[dict[str, Any], list[str], list[str], list[str]]] = [
    (opened(due={"respond": LATER.isoformat()}), ["team:e0:repairs"], ["due:q1:respond"], []),
    (opened(priority="emergency"), ["team:e0:repairs"], ["escalate:e0:1"], []),
    (opened(kind="automatic-reply"), [], [], []),
    (opened(kind="bounce"), [], [], []),
    (opened(kind="automatic-reply", priority="emergency"), ["team:e0:repairs"], ["escalate:e0:1"], []),
    (event("joined", 4, kind="message"), ["team:e4:repairs"], [], []),
    (event("threaded", 4, kind="message"), ["team:e4:repairs"], [], []),
    (event("joined", 4, kind="automatic-reply"), [], [], []),
    (event("decided-again", 4, kind="message"), [], [], []),
    (event("changed", 4, priority="emergency"), ["team:e4:repairs"], ["escalate:e4:1"], []),
    (event("changed", 4, due={"visit": LATER.isoformat()}), [], ["due:q1:visit"], []),
    (event("changed", 4, priority="high"), [], [], []),
    (event("transferred", 4, to="hub"), ["team:e4:hub"], [], []),
    (event("asked", 4, question="n", to="hub", text="?"), ["team:e4:hub"], [], []),
    (event("due", 4, timescale="respond"), ["team:e4:repairs"], [], []),
    (event("callback-overdue", 4, callback="b1"), ["team:e4:repairs", "team:e4:emergency"], [], []),
    (WAITING, [], ["waiting:e3"], []),
    (PROMISED, [], ["callback:b1"], []),
    (event("callback-tried", callback="b1", outcome="reached"), [], [], ["callback:b1"]),
    (event("callback-tried", callback="b1", outcome="busy"), [], [], []),
    (REPLIED, ["reply:e5"], [], []),
    (event("noted", text="x"), [], [], []),
]


@pytest.mark.parametrize("happens,said,timers,stopped", FOLLOWS)
def test_what_follows(happens: dict[str, Any], said: list[str], timers: list[str], stopped: list[str]) -> None:
    before = [] if happens["kind"] == "opened" else [opened()]
    follows = effects(happens, fold([*before, happens]), small_landlord().ruleset)
    assert [each.key for each in follows.say] == said
    assert [each.key for each in follows.timers] == timers
    assert list(follows.stopped) == stopped
    assert {each.kind for each in follows.timers} <= set(EventKind)


@pytest.mark.parametrize(
    "happens, said, timers",
    [
        ([event("joined", 4), event("changed", 5, priority="emergency")], ["team:e5:repairs"], ["escalate:e5:1"]),
        ([event("joined", 4), event("transferred", 5, to="repairs")], ["team:e5:repairs"], []),
        ([event("joined", 4)], ["team:e4:repairs"], []),
        ([event("decided-again", 4), event("changed", 5, priority="high")], [], []),
    ],
)
def test_a_team_is_told_once_of_what_happens_at_once(
    happens: list[dict[str, Any]], said: list[str], timers: list[str]
) -> None:
    follows = together(happens, state(*happens), small_landlord().ruleset)
    assert ([each.key for each in follows.say], [each.key for each in follows.timers]) == (said, timers)
