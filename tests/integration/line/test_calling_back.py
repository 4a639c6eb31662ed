"""Whole calls back, in virtual time: whose turn it is, who is rung, what they hear, and what the record has of it."""

import math
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from router.acting import Ordered, act
from router.demo.provider.simulator import ACCOUNT, Leg, Person, Reaction, on_hearing, ring, served
from router.enquiry import orders
from router.enquiry.actions import Actor
from router.store import people
from router.store.engine import begin_read
from router.store.schema import callbacks, calls, contacts, enquiries, events, outbox, outgoing_calls, parts
from tests.integration.line.test_offer import CALLER, answers, customer
from tests.integration.line.test_waiting import LATE, OFFER, OURS, REPAIRS, files
from tests.landlord import TUESDAY
from tests.simulated import Line, on_the_line

TRIED = "callback-tried"
HOURS = 1
RULES = "  callbacks: {attempts: 2, spacing_minutes: 5}\n"


@dataclass
class Played:
    """What came of a play: the people in it, and the record's rows."""

    line: Line
    caller: Person
    customer: Person
    colleague: Person
    leg: Leg
    rows: "Rows" = field(default_factory=dict)

    def tried(self) -> list[str]:
        return [row["data"]["outcome"] for row in self.rows["events"] if row["kind"] == TRIED]

    def notes(self) -> list[str]:
        return [row["data"]["text"] for row in self.rows["events"] if row["kind"] == "noted"]

    def outgoing(self) -> list[tuple[str, str | None]]:
        return [(row["state"], row["outcome"]) for row in self.rows["outgoing_calls"]]

    def legs_to(self, number: str) -> list[Leg]:
        return [each for each in self.line.exchange.calls.values() if each.to.startswith(number)]


Rows = dict[str, list[dict[str, Any]]]


def rows_of(line: Line) -> Rows:
    tables = (callbacks, calls, contacts, enquiries, events, outgoing_calls, parts, outbox)
    with begin_read(line.services.record) as record:
        return {
            table.name: [dict(row) for row in record.execute(select(table).order_by(*table.primary_key)).mappings()]
            for table in tables
        }


def played(
    url: str,
    data: Path,
    whom: Person | None = None,
    colleague: Person | None = None,
    pressed: Sequence[str] = ("1", "1", "1"),
    rules: Mapping[str, bytes] | None = None,
    known: Mapping[str, Any] | None = None,
    **more: Any,
) -> Played:
    """Somebody waits behind another caller and chooses to be called back; played for some hours."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    api = f"http://127.0.0.1:{listening.getsockname()[1]}"
    caller = Person(CALLER, answers(*pressed), patience=more.get("patience", math.inf))
    rung = whom or Person(CALLER, talks=90.0)
    desk = colleague or Person(REPAIRS, talks=5_000.0)

    async def main(line: Line) -> Played:
        if known:
            line.services.writer.submit(people.write, dict(known)).result()
        line.exchange.people |= {REPAIRS: desk, rung.number: rung}
        ring(line.exchange, Person("+447700900200", answers(), talks=200.0), OURS)
        await line.exchange.time.sleep(5)
        leg = ring(line.exchange, caller, OURS)
        await line.waits(more.get("away", 0))
        async with served(line.exchange, listening):
            for other in more.get("others", ()):
                await line.exchange.time.sleep(1)
                ring(line.exchange, other, OURS)
            line.exchange.spawn(line.exchange.time.sleep(more.get("hours", HOURS) * 3_600))
            if "meanwhile" in more:
                await more["meanwhile"](line)
            await line.settled()
            assert (line.exchange.violations, line.exchange.alerts) == ([], [])
            return Played(line, caller, rung, desk, leg, rows_of(line))

    settings = {"twilio_api": api, "twilio_account_sid": ACCOUNT}
    return on_the_line(url, data, (OURS,), main, rules or files(OFFER + LATE + RULES), settings=settings)


@pytest.fixture
def sqlite(sqlite_template: bytes, tmp_path: Path) -> str:
    """A record for what is the same on either kind."""
    (tmp_path / "record.db").write_bytes(sqlite_template)
    return f"sqlite:///{tmp_path / 'record.db'}"


def test_whoever_chose_it_is_called_back_and_talked_to(store_url: str, tmp_path: Path) -> None:
    found = played(store_url, tmp_path)
    assert list(found.customer.noted("talking to")) == [REPAIRS]
    assert list(found.customer.noted("rung by")) == [OURS]
    assert found.tried() == ["reached"]
    assert found.outgoing() == [("over", "reached")]
    [owed] = found.rows["callbacks"]
    assert (owed["state"], owed["number"]) == ("over", "")
    assert len(found.rows["contacts"]) == len(found.rows["enquiries"]) == 2
    assert {(row["stage"], row["phone"], row["away"]) for row in found.rows["calls"]} == {("over", None, None)}
    heard = list(found.colleague.noted("heard"))
    assert "We ring them now. If a machine answers, press star." in heard


@pytest.mark.parametrize(
    "answers,expected",
    [("no-answer", "no-answer"), ("busy", "busy"), ("failed", "failed")],
)
def test_who_is_not_reached_is_rung_again_and_then_given_up(
    sqlite: str, tmp_path: Path, answers: str, expected: str
) -> None:
    found = played(sqlite, tmp_path, Person(CALLER, answers=answers))
    assert found.tried() == [expected, expected, "not-reached"]
    first, second = found.legs_to(CALLER)
    assert second.created - first.created >= timedelta(minutes=5)
    assert [row["state"] for row in found.rows["callbacks"]] == ["over"]
    assert [row["values"]["news"] for row in found.rows["outbox"] if row["audience"] == "team"].count(
        "undelivered"
    ) == 1
    assert {row["phone"] for row in found.rows["calls"]} == {None}


def test_a_machine_is_no_person(sqlite: str, tmp_path: Path) -> None:
    """The colleague hears one, ends it with the star key and says so."""

    async def ends_it(line: Line) -> None:
        await line.exchange.time.sleep(60)
        line.exchange.people[REPAIRS] = Person(REPAIRS, on_hearing({"If you talked": "2"}), talks=15.0, stars=True)

    found = played(sqlite, tmp_path, Person(CALLER, talks=500.0), meanwhile=ends_it)
    assert found.tried() == ["machine", "machine", "not-reached"]


def test_a_colleague_who_does_not_take_it_leaves_it_to_the_next(sqlite: str, tmp_path: Path) -> None:
    """The telephone has to be taken by a key; it is passed on at first, and the customer is not rung."""
    keys = iter(("1", "2", "2", "1"))
    colleague = Person(
        REPAIRS, lambda heard: Reaction(next(keys, "")) if "Press 1 to take" in heard else None, talks=5e3
    )
    rules = with_key()
    found = played(sqlite, tmp_path, colleague=colleague, rules=rules)
    assert [outcome for _, outcome in found.outgoing()] == ["not-taken", "not-taken", "reached"]
    assert len(found.legs_to(CALLER)) == 1
    assert any("A call back for Repairs, about Repair" in heard for heard in found.colleague.noted("heard"))


def with_key() -> Mapping[str, bytes]:
    """The landlord on whose telephone a call has to be taken by a key."""
    rules = files(OFFER + LATE + RULES)
    return {**rules, "landlord.yaml": rules["landlord.yaml"].replace(b"confirm: false", b"confirm: true")}


ADJUSTMENTS = b"""adjustments:
  hidden: {name: Hidden, means: Our number is never shown., caller_identity: false}
  relay: {name: Text relay, means: They are rung with a prefix., call_prefix: "18002"}
"""


def with_adjustments(trunk: str = "") -> Mapping[str, bytes]:
    """The landlord that knows who must not see our number, and who is rung with a prefix."""
    rules = files(OFFER + LATE + RULES.replace("attempts: 2", f"{trunk}attempts: 2"))
    text = rules["landlord.yaml"].replace(b"adjustments:\n", ADJUSTMENTS, 1)
    return {**rules, "landlord.yaml": text}


TRUNK = 'trunk: {host: sip.mill-lane.example, withhold: "141"}, '
NO_WITHHOLDING = "trunk: {host: sip.mill-lane.example}, "


@pytest.mark.parametrize(
    "adjustment,trunk,address",
    [
        ("hidden", "", None),
        ("relay", "", None),
        ("hidden", NO_WITHHOLDING, None),
        ("relay", TRUNK, "sip:1800207700900201@sip.mill-lane.example"),
        ("hidden", TRUNK, "sip:14107700900201@sip.mill-lane.example"),
    ],
)
def test_what_the_provider_cannot_dial_goes_by_the_trunk_or_to_a_person(
    sqlite: str, tmp_path: Path, adjustment: str, trunk: str, address: str | None
) -> None:
    rung = Person(address or CALLER, talks=60.0)
    found = played(sqlite, tmp_path, rung, rules=with_adjustments(trunk), known=customer({adjustment: ""}))
    dialled = [each.to for each in found.line.exchange.calls.values() if each.parent and each.to != REPAIRS]
    assert dialled == ([address] if address else [])
    assert [row["state"] for row in found.rows["callbacks"]] == ["over" if address else "by-person"]
    assert (found.tried(), len(found.notes())) == ((["reached"], 0) if address else ([], 1))


def test_a_time_that_was_chosen_is_kept(sqlite: str, tmp_path: Path) -> None:
    """Between 11 and 1: nobody is rung before."""
    found = played(sqlite, tmp_path, pressed=("1", "1", "2"), hours=2)
    [rung] = found.legs_to(CALLER)
    assert TUESDAY + timedelta(hours=1) <= rung.created <= TUESDAY + timedelta(hours=1, minutes=5)
    assert found.tried() == ["reached"]


def test_only_at_times_at_which_they_may_be_rung(sqlite: str, tmp_path: Path) -> None:
    """As soon as it is their turn is not before 10:40, where they are rung only then."""
    found = played(sqlite, tmp_path, known=customer({"times": "10:40-12:00"}))
    [rung] = found.legs_to(CALLER)
    assert rung.created >= TUESDAY + timedelta(minutes=40)
    assert found.tried() == ["reached"]


def test_who_is_away_keeps_their_place_before_those_who_came_later(sqlite: str, tmp_path: Path) -> None:
    later = Person("+447700900203", answers(), talks=30.0)
    found = played(sqlite, tmp_path, others=[later])
    assert any("You are number 2 in the queue." in heard for heard in later.noted("heard"))
    legs = found.line.exchange.calls.values()
    talk = next(each for each in legs if each.parent is not None and each.parent.person is later)
    [rung] = found.legs_to(CALLER)
    assert rung.created < talk.created


def test_a_promise_that_a_colleague_has_kept_is_not_rung_again(sqlite: str, tmp_path: Path) -> None:
    async def settled(line: Line) -> None:
        await line.exchange.time.sleep(100)
        rows = rows_of(line)
        [owed] = rows["callbacks"]
        wanted = orders.TryCallback(owed["promise"], "no-longer-wanted")
        act(line.services, Ordered(owed["enquiry_id"], wanted, Actor("user:1", everywhere=True), "by hand"))

    found = played(sqlite, tmp_path, meanwhile=settled)
    assert found.legs_to(CALLER) == []
    assert [row["state"] for row in found.rows["callbacks"]] == ["over"]


class Colleagues(set[str]):
    """The sids of all calls that are made by the API."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def __contains__(self, sid: object) -> bool:
        return self._line.exchange.calls[str(sid)].direction == "outbound-api"


def test_a_request_that_comes_twice_dials_nobody_twice(store_url: str, tmp_path: Path) -> None:
    """Every request of the colleague's leg comes twice, as where our answer was lost."""

    async def twice(line: Line) -> None:
        line.exchange.twice = Colleagues(line)

    found = played(
        store_url,
        tmp_path,
        rules=with_key(),
        meanwhile=twice,
        colleague=Person(REPAIRS, on_hearing({"Press 1 to take": "1"}), talks=5e3),
    )
    assert len(found.legs_to(CALLER)) == 1
    assert found.tried() == ["reached"]


def test_a_provider_that_is_away_is_asked_again(sqlite: str, tmp_path: Path) -> None:
    """Its API cannot be reached for a while; the call is made as soon as it can."""
    found = played(sqlite, tmp_path, away=600)
    outcomes = [outcome for _, outcome in found.outgoing()]
    assert (outcomes[0], outcomes[-1]) == ("not-made", "reached")
    assert found.tried() == ["reached"]
    assert len(found.legs_to(CALLER)) == 1


def with_rings(rings: str) -> Mapping[str, bytes]:
    """The landlord who has these promises rung, and promises whoever hung up a call within four hours."""
    more = f"  missed: {{promise_within: 4}}\n  callbacks: {{attempts: 2, spacing_minutes: 5, rings: [{rings}]}}\n"
    return files(OFFER + LATE + more)


@pytest.mark.parametrize("rings,rung", [("missed", True), ("colleague", False)])
def test_whoever_reached_nobody_is_rung_where_the_landlord_wants_it(
    store_url: str, tmp_path: Path, rings: str, rung: bool
) -> None:
    """They wait and hang up; the promise that the engine makes is kept by ringing them, or left to colleagues."""
    found = played(store_url, tmp_path, pressed=(), rules=with_rings(rings), patience=40)
    assert len(found.legs_to(CALLER)) == rung
    assert found.tried() == ["reached"] * rung
    assert {row["state"] for row in found.rows["callbacks"]} <= {"over"}


@pytest.mark.parametrize("rings,rung", [("colleague", True), ("missed", False)])
def test_what_a_colleague_promised_is_rung_in_its_window(sqlite: str, tmp_path: Path, rings: str, rung: bool) -> None:
    """Somebody was talked to, and promised another call by the colleague, half an hour later."""
    starts = TUESDAY + timedelta(minutes=30)

    async def promises(line: Line) -> None:
        await line.exchange.time.sleep(500)
        enquiry = rows_of(line)["enquiries"][-1]["id"]
        wanted = orders.PromiseCallback(starts, starts + timedelta(hours=1))
        act(line.services, Ordered(enquiry, wanted, Actor("user:1", everywhere=True), "by hand"))

    found = played(sqlite, tmp_path, pressed=(), rules=with_rings(rings), meanwhile=promises)
    legs = [leg for leg in found.legs_to(CALLER) if leg.parent]
    assert [leg.created >= starts for leg in legs] == [True] * rung
    assert found.tried() == ["reached"] * rung


def test_nobody_is_rung_who_is_on_the_line_with_us(sqlite: str, tmp_path: Path) -> None:
    """They ring again before it is their turn, and talk to the team until long after it is."""

    async def rings_again(line: Line) -> None:
        await line.exchange.time.sleep(20)
        ring(line.exchange, again, OURS)

    again = Person(CALLER, answers(), talks=900.0)
    found = played(sqlite, tmp_path, meanwhile=rings_again)
    assert list(again.noted("talking to")) == [REPAIRS]
    assert found.legs_to(CALLER) == []
    assert [row["state"] for row in found.rows["callbacks"]] == ["over"]
