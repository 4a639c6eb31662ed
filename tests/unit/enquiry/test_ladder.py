"""An emergency that nobody acknowledges goes up the ladder, round and round, until somebody does."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.enquiry.consequences import Timer, effects, escalation
from router.enquiry.ladder import next_told, patience
from router.enquiry.state import State, fold
from rules.landlord import Ruleset
from rules.outcomes import Escalation
from tests.landlord import small_landlord
from tests.unit.enquiry.told import LATER, NOW, event, opened

RULESET = small_landlord().ruleset
Happening = dict[str, Any]


@pytest.mark.parametrize(
    "owner, told",
    [
        ("emergency", ["repairs", "hub", "emergency", "repairs", "hub"]),
        ("repairs", ["emergency", "repairs", "emergency"]),
        ("hub", ["hub", "hub"]),
        ("gone", ["hub", "hub"]),
    ],
)
def test_who_is_told_at_each_step(owner: str, told: list[str]) -> None:
    assert [next_told(owner, step, RULESET) for step in range(1, len(told) + 1)] == told


@pytest.mark.parametrize(
    "owner, asked, told",
    [
        ("emergency", Escalation(("complaints",)), ["complaints", "emergency", "complaints"]),
        ("repairs", Escalation(("repairs", "hub")), ["hub", "repairs", "hub"]),
        ("repairs", Escalation(("gone",)), ["emergency", "repairs"]),
        ("repairs", Escalation(after=3), ["emergency", "repairs"]),
    ],
)
def test_a_rule_may_name_the_path(owner: str, asked: Escalation, told: list[str]) -> None:
    assert [next_told(owner, step, RULESET, asked) for step in range(1, len(told) + 1)] == told


def test_a_rule_may_say_how_long_each_has() -> None:
    assert patience("repairs", RULESET, Escalation(after=90)) == timedelta(minutes=90)
    assert patience("repairs", RULESET, Escalation(("hub",))) == timedelta(minutes=5)


def test_what_a_rule_escalates_need_be_no_emergency() -> None:
    asked = {"to": ["complaints", "hub"], "after": 30}
    events, timers = climb([opened(priority="high", escalate=asked)], 3)
    assert [each["data"]["to"] for each in events[1:]] == ["complaints", "hub", "repairs"]
    assert [after.at - before.at for before, after in pairwise(timers)] == [timedelta(minutes=30)] * 3
    assert not timers_of(opened(priority="high"), [opened(priority="high")])


def test_a_rule_that_escalates_what_was_taken_asks_for_it_anew() -> None:
    changed = event("changed", 5, escalate={"to": [], "after": 20})
    events = [opened(), event("taken", 2, colleague="ana"), changed]
    assert fold(events).wants_acknowledging
    assert [timer.at - NOW for timer in timers_of(changed, events)] == [timedelta(minutes=20)]


@pytest.mark.parametrize("team, minutes", [("repairs", 5), ("hub", 10), ("emergency", 10), ("gone", 10)])
def test_how_long_each_has(team: str, minutes: int) -> None:
    assert patience(team, RULESET) == timedelta(minutes=minutes)


def emergency() -> Happening:
    return {**opened(priority="emergency"), "team": "emergency"}


def timers_of(happens: Happening, events: list[Happening]) -> list[Timer]:
    """The timers of the ladder that follow from an event."""
    return [timer for timer in effects(happens, fold(events), RULESET).timers if timer.kind == "escalated"]


def fire(timer: Timer, state: State, number: int, at: datetime = NOW) -> Happening | None:
    """The event that a timer of the ladder becomes."""
    data = escalation(state, timer.data, RULESET)
    return None if data is None else {**event("escalated", number, **data), "at": at}


def climb(events: list[Happening], steps: int) -> tuple[list[Happening], list[Timer]]:
    """Let every timer of the ladder fire, so many times."""
    timers = timers_of(events[-1], events)
    for number in range(steps):
        happened = fire(timers[-1], fold(events), 100 + number, timers[-1].at)
        assert happened is not None
        events = [*events, happened]
        timers += timers_of(happened, events)
    return events, timers


def test_each_step_is_told_to_the_next_and_gives_its_time() -> None:
    events, timers = climb([emergency()], 4)
    assert [each["data"]["to"] for each in events[1:]] == ["repairs", "hub", "emergency", "repairs"]
    assert [each["data"]["step"] for each in events[1:]] == [1, 2, 3, 4]
    waits = [later.at - sooner.at for sooner, later in pairwise(timers)]
    assert [wait.total_seconds() / 60 for wait in waits] == [5, 10, 10, 5]
    assert len({timer.key for timer in timers}) == 5
    assert fold(events).team == "emergency"


ENDS = [
    event("acknowledged", 50),
    event("taken", 50, colleague="ana"),
    event("resolved", 50, at_first_contact=False, how="done"),
    event("transferred", 50, to="hub"),
]


@pytest.mark.parametrize("happens", ENDS, ids=lambda each: each["kind"])
@pytest.mark.parametrize("steps", [0, 1, 5])
def test_what_ends_it(happens: Happening, steps: int) -> None:
    events, timers = climb([emergency()], steps)
    assert fire(timers[-1], fold([*events, happens]), 99) is None


@pytest.mark.parametrize(
    "happens, begun",
    [
        (event("transferred", 50, to="hub"), ["escalate:e50:1"]),
        (event("joined", 50, kind="message"), []),
        (event("due", 50, timescale="respond"), []),
        (event("noted", 50, text="x"), []),
    ],
)
def test_what_begins_it_anew(happens: Happening, begun: list[str]) -> None:
    events, timers = climb([emergency()], 2)
    assert [timer.key for timer in timers_of(happens, [*events, happens])] == begun
    assert (fire(timers[-1], fold([*events, happens]), 99) is None) is bool(begun)


def test_no_emergency_has_no_ladder_until_it_is_one() -> None:
    quiet = opened()
    assert timers_of(quiet, [quiet]) == []
    _, timers = climb([quiet, event("changed", 5, priority="emergency")], 3)
    assert timers[0].key == "escalate:e5:1"


def test_an_emergency_that_is_taken_in_the_same_breath_as_it_is_passed_on_has_none() -> None:
    moved = event("transferred", 5, to="hub")
    follows = effects(moved, fold([emergency(), moved, event("taken", 6, colleague="ben")]), RULESET)
    assert (follows.say, follows.timers) == ((), ())


def having(path: list[str]) -> Ruleset:
    owner = replace(RULESET.teams["emergency"], escalation=tuple(path))
    return replace(RULESET, teams={**RULESET.teams, "emergency": owner})


@given(st.lists(st.sampled_from(["hub", "repairs", "complaints"]), max_size=4, unique=True), st.integers(1, 50))
def test_within_every_round_everybody_is_told_once(path: list[str], start: int) -> None:
    told = [next_told("emergency", start + step, having(path)) for step in range(len(path) + 1)]
    assert sorted(told) == sorted([*path, "emergency"])


happenings = st.sampled_from(
    [
        event("acknowledged"),
        event("taken", colleague="ana"),
        event("handed-back", note=""),
        event("transferred", to="hub"),
        event("changed", priority="emergency"),
        event("changed", priority="high"),
        event("resolved", at_first_contact=False, how="done"),
        event("reopened", why="x"),
        event("joined", kind="message"),
        event("waiting", until=LATER.isoformat(), on="date", why="x"),
    ]
)


@given(st.lists(st.none() | happenings, max_size=12))
def test_as_long_as_nobody_has_acknowledged_exactly_one_timer_waits(chosen: list[Happening | None]) -> None:
    """Whatever happens, in any order, timers firing in between (None): one that matters is there, and one only."""
    events = [emergency()]
    pending = {timer.key: timer for timer in timers_of(events[0], events)}
    for number, happens in enumerate(chosen):
        new = [fire(pending.pop(key), fold(events), number) for key in [*pending]] if happens is None else [happens]
        for each in filter(None, new):
            here = {**each, "id": f"e{number + 200}"}
            events.append(here)
            pending |= {timer.key: timer for timer in timers_of(here, events)}
        state = fold(events)
        alive = [timer for timer in pending.values() if escalation(state, timer.data, RULESET) is not None]
        assert len(alive) == state.wants_acknowledging
