"""Whole calls of people who choose to be called back while they wait: what they hear, and what they are promised."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from router.demo.provider.simulator import Person, Reaction, ring
from router.store import call_ends, people
from router.store.engine import begin_read
from router.store.schema import callbacks, calls, contacts, enquiries, events, parts
from router.telephony.course import CallEnding
from tests.integration.line.test_waiting import LATE, OFFER, OURS, REPAIRS, files
from tests.landlord import TUESDAY
from tests.simulated import Line, on_the_line

CALLER = "+447700900201"
PROMISED = "callback-promised"
ON_OWN = "Thank you. We will ring you on 0 7 7 0 0, 9 0 0 2 0 1"
SOON = "as soon as it is your turn, and today by 2:15 pm at the latest"


class Found(NamedTuple):
    """What one caller heard, and what the record has of them."""

    heard: list[str]
    promises: list[dict[str, Any]]
    callback: dict[str, Any] | None
    outcome: str | None
    notes: list[str]
    line: Line


def answers(*pressed: str) -> Any:
    """Chooses a repair, then answers the offer and the dialog by these, one after the other; "" is silence."""
    left = iter(pressed)

    def react(heard: str) -> Reaction | None:
        if "For a repair" in heard:
            return Reaction("2")
        key = next(left, "")
        return Reaction(key) if key else None

    return react


def chosen(
    url: str, data: Path, pressed: Sequence[str], number: str = CALLER, customer: Mapping[str, Any] | None = None
) -> Found:
    """Somebody waits behind another caller, and answers the offer so; then what they heard and were promised."""
    caller = Person(number, answers(*pressed), patience=300)

    async def main(line: Line) -> Found:
        if customer:
            line.services.writer.submit(people.write, dict(customer)).result()
        line.exchange.people[REPAIRS] = Person(REPAIRS, talks=2_000.0)
        ring(line.exchange, Person("+447700900200", answers(), talks=1_000.0), OURS)
        await line.exchange.time.sleep(5)
        leg = ring(line.exchange, caller, OURS)
        await line.settled()
        assert (line.exchange.violations, line.exchange.alerts) == ([], [])
        return _found(line, caller, leg.sid)

    return on_the_line(url, data, (OURS,), main, files(OFFER + LATE))


def _found(line: Line, caller: Person, sid: str) -> Found:
    with begin_read(line.services.record) as record:
        contact = record.execute(select(contacts.c.id).where(contacts.c.conversation == sid)).scalar_one()
        mine = select(enquiries.c.id).where(enquiries.c.first_contact_id == contact)
        happened = [dict(row) for row in record.execute(select(events).order_by(events.c.id)).mappings()]
        enquiry = record.execute(mine).scalar_one()
        callback = record.execute(select(callbacks).where(callbacks.c.contact_id == contact)).mappings().first()
        ends = [row for row in happened if row["kind"] == call_ends.CALL_ENDED and row["contact_id"] == contact]
        own = [row for row in happened if row["enquiry_id"] == enquiry]
    return Found(
        list(caller.noted("heard")),
        [row["data"] for row in own if row["kind"] == PROMISED],
        dict(callback) if callback else None,
        ends[-1]["data"]["outcome"] if ends else None,
        [row["data"]["text"] for row in own if row["kind"] == "noted"],
        line,
    )


def _sqlite(template: bytes, folder: Path) -> str:
    (folder / "record.db").write_bytes(template)
    return f"sqlite:///{folder / 'record.db'}"


def window(promise: Mapping[str, Any]) -> tuple[timedelta, timedelta]:
    starts, ends = (datetime.fromisoformat(promise[name]) - TUESDAY for name in ("starts", "ends"))
    return starts, ends


@pytest.mark.parametrize(
    "pressed,number,sentence",
    [
        (["1", "1", "1"], "", f"{ON_OWN}, {SOON}. You can hang up now. Goodbye."),
        (["1", "2", "01632960777#", "1"], "+441632960777",
         f"Thank you. We will ring you on 0 1 6 3 2, 9 6 0 7 7 7, {SOON}. You can hang up now. Goodbye."),
        (["1", "2", "09098790000#", "01632960777#", "1"], "+441632960777", None),
        (["1", "2", "01632960776#", "*", "01632960777#", "1"], "+441632960777", None),
        (["1", "", "1", "", "1"], "", None),
        (["1", "1", "2"], "", f"{ON_OWN}, today between 11 am and 1 pm. You can hang up now. Goodbye."),
        (["1", "1", "4"], "", f"{ON_OWN}, tomorrow between 9 am and 11 am. You can hang up now. Goodbye."),
    ],
    ids=["own-number", "another", "refused-first", "put-right", "slow", "today", "tomorrow"],
)  # fmt: skip
def test_what_they_choose_is_promised(
    store_url: str, tmp_path: Path, pressed: list[str], number: str, sentence: str | None
) -> None:
    found = chosen(store_url, tmp_path, pressed)
    [promise] = found.promises
    assert promise.get("number", "") == number
    assert found.callback is not None
    assert (found.callback["state"], found.callback["promise"]) == ("by-person", promise["callback"])
    assert found.callback["number"] == (number or CALLER)
    assert found.outcome == CallEnding.CALL_BACK
    assert found.heard[-1].startswith("Thank you. We will ring you")
    assert sentence is None or found.heard[-1] == sentence


def test_as_soon_as_possible_is_within_so_many_open_hours(sqlite_template: bytes, tmp_path: Path) -> None:
    [promise] = chosen(_sqlite(sqlite_template, tmp_path), tmp_path, ["1", "1", "1"]).promises
    starts, ends = window(promise)
    assert timedelta(0) <= starts < timedelta(minutes=5)
    assert ends == timedelta(hours=4, minutes=15)


@pytest.mark.parametrize(
    "pressed,said",
    [
        (["1"], "You go on waiting at your place."),
        (["1", "1", "7", "9"], "You go on waiting at your place."),
        (["1", "2", "999#"], "Sorry, that is an emergency number. If somebody is in danger, hang up and ring 9 9 9."),
        (["1", "2", "118118#", "0033123456789#"], "Sorry, we cannot ring numbers in other countries."),
        (["9"], "Thank you for waiting. You are next in the queue."),
    ],
    ids=["silence", "wrong-keys", "emergency", "foreign", "another-key"],
)
def test_who_chooses_nothing_goes_on_waiting(
    sqlite_template: bytes, tmp_path: Path, pressed: list[str], said: str
) -> None:
    found = chosen(_sqlite(sqlite_template, tmp_path), tmp_path, pressed)
    assert said in found.heard
    assert found.outcome == CallEnding.ABANDONED_WAITING
    assert found.callback is None or found.callback["state"] == "choosing"
    assert found.promises == []


def test_who_withholds_their_number_is_asked_for_one(sqlite_template: bytes, tmp_path: Path) -> None:
    found = chosen(_sqlite(sqlite_template, tmp_path), tmp_path, ["1", "01632960777#", "1"], number="")
    assert [promise["number"] for promise in found.promises] == ["+441632960777"]
    assert not any("calling from" in each for each in found.heard)


def customer(adjustments: Mapping[str, str], id_: int = 1) -> dict[str, Any]:
    """A customer with this number."""
    fixed = {"kind": "tenant", "language": None, "preferences": [], "source_digest": "", "facts": {}}
    named = {"id": f"{id_:026d}", "reference": f"A{id_}", "name": "Ada", "changed_at": TUESDAY}
    return {**fixed, **named, "adjustments": dict(adjustments), "points": [("phone", CALLER, "")]}


def test_who_must_not_be_rung_is_not_offered_it(sqlite_template: bytes, tmp_path: Path) -> None:
    found = chosen(
        _sqlite(sqlite_template, tmp_path), tmp_path, ["1", "1", "1"], customer=customer({"no-telephone": ""})
    )
    assert not any("press 1" in each for each in found.heard if "called back" in each)
    assert found.promises == []


def test_what_is_unsettled_is_left_to_a_person(sqlite_template: bytes, tmp_path: Path) -> None:
    found = chosen(
        _sqlite(sqlite_template, tmp_path), tmp_path, ["1", "1", "1"], customer=customer({"something-new": ""})
    )
    assert len(found.promises) == 1
    assert found.callback is not None
    assert found.callback["state"] == "by-person"
    assert found.notes == [
        "They chose to be called back. Before anybody rings them, see what their adjustments ask for."
    ]


def test_a_repeated_answer_promises_nothing_twice(store_url: str, tmp_path: Path) -> None:
    """The provider asks again where our answer was lost: the same promise is said again."""

    async def main(line: Line) -> None:
        caller = Person(CALLER, answers("1", "1", "1"))
        line.exchange.people[REPAIRS] = Person(REPAIRS, talks=2_000.0)
        ring(line.exchange, Person("+447700900200", answers(), talks=1_000.0), OURS)
        await line.exchange.time.sleep(5)
        leg = ring(line.exchange, caller, OURS)
        await leg.done.wait()
        answer = [each for each in line.exchange.asked if "step=when" in each.url][-1]
        again = [await line.exchange.ask(answer.url, {**answer.fields, "Digits": key}, "POST") for key in ("1", "2")]
        assert {each.content for each in again} == {again[0].content}
        await line.settled()
        with begin_read(line.services.record) as record:
            promises = record.execute(select(events.c.id).where(events.c.kind == PROMISED)).all()
            said = record.execute(select(parts.c.id).where(parts.c.part == "call-back-chosen")).all()
            assert (len(promises), len(said)) == (1, 1)
            assert record.execute(select(calls.c.outcome).where(calls.c.call == leg.sid)).scalar_one() == "call-back"

    on_the_line(store_url, tmp_path, (OURS,), main, files(OFFER + LATE))
