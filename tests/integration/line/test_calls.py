"""Calls by the hundred, of people who do anything at any moment, played through the whole application."""

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, select

from router.demo.provider.simulator import Leg, Person, Source, at_random, on_hearing, ring, unruly
from router.store.calls import OVER
from router.store.contacts import DECIDED
from router.store.engine import begin_read
from router.store.schema import calls, contacts, decisions, enquiry_contacts
from router.telephony.course import CallEnding
from rules.folder import read_folder
from tests.effort import PROFILE
from tests.simulated import Line, on_the_line

SAMPLE = Path(__file__).parents[3] / "config"
PERSON = "+441632960000"
OURS = ("+448081570100", "+441632960100")
CALLS = {"quick": 100, "thorough": 1_000, "search": 10_000}[PROFILE]
HALF_AN_HOUR = 1_800.0
HANGS_UP_AT_ONCE = 0.1

# Each team has two telephones and no more: so whoever rings while both talk has to wait.
PHONES = r"""\1
    phones:
      - {number: "+4416329700\2", at_once: 1}
      - {sip: "sip:desk-\2@pbx.harbour-row.example", at_once: 1}"""


def with_few_telephones() -> dict[str, bytes]:
    """The sample landlord, with hardly anybody to take the calls."""
    files = read_folder(SAMPLE)
    teams = re.sub(r"    phones: .*\n", "", files["teams.yaml"].decode())
    teams = re.sub(r'(    channels: \{phone: "\+4416329600(\d\d)".*)', PHONES, teams)
    return {**files, "teams.yaml": teams.encode()}


LANDLORDS = {"as-shipped": lambda: read_folder(SAMPLE), "few-telephones": with_few_telephones}


def caller(number: int, chance: random.Random) -> Person:
    """Somebody who presses anything, waits as long as they like, and sometimes withholds their number."""
    return Person(
        "" if chance.random() < 0.05 else f"+447700{900_000 + number % 90_000}",
        at_random(chance),
        patience=chance.choice([HANGS_UP_AT_ONCE, 5, 20, 90, 600]),
        patience_in={"queue": chance.choice([10, 120, 900]), "ringing": chance.choice([2, 15, 60])},
        talks=chance.uniform(1, 600),
        message=chance.choice(["", "There is water everywhere", "Please ring me"]),
        message_seconds=chance.uniform(1, 60),
        stars=chance.random() < 0.1,
    )


def phone(number: str, chance: random.Random) -> Person:
    """A colleague's telephone, with somebody who does anything too."""
    return Person(
        number,
        at_random(chance),
        answers=chance.choices(["completed", "busy", "no-answer", "failed"], [6, 1, 2, 1])[0],
        answers_after=chance.uniform(1, 25),
        talks=chance.uniform(1, 600),
        patience=chance.choice([3, 60, 600]),
    )


async def play_many(line: Line, chance: random.Random) -> list[Leg]:
    """Everybody rings some time within half an hour."""
    exchange = line.exchange
    legs: list[Leg] = []

    async def call(number: int, at: float) -> None:
        await exchange.time.sleep(at)
        legs.append(ring(exchange, caller(number, chance), chance.choice(OURS)))

    for number in range(CALLS):
        exchange.spawn(call(number, chance.uniform(0, HALF_AN_HOUR)))
    await line.settled()
    return legs


@dataclass(frozen=True)
class Kept:
    """What the record holds after everybody has rung: by the sid of the call, and counts by the contact's id."""

    contacts: Mapping[str, Mapping[str, Any]]
    calls: Mapping[str, Mapping[str, Any]]
    decisions: Counter[str]
    enquiries: Counter[str]
    teams: frozenset[str]


def kept(line: Line) -> Kept:
    def rows(wanted: Select[Any]) -> Sequence[Mapping[str, Any]]:
        with begin_read(line.services.record) as record:
            return list(record.execute(wanted).mappings())

    return Kept(
        {row["conversation"]: row for row in rows(select(contacts))},
        {row["call"]: row for row in rows(select(calls))},
        Counter(row["contact_id"] for row in rows(select(decisions).where(decisions.c.current))),
        Counter(row["contact_id"] for row in rows(select(enquiry_contacts))),
        frozenset(line.services.live.current().ruleset.teams),
    )


@pytest.mark.parametrize("landlord", LANDLORDS)
def test_every_call_ends_with_an_owner_and_an_outcome(sqlite_template: bytes, tmp_path: Path, landlord: str) -> None:
    record, chance = tmp_path / "record.db", random.Random(landlord)
    record.write_bytes(sqlite_template)

    async def main(line: Line) -> None:
        line.exchange.phone_of = lambda number, _: phone(number, chance)
        legs = await play_many(line, chance)
        assert (line.exchange.violations, line.exchange.alerts) == ([], [])
        assert all(leg.is_over for leg in legs)
        found = kept(line)
        every_call_is_owned(legs, found)
        every_outcome_is_what_happened(line, legs, found)
        waited = sum(bool(list(leg.person.noted("queued"))) for leg in legs)
        assert waited > CALLS / 20

    url, manners = f"sqlite:///{record}", unruly(chance)
    on_the_line(url, tmp_path, OURS, main, LANDLORDS[landlord](), chance=chance, manners=manners)


@pytest.mark.parametrize("trouble", ["down", "slow", "broken"])
def test_while_the_application_is_away_callers_reach_a_person(
    sqlite_template: bytes, tmp_path: Path, trouble: str
) -> None:
    record = tmp_path / "record.db"
    record.write_bytes(sqlite_template)
    static = Source(twiml=f"<Response><Dial>{PERSON}</Dial></Response>".encode())

    async def main(line: Line) -> list[Person]:
        line.exchange.phone_of = lambda number, _: Person(number)
        callers = [Person(f"+4477009001{number:02d}", on_hearing({"press": "2"})) for number in range(6)]
        for number, each in enumerate(callers):
            line.server.trouble = trouble if number in (2, 3) else ""
            ring(line.exchange, each, OURS[0])
            await line.exchange.time.sleep(1 if number == 4 else 600)
        await line.settled()
        return callers

    callers = on_the_line(f"sqlite:///{record}", tmp_path, OURS, main, read_folder(SAMPLE), fallback=static)
    away = [list(each.noted("talking to")) == [PERSON] for each in callers]
    assert away == [False, False, True, True, False, False]
    assert [list(each.noted("call over")) for each in callers] == [["completed"]] * 6


def every_call_is_owned(legs: list[Leg], found: Kept) -> None:
    assert set(found.contacts) == {leg.sid for leg in legs}
    ids = {row["id"]: 1 for row in found.contacts.values()}
    assert Counter(row["state"] for row in found.contacts.values()) == {DECIDED: len(legs)}
    assert found.decisions == ids
    assert found.enquiries == ids
    assert {row["team"] for row in found.contacts.values()} <= found.teams


def every_outcome_is_what_happened(line: Line, legs: list[Leg], found: Kept) -> None:
    """Of every call that was put through and whose end was reported: reports that were dropped are reconciled."""
    ended = {
        each.fields["CallSid"]
        for each in line.exchange.asked
        if each.url.endswith("/status") and each.fields["CallStatus"] == "completed"
    }
    outcomes = {row["call"]: (row["stage"], row["outcome"]) for row in found.calls.values() if row["call"] in ended}
    rang = {leg.parent.sid for leg in line.exchange.calls.values() if leg.parent is not None}
    happened = {leg.sid: (OVER, how_it_ended(leg, leg.sid in rang)) for leg in legs if leg.sid in outcomes}
    assert {sid: (outcome, happened[sid]) for sid, outcome in outcomes.items() if outcome != happened[sid]} == {}


def how_it_ended(leg: Leg, rang: bool) -> CallEnding:
    """How a call that was put through ended for the caller themselves; some hang up at the words that say so."""
    if list(leg.person.noted("talking to")):
        return CallEnding.ANSWERED
    if any(said.startswith("Thank you. We will ring you on") for said in leg.person.noted("heard")):
        return CallEnding.CALL_BACK
    return CallEnding.ABANDONED_WAITING if rang or list(leg.person.noted("queued")) else CallEnding.ABANDONED
