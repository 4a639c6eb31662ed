"""The report on calls: short calls apart, no figures of few people, days and hours by the landlord's clock."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.reports import calls as report
from router.reports.calls import FEWEST, GROUPS, Call
from router.reports.counting import call_row
from router.reports.figures import Share, Spread
from router.telephony.course import CallEnding
from rules.clock import Calendar
from tests.counted import calls_added_up

NINE = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)


LONDON = Calendar("Europe/London")


def rows(by: str, calls: Iterable[Call]) -> list[dict[str, Any]]:
    return report.rows(by, calls_added_up(by, calls, lambda each: call_row(each, LONDON)))


def call(outcome: str = CallEnding.ANSWERED, seconds: int = 90, waited: int = 20, **more: object) -> Call:
    known = {"began": NINE, "team": "repairs", "needs": ()} | more
    return Call(outcome=outcome, seconds=seconds, waited=waited, **known)  # type: ignore[arg-type]


def test_who_hangs_up_at_once_is_counted_apart() -> None:
    calls = [call(), call(waited=40), call(CallEnding.ABANDONED, 4), call(CallEnding.ABANDONED_WAITING, 5),
             call(CallEnding.ABANDONED, 30, called_back=True), call(CallEnding.VOICEMAIL)]  # fmt: skip
    (row,) = rows("none", calls)
    assert row == {
        "group": "all",
        "calls": 6,
        "short": 1,
        "answered": Share(2, 5),
        "call_back": Share(0, 5),
        "abandoned_waiting": Share(1, 5),
        "abandoned": Share(1, 5),
        "voicemail": Share(1, 5),
        "failed": Share(0, 5),
        "called_back": Share(1, 3),
        "to_answer": Spread(2, 30.0, 38.0),
    }


def test_hours_and_days_are_in_order_by_the_landlord_s_clock() -> None:
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    calls = [call(began=late), call(), call()]
    assert [(row["group"], row["calls"]) for row in rows("hour", calls)] == [
        ("all", 3),
        ("00:00", 1),
        ("09:00", 2),
    ]
    assert [row["group"] for row in rows("day", calls)] == ["all", "2026-07-01", "2026-07-02"]


def test_both_hours_that_the_clocks_go_back_over_are_one() -> None:
    twice = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    assert [row["group"] for row in rows("hour", [call(began=at) for at in twice])] == ["all", "01:00"]
    assert [row["group"] for row in rows("day", [call(began=at) for at in twice])] == ["all", "2026-10-25"]


def test_a_group_of_few_people_has_no_figures_and_cannot_be_worked_out() -> None:
    calls = [call(needs=("text-relay",)) for _ in range(4)] + [call() for _ in range(6)] + [call(needs=None)] * 9
    found = {row["group"]: row for row in rows("need", calls)}
    assert found["text-relay"] == {"group": "text-relay", "calls": "fewer than 5"}
    assert found["(no needs recorded)"] == {"group": "(no needs recorded)", "calls": "not shown"}
    assert found["(not known)"]["calls"] == 9
    assert "answered" in {row["group"]: row for row in rows("team", calls)}["repairs"]


@pytest.mark.parametrize("needs,relay,group", [
    (("extra-time",), False, "with-an-adjustment"),
    ((), True, "with-an-adjustment"),
    (None, True, "with-an-adjustment"),
    ((), False, "without-an-adjustment"),
    (None, False, "(not known)"),
])  # fmt: skip
def test_who_has_an_adjustment(needs: tuple[str, ...] | None, relay: bool, group: str) -> None:
    calls = [call(needs=needs, by_relay=relay)] * FEWEST
    assert [row["group"] for row in rows("adjusted", calls)] == ["all", group]


CALLS = st.builds(
    call,
    outcome=st.sampled_from(list(CallEnding)),
    seconds=st.integers(0, 600),
    waited=st.integers(0, 600),
    team=st.sampled_from(["repairs", "hub", None]),
    needs=st.sampled_from([None, (), ("text-relay",), ("extra-time", "text-relay")]),
    by_relay=st.booleans(),
    began=st.timedeltas(timedelta(0), timedelta(days=31)).map(lambda later: datetime(2026, 1, 1, tzinfo=UTC) + later),
)


@given(st.lists(CALLS, max_size=30), st.sampled_from(GROUPS))
def test_no_row_tells_of_fewer_people_than_may_be_shown(calls: list[Call], by: str) -> None:
    whole, *groups = rows(by, calls)
    shares = ("answered", "call_back", "abandoned_waiting", "abandoned", "voicemail", "failed")
    assert whole["short"] + sum(whole[name].count for name in shares) == whole["calls"] == len(calls)
    hidden = [row for row in groups if isinstance(row["calls"], str)]
    if by not in ("need", "adjusted"):
        assert not hidden
        return
    assert all(row["calls"] >= FEWEST for row in groups if row not in hidden)
    assert len(hidden) != 1 or len(groups) == 1
