"""What reports add up is what the whole history comes to, whatever happened in whichever order, on either record."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from router.days import of_days
from router.reports import history, reading
from router.reports.counting import settling
from router.reports.figures import Share
from router.reports.keeping import keep
from router.reports.tables import GROUPS, REPORTS, rows
from router.services import Services
from router.store import counted
from router.store.bulk import insert_rows
from router.store.engine import begin_read, begin_write
from router.store.ids import lowest_id, new_id
from router.store.schema import counted_calls, counted_contacts, counted_enquiries, counted_until, events
from tests.counted import added_up, enquiry_rows

Row = dict[str, Any]
FIRST = datetime(2026, 3, 20, tzinfo=UTC)
"""The clocks go forward nine days later."""

KEPT = (counted_calls, counted_contacts, counted_enquiries, counted_until)
NEEDS = st.sampled_from([None, [], ["hearing"], ["hearing", "email-only"]])
MINUTES = st.integers(0, 40 * 24 * 60) | st.sampled_from(
    [day * 1440 - part for day in range(3, 14) for part in (0, 60)]
)


def contact(kind: str, at: datetime, /, **data: Any) -> tuple[str, datetime, Row]:
    return kind, at, {"rule": "x", "received_at": at.isoformat(), **data}


def what_follows(kind: str, at: datetime, told: Row) -> tuple[str, datetime, Row]:
    """Something that happens to an enquiry."""
    later = (at + timedelta(days=2)).isoformat()
    data: dict[str, Row] = {
        "transferred": {"from": "repairs", "to": "hub", "reason": "wrong-team", "misroute": True},
        "taken": {"colleague": "ana"},
        "replied": {"text": "x"},
        "due": {"timescale": "respond"},
        "waiting": {"until": later, "on": "customer", "why": "x"},
        "callback-promised": {"callback": "b", "starts": at.isoformat(), "ends": later},
        "callback-tried": {"callback": "b", "outcome": "reached"},
        "resolved": {"at_first_contact": True, "how": "done", "note": ""},
        "not-for-us": {"at_first_contact": False, "how": "not-for-us", "note": ""},
        "reopened": {"why": "x"},
        "changed": {"journey": "pests"},
    }
    if kind == "joined":
        return contact("joined", at, **told)
    return "resolved" if kind == "not-for-us" else kind, at, data[kind]


HAPPENS = ["joined", "transferred", "taken", "replied", "due", "waiting", "callback-promised", "callback-tried",
           "resolved", "not-for-us", "reopened", "changed"]  # fmt: skip


@st.composite
def enquiries(draw: st.DrawFn) -> list[tuple[str, datetime, Row]]:
    """All that happens to one enquiry, in order."""
    at = FIRST + timedelta(minutes=draw(MINUTES))
    told = {
        "journey": draw(st.sampled_from(["repair", "repair", "pests", None])),
        "channel": draw(st.sampled_from(["sms", "email"])),
        "kind": draw(st.sampled_from(["message", "message", "automatic-reply"])),
        "party": draw(st.sampled_from(["p", "p", "q"])),
        "needs": draw(NEEDS),
    }
    due = {"respond": (at + timedelta(days=1)).isoformat()} if draw(st.booleans()) else {}
    told_of = [contact("opened", at, **told, also=[], priority="normal", due=due)]
    for kind, minutes in draw(st.lists(st.tuples(st.sampled_from(HAPPENS), MINUTES), max_size=6)):
        told_of.append(what_follows(kind, at + timedelta(minutes=minutes / 4), told | {"kind": "message"}))
    return told_of


def as_events(several: Sequence[list[tuple[str, datetime, Row]]]) -> list[Row]:
    """Rows of events, whose ids are in the order in which they happened to each enquiry."""
    found = []
    for happened in several:
        enquiry_id = new_id(happened[0][1])
        for kind, at, data in happened:
            named = {"id": new_id(), "at": at, "kind": kind, "enquiry_id": enquiry_id, "contact_id": None}
            found.append({**named, "team": "repairs", "actor": "engine", "data": data})
    return found


def counted_naively(told: Sequence[Row], services: Services, days: tuple[date, date]) -> dict[tuple[str, str], Any]:
    """Every report from all events, each enquiry by itself."""
    live, now = services.live.current(), services.clock()
    period = of_days(*days, live.calendar)
    ordered = sorted(told, key=lambda event: (event["enquiry_id"], event["id"]))
    histories = [list(each) for _, each in groupby(ordered, key=lambda event: event["enquiry_id"])]
    made = [
        row
        for row in enquiry_rows(histories, now, settling(live))
        if lowest_id(period.since) <= row["id"] < lowest_id(period.until) and row["how"] != "not-for-us"
    ]
    return {
        (name, by): rows(wanted, by, added_up(made, wanted, by, now))
        for name, wanted in REPORTS.items()
        for by in GROUPS
    }


def reported(services: Services, days: tuple[date, date]) -> dict[tuple[str, str], Any]:
    """Every report as people see it."""
    assert keep(services, 60)
    live = services.live.current()
    period, now = of_days(*days, live.calendar), services.clock()
    with begin_read(services.record) as record:
        return {
            (name, by): reading.report(record, wanted, by, period, live, now)
            for name, wanted in REPORTS.items()
            for by in GROUPS
        }


def empty(services: Services) -> None:
    with begin_write(services.record) as connection:
        for table in (events, *KEPT):
            connection.execute(delete(table))


def throw_away(services: Services) -> None:
    with begin_write(services.record) as connection:
        for table in KEPT:
            connection.execute(delete(table))


def add(services: Services, told: Sequence[Row]) -> None:
    with begin_write(services.record) as connection:
        insert_rows(connection, events, told)


@settings(max_examples=settings().max_examples // 4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    several=st.lists(enquiries(), min_size=2, max_size=6),
    data=st.data(),
    days=st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted),
)
def test_reports_are_what_the_whole_history_comes_to(
    services: Services, several: list[list[tuple[str, datetime, Row]]], data: st.DataObject, days: list[int]
) -> None:
    empty(services)
    coming = data.draw(st.permutations(as_events(several)))
    between = (FIRST.date() + timedelta(days=days[0]), FIRST.date() + timedelta(days=days[1]))
    cut = data.draw(st.integers(0, len(coming)))
    for part, day in ((coming[:cut], 20), (coming[cut:], 35), ([], 60)):
        add(services, part)
        then = replace(services, clock=lambda day=day: FIRST + timedelta(days=day))
        known = coming[:cut] if day == 20 else coming
        assert reported(then, between) == counted_naively(known, then, between)
    throw_away(services)
    assert reported(then, between) == counted_naively(coming, then, between)


def history_of(*happened: tuple[str, datetime, Row]) -> list[Row]:
    return as_events([list(happened)])


ABOUT = {"journey": "repair", "channel": "sms", "kind": "message", "party": "p", "needs": [], "due": {}}
OPENED = contact("opened", FIRST, **ABOUT)


def test_what_happens_later_changes_the_figures_of_an_earlier_day(services: Services) -> None:
    days = (FIRST.date(), FIRST.date())
    first = history_of(OPENED, what_follows("resolved", FIRST + timedelta(hours=1), {}))
    add(services, first)
    declared = lambda: reported(services, days)["first-contact", "none"][0]["declared"].count  # noqa: E731
    assert declared() == 1
    at = FIRST + timedelta(days=30)
    again = history_of(what_follows("reopened", at, {}), what_follows("resolved", at, {}))
    add(services, [event | {"enquiry_id": first[0]["enquiry_id"]} for event in again])
    assert declared() == 0


@pytest.mark.parametrize("at_once", [1, 2, 500])
def test_an_event_that_comes_after_a_later_one_is_counted(
    services: Services, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(history, "AT_ONCE", at_once)
    early, between, late = history_of(OPENED), history_of(OPENED), history_of(OPENED)
    add(services, late)
    days = (FIRST.date(), FIRST.date())
    assert reported(services, days)["times", "none"][0]["enquiries"] == 1
    add(services, early)
    assert reported(services, days)["times", "none"][0]["enquiries"] == 2
    add(services, [event for number in range(5) for event in history_of(OPENED)])
    assert keep(services, 0) is (at_once == 500)
    add(services, between)
    assert reported(services, days)["times", "none"][0]["enquiries"] == 8


def test_nothing_is_put_down_where_nothing_is_new(services: Services) -> None:
    for told in ([], history_of(OPENED), []):
        add(services, told)
        assert keep(services, 60)
        with begin_read(services.record) as record:
            assert history.look(record, services.live.current(), services.clock())[0].is_nothing


@pytest.mark.parametrize("known_first", ["earlier", "later", "both"])
@pytest.mark.parametrize("days,unrepeated", [(3, 1), (30, 2)], ids=["soon", "long afterwards"])
def test_a_contact_in_another_enquiry_counts_whichever_was_counted_first(
    services: Services, known_first: str, days: int, unrepeated: int
) -> None:
    again = FIRST + timedelta(days=days)
    told = {"earlier": history_of(OPENED), "later": history_of(contact("opened", again, **ABOUT))}
    then = replace(services, clock=lambda: FIRST + timedelta(days=90))
    between = (FIRST.date(), again.date())
    for name in (known_first, *told) if known_first != "both" else ():
        add(services, told.pop(name, ()))
        reported(then, between)
    add(services, [event for events_of_one in told.values() for event in events_of_one])
    assert reported(then, between)["first-contact", "none"][0]["no_repeat"] == Share(unrepeated, 2)


def test_other_working_days_or_another_zone_count_everything_anew(services: Services) -> None:
    add(services, history_of(OPENED))
    assert keep(services, 60)
    with begin_write(services.record) as connection:
        connection.execute(update(counted_until).values(terms="others"))
        connection.execute(update(counted_enquiries).values(terms="others", resolved=1))
    assert keep(services, 60)
    with begin_read(services.record) as record:
        assert record.execute(select(counted_enquiries.c.resolved)).scalars().all() == [0]


def test_the_older_of_two_looks_does_not_take_the_place_of_the_newer(services: Services) -> None:
    told = history_of(OPENED, what_follows("taken", FIRST, {}))
    add(services, told[:1])
    with begin_read(services.record) as record:
        older, _ = history.look(record, services.live.current(), services.clock())
    add(services, told[1:])
    assert keep(services, 60)
    services.writer.submit(counted.put_down, older).result()
    with begin_read(services.record) as record:
        assert record.execute(select(counted_enquiries.c.events)).scalars().all() == [2]


@pytest.mark.parametrize("at_once", [1, 2, 500])
def test_much_is_counted_in_turns(services: Services, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(history, "AT_ONCE", at_once)
    told = [event for number in range(5) for event in history_of(OPENED, what_follows("taken", FIRST, {}))]
    add(services, told)
    assert keep(services, 0) is (at_once == 500)
    assert reported(services, (FIRST.date(), FIRST.date()))["times", "none"][0]["to_colleague"].count == 5
