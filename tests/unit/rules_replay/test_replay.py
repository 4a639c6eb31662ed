"""The tally of a replay against counting one by one, and its parts by hand."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.replay import APART, EXAMPLES, UNKNOWN, How, Replayed, Ruled, Tally, by_day, by_hour, turns

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
TEAMS = st.sampled_from(["hub", "repairs", "income"])
DUE = st.dictionaries(
    st.sampled_from(["respond", "repair"]), st.integers(0, 3).map(lambda n: NOON + timedelta(hours=n))
)
RULED = st.builds(
    Ruled,
    owner=TEAMS,
    rule=st.sampled_from(["one", "two"]),
    priority=st.sampled_from(["normal", "high"]),
    journey=st.sampled_from([None, "pests", "repair"]),
    due=DUE,
)
REPLAYED = st.builds(
    Replayed,
    contact=st.integers(0, 999).map(str),
    reference=st.just("7K3M-9Q2X-4"),
    local=st.integers(0, 400).map(lambda hours: NOON + timedelta(hours=hours)),
    channel=st.sampled_from(["sms", "email"]),
    adjustments=st.lists(st.sampled_from(["email-only", "large-print"]), unique=True).map(tuple),
    how=st.sampled_from(How),
    then=TEAMS,
    now=TEAMS,
    before=RULED,
    after=RULED,
)
Pick = Callable[[Replayed], str]


def tallied(contacts: Sequence[Replayed]) -> dict[str, Any]:
    tally = Tally()
    for each in contacts:
        tally.add(each)
    return tally.as_dict()


def count(found: Sequence[str]) -> dict[str, int]:
    return {value: found.count(value) for value in found}


def assert_pairs(told: list[dict[str, Any]], contacts: Sequence[Replayed], was: Pick, will: Pick) -> None:
    """Each change is counted as its contacts are, largest first."""
    counted = [each for each in contacts if each.how not in APART and was(each) != will(each)]
    assert {(each["from"], each["to"]) for each in told} == {(was(each), will(each)) for each in counted}
    assert [each["count"] for each in told] == sorted((each["count"] for each in told), reverse=True)
    for change in told:
        mine = [each for each in counted if (was(each), will(each)) == (change["from"], change["to"])]
        assert change["count"] == len(mine)
        assert change["opened"] == sum(each.how is How.OPENED for each in mine)
        assert change["passed_on"] == sum(each.now != each.then for each in mine)
        assert change["agreed"] == sum(each.now == each.after.owner for each in mine)
        assert change["by_journey"] == count([each.after.journey or UNKNOWN for each in mine])
        assert change["by_channel"] == count([each.channel for each in mine])
        assert change["by_adjustment"] == count([key for each in mine for key in each.adjustments])
        assert change["by_rule"] == count([each.after.rule for each in mine])
        assert [each["contact"] for each in change["examples"]] == [each.contact for each in mine][::-1][:EXAMPLES]


@given(contacts=st.lists(REPLAYED, max_size=60))
def test_a_tally_is_what_counting_one_by_one_gives(contacts: list[Replayed]) -> None:
    told = tallied(contacts)
    assert told["contacts"] == len(contacts)
    assert told["changed"] == sum(e.before.owner != e.after.owner for e in contacts if e.how not in APART)
    for how in How:
        mine = [each for each in contacts if each.how is how]
        moved = sum(each.before.owner != each.after.owner for each in mine)
        assert told["how"][how.value] == {"count": len(mine), "changed": moved}
    assert_pairs(told["owners"], contacts, lambda each: each.before.owner, lambda each: each.after.owner)
    assert_pairs(told["priorities"], contacts, lambda each: each.before.priority, lambda each: each.after.priority)
    assert_pairs(
        told["journeys"], contacts, lambda e: e.before.journey or UNKNOWN, lambda e: e.after.journey or UNKNOWN
    )
    opened = [each for each in contacts if each.how is How.OPENED]
    turned = [turn for each in opened for turn in turns(each.before.due, each.after.due)]
    assert {(each["timescale"], each["turn"]): each["count"] for each in told["due"]} == {
        turn: turned.count(turn) for turn in turned
    }


@given(contacts=st.lists(REPLAYED, max_size=60))
def test_the_load_counts_every_contact_once_before_and_once_after(contacts: list[Replayed]) -> None:
    load = tallied(contacts)["load"]
    for name, owner in (("before", lambda e: e.before.owner), ("after", lambda e: e.after.owner)):
        for team, hours in load.items():
            mine = [each for each in contacts if owner(each) == team]
            for hour, counted in enumerate(hours[name]):
                assert counted == sum(each.local.weekday() * 24 + each.local.hour == hour for each in mine)
    for hours in load.values():
        assert sum(before for _, before, _ in by_day(hours)) == sum(hours["before"])
        assert sum(after for _, _, after in by_hour(hours)) == sum(hours["after"])


@pytest.mark.parametrize(
    "before,after,expected",
    [
        ({}, {}, []),
        ({"respond": NOON}, {"respond": NOON}, []),
        ({"respond": NOON}, {"respond": NOON - timedelta(minutes=1)}, [("respond", "tightened")]),
        ({"respond": NOON}, {"respond": NOON + timedelta(minutes=1)}, [("respond", "loosened")]),
        ({"respond": NOON}, {"repair": NOON}, [("repair", "added"), ("respond", "dropped")]),
    ],
)
def test_due_times(before: dict[str, datetime], after: dict[str, datetime], expected: list[tuple[str, str]]) -> None:
    assert list(turns(before, after)) == expected


def test_a_tally_keeps_no_more_examples_of_a_change_than_fill_a_page() -> None:
    one = Ruled("hub", "one", "normal", None, {})
    other = Ruled("repairs", "one", "normal", None, {})
    many = [Replayed(str(n), "", NOON, "sms", (), How.OPENED, "hub", "hub", one, other) for n in range(10 * EXAMPLES)]
    (move,) = tallied(many)["owners"]
    assert move["count"] == 10 * EXAMPLES
    assert [each["contact"] for each in move["examples"]] == [str(n) for n in range(10 * EXAMPLES)][
        : -EXAMPLES - 1 : -1
    ]
