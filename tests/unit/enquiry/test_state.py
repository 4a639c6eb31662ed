"""The state of an enquiry is what its events make of it, one after another."""

from typing import Any

import pytest

from router.enquiry.consequences import effects
from router.enquiry.happenings import Kind
from router.enquiry.state import after
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
    ([event("escalated", to="hub", step=1)], {"told": ("hub",)}),
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


REPLIED = event("replied", 5, text="Yes", channel="sms", address=ADDRESS, contact="c1", in_reply_to="")
FOLLOWS: list[tuple[dict[str, Any], list[str], list[str], list[str]]] = [
    (opened(due={"respond": LATER.isoformat()}), [], ["due:q1:respond"], []),
    (WAITING, [], ["waiting:e3"], []),
    (PROMISED, [], ["callback:b1"], []),
    (event("callback-tried", callback="b1", outcome="reached"), [], [], ["callback:b1"]),
    (event("callback-tried", callback="b1", outcome="busy"), [], [], []),
    (REPLIED, ["reply:e5"], [], []),
    (event("noted", text="x"), [], [], []),
]


@pytest.mark.parametrize("happens,said,timers,stopped", FOLLOWS)
def test_what_follows(happens: dict[str, Any], said: list[str], timers: list[str], stopped: list[str]) -> None:
    follows = effects(happens)
    assert [each.key for each in follows.say] == said
    assert [each.key for each in follows.timers] == timers
    assert list(follows.stopped) == stopped
    assert {each.kind for each in follows.timers} <= set(Kind)
