"""Calls that we make, on either record: claimed, dialled and settled once, and the place of who is away is kept."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, insert

from router.store import call_ends, callbacks, calls, outgoing
from router.store.call_ends import Ending, Heard
from router.store.callbacks import Promised
from router.store.engine import begin_read, begin_write
from router.store.ids import new_id
from router.store.schema import enquiries
from tests.integration.store.test_waiting import HUB, NOW, PATIENCE, RESTS, RINGS, Hub, seconds


class Owed(Hub):
    """The callers of one record, of whom some are away to be called back."""

    def promises(self, name: str, at: int, *, in_line: bool = True) -> dict[str, Any]:
        """Somebody who waits is promised a call back."""
        enquiry = new_id(seconds(at))
        row = {"id": enquiry, "reference": f"R-{name}", "party": name, "team": "hub", "also": [], "priority": "normal"}
        row |= {
            "due": {},
            "state": "open",
            "opened_at": NOW,
            "first_contact_id": self.ids[name],
            "rank": 2,
            "due_at": NOW,
        }
        with begin_write(self.engine) as record:
            record.execute(insert(enquiries), [row])
            until = seconds(at) + timedelta(hours=4)
            promise = Promised(
                self.ids[name], enquiry, new_id(), "+447700900100", "", seconds(at), until, seconds(at), in_line
            )
            return callbacks.promise(record, [promise])[0]

    def claims(self, name: str, at: int) -> dict[str, Any] | None:
        """The attempt that somebody who is away gets, if it is their turn."""
        with begin_read(self.engine) as record:
            owed = callbacks.going(record, self.ids[name])
        assert owed is not None
        turn = calls.Turn(self.ids[name], (HUB,), seconds(at), RINGS, RESTS, seconds(at) - PATIENCE)
        with begin_write(self.engine) as record:
            return outgoing.claim(record, [outgoing.Claim(new_id(), owed["id"], turn, "engine")])[0]

    def settles(self, attempt: dict[str, Any], then: str, at: int, **more: Any) -> Any:
        with begin_write(self.engine) as record:
            return outgoing.settle(
                record, [outgoing.AttemptSettled(attempt["id"], "tried", seconds(at), then, **more)]
            )[0]

    def state(self, name: str) -> str:
        with begin_read(self.engine) as record:
            found = callbacks.going(record, self.ids[name])
        return found["state"] if found else "over"


@pytest.fixture
def hub(store: Engine) -> Owed:
    return Owed(store)


LEAVES: dict[str, Callable[[Owed], None]] = {
    "left": lambda hub: hub.does(calls.leave, calls.CallNews(hub.ids["ada"], seconds(40))),
    "passed on": lambda hub: hub.does(calls.pass_on, calls.CallNews(hub.ids["ada"], seconds(40))),
    "over": lambda hub: hub.does(
        call_ends.settle, Heard(hub.ids["ada"], seconds(40), lambda _: Ending("call-back", seconds(40), 40, 40))
    ),
}


@pytest.mark.parametrize("what", LEAVES)
def test_who_is_away_keeps_their_place_when_their_call_ends(hub: Owed, what: str) -> None:
    hub.comes("ada", 0)
    hub.comes("bob", 10)
    hub.promises("ada", 30)
    LEAVES[what](hub)
    assert hub.row("ada")["stage"] == calls.WAITING
    assert hub.ahead("bob", 50) == 1
    with begin_read(hub.engine) as record:
        assert [row["contact_id"] for row in calls.waiting.lined_up(record, seconds(0), 10)] == [*hub.ids.values()]


def test_a_telephone_is_left_for_who_is_away_and_comes_first(hub: Owed) -> None:
    for place, name in enumerate(("ada", "bob", "cyd")):
        hub.comes(name, place)
    hub.promises("ada", 30)
    assert [hub.asks(name, 40) for name in ("bob", "cyd")] == ["+442", None]
    attempt = hub.claims("ada", 41)
    assert attempt is not None
    assert attempt["phone"] == "+441"
    assert hub.claims("ada", 42) is None


def test_whoever_nobody_vouches_for_holds_up_nobody(hub: Owed) -> None:
    hub.comes("ada", 0)
    hub.comes("bob", 10)
    hub.promises("ada", 30)
    assert hub.ahead("bob", 200) == 0
    hub.does(calls.vouch, seconds(190))
    assert hub.ahead("bob", 200) == 1


def test_two_processes_claim_one_call_back_once(hub: Owed) -> None:
    hub.comes("ada", 0)
    hub.promises("ada", 30)
    with ThreadPoolExecutor(4) as pool:
        claimed = list(pool.map(lambda _: hub.claims("ada", 40), range(4)))
    assert len([each for each in claimed if each]) == 1


@pytest.mark.parametrize(
    "then,state,stage",
    [
        (outgoing.AGAIN, "waiting", "waiting"),
        (outgoing.LATER, "waiting", "over"),
        (outgoing.BY_PERSON, "by-person", "over"),
        (outgoing.DONE, "over", "over"),
    ],
)
def test_what_becomes_of_a_call_back(hub: Owed, then: str, state: str, stage: str) -> None:
    hub.comes("ada", 0)
    hub.promises("ada", 30)
    attempt = hub.claims("ada", 40)
    assert attempt is not None
    due_at = seconds(100) if then == outgoing.LATER else None
    assert hub.settles(attempt, then, 50, due_at=due_at, counts=True)["outcome"] == "tried"
    assert hub.settles(attempt, outgoing.BY_PERSON, 60) is None
    row = hub.row("ada")
    assert (hub.state("ada"), row["stage"], row["phone"]) == (state, stage, None)
    with begin_write(hub.engine) as record:
        assert callbacks.line_up(record, [seconds(99)]) == [[]]
        assert callbacks.line_up(record, [seconds(100)]) == [[hub.ids["ada"]] if then == outgoing.LATER else []]


def test_a_time_that_was_chosen_is_not_in_the_line_before(hub: Owed) -> None:
    hub.comes("ada", 0)
    hub.promises("ada", 30, in_line=False)
    assert hub.row("ada")["away"] is None
    hub.does(calls.leave, calls.CallNews(hub.ids["ada"], seconds(40)))
    with begin_write(hub.engine) as record:
        assert callbacks.line_up(record, [seconds(60)]) == [[hub.ids["ada"]]]
    assert (hub.row("ada")["stage"], hub.row("ada")["since"]) == (calls.WAITING, seconds(0))


def _told(hub: Owed, id_: str, what: str, at: datetime) -> None:
    match what:
        case "answered":
            hub.does(outgoing.answered, outgoing.AttemptNews(id_, at))
        case "dial":
            hub.does(outgoing.dial, outgoing.AttemptNews(id_, at))
        case "ended":
            hub.does(outgoing.ended, outgoing.Ended(id_, "reached", at))
        case "later":
            hub.does(outgoing.look_later, (id_, at + timedelta(minutes=1)))
        case _:
            hub.does(outgoing.settle, outgoing.AttemptSettled(id_, what, at, outgoing.DONE))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(st.sampled_from(["answered", "dial", "ended", "later", "over", "over-again"]), max_size=10))
def test_whatever_is_told_in_whatever_order_it_is_dialled_and_settled_once(hub: Owed, told: list[str]) -> None:
    name = new_id()
    hub.comes(name, 0, team=name)
    hub.promises(name, 30)
    attempt = _claimed_alone(hub, name)
    dialled = 0
    for at, what in enumerate([*told, "over"], 50):
        before = _attempt(hub, attempt["id"])
        _told(hub, attempt["id"], what, seconds(at))
        after = _attempt(hub, attempt["id"])
        dialled += before["state"] == outgoing.RINGING and after["state"] == outgoing.DIALLED
        assert before["state"] != outgoing.OVER or before == after
    assert dialled <= 1
    assert (hub.row(name)["phone"], hub.row(name)["away"], hub.state(name)) == (None, None, "over")


def _attempt(hub: Owed, id_: str) -> dict[str, Any]:
    with begin_read(hub.engine) as record:
        found = outgoing.get(record, id_)
    assert found is not None
    return found


def _claimed_alone(hub: Owed, name: str) -> dict[str, Any]:
    with begin_read(hub.engine) as record:
        owed = callbacks.going(record, hub.ids[name])
    assert owed is not None
    own = calls.TeamQueue(name, (calls.Line(f"+44{name}", 1),))
    turn = calls.Turn(hub.ids[name], (own,), seconds(40), RINGS, RESTS, seconds(40) - PATIENCE)
    with begin_write(hub.engine) as record:
        attempt = outgoing.claim(record, [outgoing.Claim(new_id(), owed["id"], turn, "engine")])[0]
    assert attempt is not None
    return attempt
