"""Figures are counted as their definitions say, and nothing that happens later makes one better than it was."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import quantiles
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.reports import figures
from router.reports.cases import Case, case_of
from router.reports.counting import enquiry_row
from router.reports.figures import Share, Spread, spread_of
from router.reports.tables import GROUPS, REPORTS, flat, rows, shown
from tests.counted import added_up, enquiry_rows
from tests.unit.enquiry.told import BEGUN, CONTACT, NOW, event, opened

DAY = timedelta(days=1)
Events = list[dict[str, Any]]


def at(days: float, happens: dict[str, Any]) -> dict[str, Any]:
    """The same, so many days after the first contact."""
    moment = NOW + days * DAY
    data = dict(happens["data"])
    if "received_at" in data:
        data["received_at"] = moment.isoformat()
    return happens | {"at": moment, "data": data}


def again(days: float, **data: Any) -> dict[str, Any]:
    """The customer gets in touch again about the same."""
    return at(days, event("joined", 5, **(CONTACT | {"received_at": ""} | data)))


def resolved(days: float = 1, *, declared: bool = True, how: str = "done") -> dict[str, Any]:
    return at(days, event("resolved", 8, at_first_contact=declared, how=how, note=""))


MOVED = at(0.5, event("transferred", 3, to="hub", reason="wrong-team", misroute=True) | {"team": "hub"})
MOVED["data"]["from"] = "repairs"
REOPENED = at(2, event("reopened", 9, why="x"))
ASKED = at(0.1, event("waiting", 2, until=(NOW + DAY).isoformat(), on="customer", why="x"))


def case(*events: dict[str, Any]) -> Case:
    made = case_of([opened(), *events])
    assert made is not None
    return made


def table(
    *histories: Iterable[dict[str, Any]], report: str = "first-contact", by: str = "none", now: datetime | None = None
) -> list[dict[str, Any]]:
    """The rows of a report on these enquiries, each opened alike and then told of further."""
    now = now or NOW + 30 * DAY
    told = [[each | {"enquiry_id": f"q{place}"} for each in events] for place, events in enumerate(histories)]
    counted = enquiry_rows(told, now, lambda received: received + 10 * DAY)
    return rows(REPORTS[report], by, added_up(counted, REPORTS[report], by, now))


FIRST: list[tuple[str, Events, int, int, int]] = [
    ("open", [], 0, 0, 1),
    ("resolved at once", [resolved()], 1, 1, 1),
    ("resolved later, as the colleague says", [resolved(declared=False)], 0, 1, 1),
    ("in touch again", [again(0.5), resolved()], 1, 0, 0),
    ("in touch again afterwards", [resolved(), again(3)], 1, 0, 0),
    ("in touch again long afterwards", [resolved(), again(12)], 1, 0, 1),
    ("an answer that we asked for", [ASKED, again(0.5), resolved()], 1, 1, 1),
    ("an automatic reply", [again(0.5, kind="automatic-reply"), resolved()], 1, 1, 1),
    ("about something else", [again(0.5, journey="pests"), resolved()], 1, 0, 1),
    ("transferred", [MOVED, resolved()], 1, 0, 1),
    ("reopened", [resolved(), REOPENED], 0, 0, 1),
    ("reopened and resolved again", [resolved(), REOPENED, resolved(3)], 0, 0, 1),
]


@pytest.mark.parametrize("events,declared,single,unrepeated", [row[1:] for row in FIRST], ids=[row[0] for row in FIRST])
def test_first_contact(events: Events, declared: int, single: int, unrepeated: int) -> None:
    whole = table([opened(), *events])[0]
    assert (whole["declared"], whole["single_contact"]) == (Share(declared, 1), Share(single, 1))
    assert whole["no_repeat"] == Share(unrepeated, 1)


def test_a_contact_in_another_enquiry_is_a_repeat_too() -> None:
    later = [at(3, opened())]
    assert table([opened()], later)[0]["no_repeat"] == Share(1, 2)
    assert table([opened()], [at(3, opened(journey="pests"))])[0]["no_repeat"] == Share(2, 2)


def test_a_young_cohort_is_not_settled_yet() -> None:
    assert table([opened(), resolved()], now=NOW + 9 * DAY)[0]["no_repeat"] == Share(0, 0, 1)


def test_what_machines_sent_is_no_case() -> None:
    assert case_of([opened(kind="bounce")]) is None
    row, contacts = enquiry_row([opened(kind="bounce")], NOW, lambda received: received)
    assert (row["channel"], contacts) == (None, [])


def test_owners() -> None:
    histories = [opened(), MOVED, resolved()], [opened(), resolved()], [opened(), MOVED]
    whole = table(*histories, report="transfers")[0]
    assert (whole["transferred"], whole["misrouted"]) == (Share(2, 3), Share(2, 3))
    assert whole["resolved_elsewhere"] == Share(1, 2)


def test_times_count_from_receipt() -> None:
    taken, replied = at(0.25, event("taken", colleague="ana")), at(0.5, event("replied", text="x"))
    whole = table([opened(), taken, replied, resolved()], [opened()], report="times")[0]
    assert whole["to_owner"] == Spread(2, 0.0, 0.0)
    assert [whole[name].p50 for name in ("to_colleague", "to_reply", "to_resolution")] == [21_600, 43_200, 86_400]


@pytest.mark.parametrize("seconds,kept", [(0.0123456, 0.0123), (59.96, 60.0), (3661.0, 3660.0), (1_234_567.0, 1.23e6)])
def test_times_have_three_figures(seconds: float, kept: float) -> None:
    assert figures.times(case(at(seconds / 86_400, event("taken", colleague="ana"))))["to_colleague"] == kept


@given(st.lists(st.integers(0, 9), min_size=2))
def test_a_spread_of_counts_is_that_of_what_was_counted(taken: list[int]) -> None:
    tenths = quantiles(taken, n=10, method="inclusive")
    counts = {float(each): taken.count(each) for each in taken}
    assert spread_of(counts) == Spread(len(taken), tenths[4], tenths[8])


DUE = {"due": {"respond": (NOW + DAY).isoformat()}}
MISSED = at(1, event("due", 4, timescale="respond"))


@pytest.mark.parametrize(
    "events,now,expected",
    [
        ([], NOW + 0.5 * DAY, Share(0, 0)),
        ([resolved(0.5)], NOW + 0.6 * DAY, Share(1, 1)),
        ([MISSED], NOW + 2 * DAY, Share(0, 1)),
        ([MISSED, resolved(2)], NOW + 3 * DAY, Share(0, 1)),
    ],
)
def test_due_times(events: Events, now: datetime, expected: Share) -> None:
    made = case_of([opened(**DUE), *events])
    assert made is not None
    assert Share(*figures.due_kept(made, now)) == expected


def promise(*tries: dict[str, Any]) -> Case:
    window = {"starts": NOW.isoformat(), "ends": (NOW + DAY).isoformat()}
    return case(event("callback-promised", 2, callback="b", **window), *tries)


def tried(days: float, outcome: str) -> dict[str, Any]:
    return at(days, event("callback-tried", 3, callback="b", outcome=outcome))


@pytest.mark.parametrize(
    "tries,now,expected",
    [
        ([], NOW, Share(0, 0)),
        ([], NOW + 2 * DAY, Share(0, 1)),
        ([tried(0.5, "reached")], NOW + 0.6 * DAY, Share(1, 1)),
        ([tried(0.5, "no-answer")], NOW + 2 * DAY, Share(0, 1)),
        ([tried(1.5, "reached")], NOW + 2 * DAY, Share(0, 1)),
    ],
)
def test_calls(tries: Events, now: datetime, expected: Share) -> None:
    assert Share(*figures.calls_kept(promise(*tries), now)) == expected


def test_a_figure_that_time_alone_changes_says_when() -> None:
    due = case_of([opened(**DUE)])
    assert due is not None
    assert figures.changes_at(due, NOW) == figures.changes_at(promise(), NOW) == NOW + DAY
    assert figures.changes_at(due, NOW + DAY) is None
    assert figures.changes_at(promise(tried(0.5, "reached")), NOW) is None


@given(st.lists(st.sampled_from([again(0.5), again(3), MOVED, resolved(), resolved(4, declared=False)]), max_size=8))
def test_reopening_never_improves_a_figure(events: Events) -> None:
    before, after = case(*events), case(*events, REOPENED, resolved(5))
    for figure in (figures.declared, figures.single_contact):
        assert figure(after) <= figure(before) or not before.resolved_at
    assert not figures.declared(after)
    reopened = [opened(), *events, REOPENED, resolved(5)]
    assert table(reopened)[0]["no_repeat"] == table([opened(), *events])[0]["no_repeat"]


@pytest.mark.parametrize("by", GROUPS)
@pytest.mark.parametrize("name", REPORTS)
def test_every_report_by_every_group(name: str, by: str) -> None:
    histories = [opened(), MOVED, resolved()], [opened()], [opened(needs=["hearing", "email-only"])]
    made = table(*histories, report=name, by=by)
    assert (made[0]["group"], made[0]["enquiries"]) == ("all", 3)
    groups = {"none": [], "team": ["repairs", "hub"], "need": ["(no needs recorded)", "email-only", "hearing"]}
    if by in groups:
        assert [row["group"] for row in made[1:]] == groups[by]
    for row in made:
        assert all(shown(cell) for cell in row.values())
        assert all(isinstance(value, str | int | float | None) for value in flat(row).values())


def test_who_is_not_known_is_a_group_of_their_own() -> None:
    stranger = [event("opened", 0, **(BEGUN | {"needs": None}))]
    assert [row["group"] for row in table(stranger, report="times", by="need")] == ["all", "(not known)"]


def test_a_reply_that_was_taken_back_reached_nobody() -> None:
    hasty, back = at(0.1, event("replied", 6, text="x")), at(0.1, event("reply-withdrawn", 7, reply="e6"))
    assert case(hasty).replied_at == NOW + 0.1 * DAY
    assert case(hasty, back).replied_at is None
    assert case(hasty, back, at(0.5, event("replied", 8, text="y"))).replied_at == NOW + 0.5 * DAY
