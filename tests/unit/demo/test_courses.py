"""What colleagues do: courses that the engine would accept, from the same case and seed always the same."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.demo.colleagues import filled_in
from router.demo.courses import Case, Move, course
from rules.folder import read_folder
from rules.landlord import Ruleset
from rules.load import load

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
RENT = Case("income", "income", "rent-account", recognised=True, emergency=False, spoken=False)


@cache
def ruleset() -> Ruleset:
    return load(read_folder(Path(__file__).parents[3] / "config"))


def actions(case: Case, seed: int = 1) -> list[str]:
    return [str(move.order["action"]) for move in course(case, ruleset(), random.Random(seed))]


TEAMS = st.sampled_from(sorted(ruleset().teams))
FLAG = st.booleans()
CASES = st.builds(
    Case, TEAMS, TEAMS, st.sampled_from(["", *ruleset().journeys]), FLAG, FLAG, FLAG, FLAG, FLAG, FLAG, FLAG
)


@given(CASES, st.integers(0, 1_000))
def test_a_course_ends_in_an_end_another_owner_or_a_date(case: Case, seed: int) -> None:
    done = actions(case, seed)
    assert done[-1] in ("resolve", "transfer", "wait")
    assert not {"resolve", "transfer", "wait"} & set(done[:-1])
    assert done == actions(case, seed)


@given(CASES, st.integers(0, 1_000))
def test_a_course_names_only_what_the_landlord_has(case: Case, seed: int) -> None:
    for move in course(case, ruleset(), random.Random(seed)):
        assert move.order.get("to", case.team) in ruleset().teams
        assert move.order.get("how", "done") in ruleset().resolutions
        assert move.order.get("reason", "next-step") in ruleset().transfer_reasons


@given(CASES, st.integers(0, 1_000))
def test_every_promised_call_is_made_and_every_question_answered(case: Case, seed: int) -> None:
    done = actions(case, seed)
    assert done.count("ask") == done.count("answer")
    if "promise-callback" in done:
        last = [move for move in course(case, ruleset(), random.Random(seed)) if "outcome" in move.order][-1]
        assert last.order["outcome"] == "reached"


@pytest.mark.parametrize(
    "changed,reason",
    [
        ({"team": "repairs"}, "wrong-journey"),
        ({"team": "repairs", "recognised": False}, "next-step"),
        ({"team": "customer-hub", "right_team": "assets", "journey": "pest-control", "at_hub": True}, "wrong-journey"),
        ({"team": "repairs", "from_nobody": True}, ""),
    ],
)
def test_what_came_to_the_wrong_team_is_passed_on_with_the_reason(changed: dict[str, Any], reason: str) -> None:
    [move] = course(replace(RENT, **changed), ruleset(), random.Random(1))
    assert move.order.get("reason", "") == reason


@pytest.mark.parametrize(
    "changed,done",
    [
        ({}, ["reply", "resolve"]),
        ({"spoken": True}, ["note", "resolve"]),
        ({"team": "customer-hub", "at_hub": True}, ["reply", "resolve"]),
        ({"emergency": True, "spoken": True}, ["note", "resolve"]),
    ],
)
def test_what_can_be_settled_at_once_is(changed: dict[str, Any], done: list[str]) -> None:
    assert actions(replace(RENT, **changed)) == done


def view(**changed: Any) -> dict[str, Any]:
    shown = {"seen": "event-9", "contacts": [{}], "questions": [], "callbacks": []}
    return shown | changed


@pytest.mark.parametrize(
    "order,shown,filled",
    [
        ({"action": "reply", "seen": "@seen"}, {}, {"seen": "event-9"}),
        (
            {"action": "answer", "question": "@question"},
            {"questions": [{"id": "q1", "answered": True}, {"id": "q2", "answered": False}]},
            {"question": "q2"},
        ),
        (
            {"action": "try-callback", "callback": "@callback"},
            {"callbacks": [{"id": "c1", "settled_at": None}, {"id": "c2", "settled_at": "then"}]},
            {"callback": "c1"},
        ),
        ({"action": "resolve", "at_first_contact": True}, {}, {"at_first_contact": True}),
        ({"action": "resolve", "at_first_contact": True}, {"contacts": [{}, {}]}, {"at_first_contact": False}),
        ({"action": "resolve", "at_first_contact": False}, {}, {"at_first_contact": False}),
    ],
)
def test_orders_are_filled_in_from_what_is_seen(
    order: dict[str, Any], shown: dict[str, Any], filled: dict[str, Any]
) -> None:
    given = filled_in(Move(1.0, order), view(**shown), NOW)
    assert {name: given[name] for name in filled} == filled
