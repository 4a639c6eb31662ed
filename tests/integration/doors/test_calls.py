"""The door for calls: greeting, menu, the owning team's number, and a person whatever happens."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from xml.etree import ElementTree as ET

import httpx
import pytest

from tests.integration.doors.client import SMS, VOICE, Doors, contact_of, fresh, text_fields
from tests.integration.doors.conftest import STRAIGHT
from tests.servers.process import PATIENCE, until

HUB, REPAIRS, EMERGENCY, PERSON = "+441632960001", "+441632960002", "+441632960003", "+441632960009"
CONNECTING, CLOSED = "We are putting you through.", "The team is closed now. We have noted your call."


def heard(answer: httpx.Response) -> list[tuple[str, str]]:
    """What the caller hears and what happens then: the verbs of a TwiML document with their text."""
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/xml"
    return [(verb.tag, "".join(verb.itertext())) for verb in ET.fromstring(answer.content)]


def test_call_begins_with_greeting_and_menu(doors: Doors) -> None:
    answer = doors.call(fresh("CA"))
    (gather,) = ET.fromstring(answer.content)
    assert gather.attrib["action"] == f"{VOICE}/menu"
    assert (gather.attrib["timeout"], gather.attrib["actionOnEmptyResult"]) == ("5", "true")
    said = [say.text for say in gather]
    assert said[0] == "Welcome to Mill Lane Homes."
    assert "For a repair, press 2." in said
    contact = doors.contact(contact_of(answer))
    assert (contact["state"], contact["owner"]["key"], contact["decision"]) == ("in-progress", "hub", None)


@pytest.mark.parametrize(
    "key,team,number,words",
    [
        ("1", "emergency", EMERGENCY, CONNECTING),
        ("2", "repairs", REPAIRS, CONNECTING),
        ("0", "hub", HUB, CONNECTING),
        ("", "hub", HUB, CONNECTING),
        ("3", "night-desk", EMERGENCY, CONNECTING),
        ("4", "archive", "", CLOSED),
    ],
    ids=["emergency", "repair", "person", "no-key", "escalation", "closed"],
)
def test_key_leads_to_a_telephone(doors: Doors, key: str, team: str, number: str, words: str) -> None:
    sid = fresh("CA")
    doors.call(sid)
    answer = doors.call(sid, "menu", Digits=key)
    then = ("Dial", number) if number else ("Hangup", "")
    assert heard(answer) == [("Say", words), then]
    contact = doors.contact(contact_of(answer))
    assert (contact["state"], contact["owner"]["key"]) == ("decided", team)
    assert [part["part"] for part in contact["parts"]] == ["call", "menu-choice" if key else "menu-timeout"]


@pytest.mark.parametrize("key", ["9", "#"])
def test_a_key_that_leads_nowhere_may_be_pressed_again_once(doors: Doors, key: str) -> None:
    sid = fresh("CA")
    doors.call(sid)
    (gather,) = ET.fromstring(doors.call(sid, "menu", Digits=key).content)
    assert gather.attrib["action"] == f"{VOICE}/menu?again=1"
    assert gather[0].text == "Sorry, that key does not lead anywhere."
    answer = doors.call(sid, "menu?again=1", Digits=key)
    assert heard(answer) == [("Say", CONNECTING), ("Dial", HUB)]
    contact = doors.contact(contact_of(answer))
    assert (contact["state"], contact["owner"]["key"]) == ("decided", "hub")
    assert [part["part"] for part in contact["parts"]] == ["call", "menu-choice", "menu-choice"]


@pytest.mark.parametrize(
    "outcome,expected",
    [
        ("completed", [("Hangup", "")]),
        ("answered", [("Hangup", "")]),
        ("no-answer", [("Say", CONNECTING), ("Dial", PERSON), ("Hangup", "")]),
        ("busy", [("Say", CONNECTING), ("Dial", PERSON), ("Hangup", "")]),
        ("failed", [("Say", CONNECTING), ("Dial", PERSON), ("Hangup", "")]),
    ],
)
def test_after_a_leg(doors: Doors, outcome: str, expected: list[tuple[str, str]]) -> None:
    sid = fresh("CA")
    doors.call(sid)
    dial = ET.fromstring(doors.call(sid, "menu", Digits="2").content).find("Dial")
    assert dial is not None
    assert dial.attrib["action"] == f"{VOICE}/dialled"
    assert heard(doors.call(sid, "dialled", DialCallStatus=outcome, DialCallSid=fresh("CA"))) == expected


@pytest.mark.parametrize("place,fields", [("", {}), ("menu", {"Digits": "2"}), ("menu", {"Digits": ""})])
def test_webhook_that_comes_ten_times_at_once_is_one_part(doors: Doors, place: str, fields: dict[str, str]) -> None:
    sid = fresh("CA")
    doors.call(sid)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: doors.call(sid, place, **fields), range(10)))
    assert [answer.status_code for answer in answers] == [200] * 10
    (stored,) = doors.stored(sid)
    contact = doors.contact(stored["id"])
    assert len(contact["parts"]) == (2 if place else 1)
    assert contact["earlier_decisions"] == []


def test_repeat_of_a_key_that_was_decided_hears_the_same(doors: Doors) -> None:
    sid = fresh("CA")
    first = doors.call(sid, "menu", Digits="2")
    assert heard(doors.call(sid, "menu", Digits="2")) == heard(first)


@pytest.mark.parametrize(
    "status,ended", [("initiated", False), ("in-progress", False), ("completed", True), ("busy", True)]
)
def test_status_is_noted(doors: Doors, status: str, ended: bool) -> None:
    sid = fresh("CA")
    doors.call(sid)
    answer = doors.call(sid, "status", CallStatus=status, Timestamp="Tue, 03 Mar 2026 10:00:00 +0000")
    assert heard(answer) == []
    contact = doors.decided(contact_of(answer)) if ended else doors.contact(contact_of(answer))
    assert (contact["ended_at"] is not None) is ended
    assert contact["owner"]["key"] == "hub"


def test_end_of_the_leg_is_not_the_end_of_the_call(doors: Doors) -> None:
    sid = fresh("CA")
    doors.call(sid)
    answer = doors.call(fresh("CA"), "status", CallStatus="completed", ParentCallSid=sid)
    (stored,) = doors.stored(sid)
    assert (contact_of(answer), stored["ended_at"]) == (stored["id"], None)


@pytest.mark.parametrize(
    "place,change,named",
    [
        ("", {"CallSid": ""}, "CallSid"),
        ("", {"To": ""}, "To"),
        ("dialled", {}, "DialCallStatus"),
        ("status", {"CallStatus": ""}, "CallStatus"),
    ],
)
def test_call_that_cannot_be_read_names_the_field(doors: Doors, place: str, change: dict[str, str], named: str) -> None:
    sid = change.pop("CallSid", fresh("CA"))
    answer = doors.call(sid, place, **change)
    assert (answer.status_code, named in answer.text) == (422, True)


def test_unsigned_call_is_refused(doors: Doors) -> None:
    answer = doors.form(VOICE, {"CallSid": "CA1"}, signed="")
    assert (answer.status_code, answer.content) == (403, b"")


@contextmanager
def record_held(doors: Doors) -> Iterator[None]:
    """Keep everybody else from writing into the record."""
    with closing(sqlite3.connect(doors.record, isolation_level=None, timeout=PATIENCE)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            holder.execute("ROLLBACK")


def test_a_caller_whom_a_rule_puts_through_hears_no_menu(doors: Doors) -> None:
    answer = doors.call(fresh("CA"), From=STRAIGHT)
    assert heard(answer) == [("Say", "Welcome to Mill Lane Homes."), ("Say", CONNECTING), ("Dial", HUB)]
    contact = doors.contact(contact_of(answer))
    assert (contact["state"], contact["owner"]["key"]) == ("decided", "hub")
    assert contact["decision"]["plan"]["skip_menu"]


def test_caller_reaches_a_person_in_time_when_the_record_is_held(doors: Doors) -> None:
    sid, other = fresh("CA"), fresh("CA")
    doors.call(other)
    with ThreadPoolExecutor(3) as pool, record_held(doors):
        calls = [pool.submit(doors.call, sid), pool.submit(doors.call, other, "menu", Digits="2")]
        text = pool.submit(doors.form, SMS, text_fields())
        for call in calls:
            assert heard(call.result(PATIENCE)) == [("Say", CONNECTING), ("Dial", PERSON), ("Hangup", "")]
        assert not text.done()
    # What was said to a person is not lost either, and the text is answered now that it is on disk.
    assert text.result(PATIENCE).status_code == 200
    until(lambda: doors.stored(sid), "the call is stored")
    assert doors.stored(sid)[0]["owner"]["key"] == "hub"
    said = doors.contact(doors.stored(other)[0]["id"])
    assert [part["part"] for part in said["parts"]] == ["call", "menu-choice"]
