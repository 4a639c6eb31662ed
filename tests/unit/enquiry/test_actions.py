"""Each order leads to its events, or is refused with a reason that says what to do instead."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from router.enquiry import orders
from router.enquiry.actions import LONGEST_TEXT, Actor, NotYoursError, RefusedError, act
from router.enquiry.orders import Order
from router.enquiry.state import State, after
from tests.unit.enquiry.told import ANA, BEN, BOSS, LATER, NOW, PORTAL, around, event, state

TAKEN = event("taken", colleague="ana")
RESOLVED = event("resolved", at_first_contact=True, how="done", note="")
PROMISED = event("callback-promised", callback="b1", starts=NOW.isoformat(), ends=LATER.isoformat())
ASKED = event("asked", question="n0", to="hub", text="Who?")
WAITING = event("waiting", until=LATER.isoformat(), on="customer", why="A date")
ESCALATED = event("escalated", to="hub", step=1)

DONE: list[tuple[str, State, Order, Actor, list[str]]] = [
    ("take", state(), orders.Take(), ANA, ["taken"]),
    ("a supervisor gives it to somebody", state(TAKEN), orders.Take(colleague="cy"), BOSS, ["taken"]),
    ("an escalated team takes over", state(ESCALATED), orders.Take(), BEN, ["transferred", "taken"]),
    ("hand back", state(TAKEN), orders.HandBack(note="Ill"), ANA, ["handed-back"]),
    ("acknowledge", state(priority="emergency"), orders.Acknowledge(), ANA, ["acknowledged"]),
    ("transfer", state(), orders.Transfer("hub", "next-step"), ANA, ["transferred"]),
    ("ask", state(), orders.Ask("hub", "Who lives there?"), ANA, ["asked"]),
    ("answer", state(ASKED), orders.Answer("n0", "Sam"), BEN, ["answered"]),
    ("note by anybody", state(), orders.Note("Rang twice"), BEN, ["noted"]),
    ("note when resolved", state(RESOLVED), orders.Note("Thanked us"), ANA, ["noted"]),
    ("reply", state(), orders.Reply("We come on Friday.", seen="e0"), ANA, ["replied"]),
    ("wait", state(), orders.Wait(LATER, "customer", "A date"), ANA, ["waiting"]),
    ("resume", state(WAITING), orders.Resume(), ANA, ["resumed"]),
    ("promise", state(), orders.PromiseCallback(NOW, LATER), ANA, ["callback-promised"]),
    ("keep", state(PROMISED), orders.TryCallback("b1", "reached"), ANA, ["callback-tried"]),
    ("resolve", state(), orders.Resolve("done", at_first_contact=True, seen="e0"), ANA, ["resolved"]),
    ("resolve by a system", state(), orders.Resolve("done", at_first_contact=False), PORTAL, ["resolved"]),
    ("reopen", state(RESOLVED), orders.Reopen("It drips again"), ANA, ["reopened"]),
    ("link", state(), orders.Link("BBBB-BBBB-B"), BEN, ["linked", "linked"]),
    ("split", state(), orders.Split("pests", "Also rats"), ANA, ["split", "opened"]),
]


@pytest.mark.parametrize("before,order,actor,kinds", [row[1:] for row in DONE], ids=[row[0] for row in DONE])
def test_order_leads_to_its_events(before: State, order: Order, actor: Actor, kinds: list[str]) -> None:
    assert [each.kind.value for each in act(before, order, actor, around())] == kinds


REFUSED: list[tuple[str, State, Order, Actor, str]] = [
    ("of another team", state(), orders.Take(), BEN, "Only the teams of this enquiry"),
    ("only asked", state(ASKED), orders.Resolve("done", at_first_contact=False), BEN, "Only the team that owns"),
    ("asked, and takes", state(ASKED), orders.Take(), BEN, "Another team owns this"),
    ("taken by another", state(event("taken", colleague="cy")), orders.Take(), ANA, "Another colleague has taken"),
    ("taken already", state(TAKEN), orders.Take(), ANA, "already"),
    ("nobody to take it", state(), orders.Take(), PORTAL, "which colleague"),
    ("nothing to hand back", state(), orders.HandBack(), ANA, "nothing to hand back"),
    ("not theirs to hand back", state(event("taken", colleague="cy")), orders.HandBack(), ANA, "Another colleague"),
    ("no emergency", state(), orders.Acknowledge(), ANA, "nothing to acknowledge"),
    ("seen already", state(TAKEN, priority="emergency"), orders.Acknowledge(), ANA, "nothing to acknowledge"),
    ("no such team", state(), orders.Transfer("moon", "next-step"), ANA, "no such team"),
    ("to its owner", state(), orders.Transfer("repairs", "next-step"), ANA, "Repairs owns this already"),
    ("no such reason", state(), orders.Transfer("hub", "mood"), ANA, "reason is none of wrong-team"),
    ("ask its owner", state(), orders.Ask("repairs", "Who?"), ANA, "Repairs owns this"),
    ("no such question", state(), orders.Answer("n9", "Sam"), ANA, "no such question"),
    ("answered", state(ASKED, event("answered", question="n0", text="x")), orders.Answer("n0", "y"), BEN, "already"),
    ("empty note", state(), orders.Note("  \n"), ANA, "text is empty"),
    ("endless note", state(), orders.Note("x" * (LONGEST_TEXT + 1)), ANA, "longer than 20,000"),
    ("reply unseen", state(event("joined", 7, received_at="x")), orders.Reply("Yes", seen="e0"), ANA, "in touch since"),
    ("wait for the past", state(), orders.Wait(NOW, "date", "x"), ANA, "time to come"),
    ("wait for ever", state(), orders.Wait(NOW + timedelta(days=400), "date", "x"), ANA, "within a year"),
    ("no zone", state(), orders.Wait(datetime(2026, 4, 1), "date", "x"), ANA, "no time zone"),  # noqa: DTZ001
    ("not waiting", state(), orders.Resume(), ANA, "not waiting"),
    ("backwards", state(), orders.PromiseCallback(LATER, LATER), ANA, "before ends"),
    ("no such call", state(), orders.TryCallback("b1", "reached"), ANA, "no call with this id"),
    ("call owed", state(PROMISED), orders.Resolve("done", at_first_contact=False), ANA, "still promised"),
    ("no such end", state(), orders.Resolve("magic", at_first_contact=False), ANA, "how is none of answered"),
    ("resolve unseen", state(), orders.Resolve("done", at_first_contact=True, seen="e9"), ANA, "in touch since"),
    ("resolved", state(RESOLVED), orders.Take(), ANA, "Reopen it first"),
    ("open already", state(), orders.Reopen("x"), ANA, "open already"),
    ("linked already", state(event("linked", to="q2")), orders.Link("BBBB-BBBB-B"), ANA, "already"),
    ("same matter", state(), orders.Split("repair", "x"), ANA, "about already"),
    ("no such journey", state(), orders.Split("moon", "x"), ANA, "no such journey"),
]


@pytest.mark.parametrize("before,order,actor,reason", [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_cannot_be_done_is_refused_with_the_reason(before: State, order: Order, actor: Actor, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        act(before, order, actor, around())


@pytest.mark.parametrize(
    "missing,order",
    [
        ({"answers_to": None}, orders.Reply("Yes")),
        ({"other": None}, orders.Link("X")),
        ({"fresh": None}, orders.Split("pests", "x")),
    ],
)
def test_what_the_record_does_not_have_is_refused(missing: dict[str, Any], order: Order) -> None:
    with pytest.raises(RefusedError):
        act(state(), order, ANA, around(**missing))


def test_a_stranger_is_told_so_apart() -> None:
    with pytest.raises(NotYoursError):
        act(state(), orders.Resume(), Actor("user:x"), around())


def test_misroute_follows_from_the_reason() -> None:
    done = act(state(), orders.Transfer("hub", "wrong-team"), ANA, around())
    moved = after(state(), event("transferred", 9, **done[0].data))
    assert (moved.team, moved.transfers, moved.misroutes) == ("hub", 1, 1)
