"""The door for call events of any telephone system: contacts with an owner, and whose a call is, asked and answered."""

import itertools
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from channels.stamped import stamp
from tests.integration.doors.client import OURS, Doors, contact_of, fresh, stranger
from tests.integration.doors.conftest import CALLS_SECRET
from tests.servers.process import until

CALLS = "/channels/calls"
REPAIRS = "+441632960002"


def told(doors: Doors, event: str, call: str, path: str = CALLS, **fields: Any) -> httpx.Response:
    """Tell of an event as JSON, signed now."""
    doors.said.update(str(value) for value in fields.values())
    body = json.dumps({"event": event, "call": call} | fields).encode()
    headers = {"Content-Type": "application/json"} | stamp(CALLS_SECRET, body, now())
    return doors.http.post(doors.url + path, content=body, headers=headers)


def now() -> int:
    return int(time.time())


def cti(doors: Doors, path: str = CALLS, **fields: str) -> httpx.Response:
    """Tell of an event as a CTI product does: a form, with the secret in the address."""
    doors.said.update(fields.values())
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    url = f"{doors.url}{path}?key={CALLS_SECRET}"
    return doors.http.post(url, content=urlencode(fields), headers=headers)


def test_who_asks_hears_where_the_call_should_go(doors: Doors) -> None:
    answer = told(doors, "asked", fresh("pbx-"), **{"from": stranger(), "to": OURS, "menu": "2"})
    assert answer.status_code == 200
    said = answer.json()
    assert (said["action"], said["number"], said["team"]) == ("dial", REPAIRS, "repairs")
    assert said["because"]
    contact = doors.contact(contact_of(answer))
    assert (contact["state"], contact["owner"]["key"]) == ("decided", "repairs")


def test_a_cti_call_from_beginning_to_end(doors: Doors) -> None:
    call, caller = fresh("cti-"), stranger().removeprefix("+")
    common = {"callId": call, "from": caller, "to": OURS.removeprefix("+"), "direction": "in"}
    first = cti(doors, event="newCall", **common, **{"user[]": "Alice"})
    assert (first.status_code, first.json()) == (200, {})
    assert cti(doors, event="answer", **common, user="Alice").json() == {}
    assert cti(doors, event="hangup", **common, cause="normalClearing").json() == {}
    contact = doors.contact(contact_of(first))
    assert contact["sender"]["value"] == f"+{caller}"
    assert [part["part"] for part in contact["parts"]] == ["call-started", "call-answered", "call-status"]
    assert contact["ended_at"]
    assert contact["owner"]["key"]


@pytest.mark.parametrize("order", list(itertools.permutations(("new", "answered", "ended"))), ids="-".join)
def test_in_whatever_order_events_come_the_contact_is_the_same(doors: Doors, order: tuple[str, ...]) -> None:
    call, caller = fresh("any-"), stranger()
    numbers: Mapping[str, Any] = {"from": caller, "to": OURS}
    answers = [told(doors, event, call, **(numbers if event == "new" else {})) for event in order]
    repeats = [told(doors, event, call, **(numbers if event == "new" else {})) for event in order]
    (contact_id,) = {contact_of(answer) for answer in (*answers, *repeats)}
    until(lambda: doors.contact(contact_id)["state"] == "decided", "the contact is decided")
    contact = doors.contact(contact_id)
    assert contact["sender"]["value"] == caller
    assert len(contact["parts"]) == len(order)
    assert contact["ended_at"]


def test_xml_says_where_to_and_where_to_tell_us_more(doors: Doors) -> None:
    answer = cti(
        doors, f"{CALLS}/xml", event="ask", callId=fresh("x-"), **{"from": stranger(), "to": OURS, "dtmf": "2"}
    )
    assert answer.headers["content-type"] == "application/xml"
    assert f"<Dial><Number>{REPAIRS.removeprefix('+')}</Number></Dial>" in answer.text
    assert f"/channels/calls/xml?key={CALLS_SECRET}" in answer.text


def test_a_call_that_is_ours_makes_no_contact(doors: Doors) -> None:
    answer = cti(doors, event="newCall", callId=fresh("o-"), direction="out", **{"from": OURS, "to": stranger()})
    assert (answer.status_code, answer.json()) == (200, {})
    assert "x-firstcontact-contact" not in answer.headers


@pytest.mark.parametrize("path", [CALLS, f"{CALLS}/xml"])
def test_without_the_secret_nothing_is_taken_in(doors: Doors, path: str) -> None:
    body = b'{"event": "new", "call": "c-1"}'
    for headers in ({}, {"Authorization": "Bearer wrong"}, stamp("wrong", body, now()), stamp(CALLS_SECRET, body, 1)):
        answer = doors.http.post(doors.url + path, content=body, headers=headers)
        assert (answer.status_code, answer.text) == (403, "")


def test_what_is_missing_is_named(doors: Doors) -> None:
    answer = told(doors, "new", "", **{"from": stranger()})
    assert answer.status_code == 422
    assert answer.text.startswith("call is missing")
