"""The door for call events of any telephone system: contacts with an owner, and whose a call is, asked and answered."""

import hmac
import itertools
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

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


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 0, 4, 3, 1)])
def test_a_call_that_goes_on_to_the_voicemail_is_one_contact(doors: Doors, order: tuple[int, ...]) -> None:
    first, second, caller = fresh("leg-"), fresh("leg-"), stranger()
    leg = {"from": caller.removeprefix("+"), "to": OURS.removeprefix("+"), "direction": "in", "origCallId": first}
    events: tuple[dict[str, str], ...] = (
        {"event": "newCall", "callId": first, "user[]": "Alice"},
        {"event": "hangup", "callId": first, "cause": "forwarded"},
        {"event": "newCall", "callId": second, "user[]": "voicemail"},
        {"event": "answer", "callId": second, "user": "voicemail"},
        {"event": "hangup", "callId": second, "cause": "normalClearing"},
    )
    answers = [cti(doors, f"{CALLS}/xml", **events[each], **leg) for each in (*order, *order)]
    assert {answer.status_code for answer in answers} == {200}
    (contact_id,) = {contact_of(answer) for answer in answers}
    until(lambda: doors.contact(contact_id)["state"] == "decided", "the contact is decided")
    contact = doors.contact(contact_id)
    assert (contact["sender"]["value"], len(contact["parts"])) == (caller, len(events))
    assert contact["ended_at"]
    assert contact["owner"]["key"]


def test_what_is_asked_to_be_called_again_can_be(doors: Doors) -> None:
    doors.said.add(caller := stranger())
    call = {
        "callId": fresh("again-"),
        "from": caller.removeprefix("+"),
        "to": OURS.removeprefix("+"),
        "direction": "in",
    }
    path, form = f"{doors.url}{CALLS}/xml", {"Content-Type": "application/x-www-form-urlencoded"}
    first = doors.http.post(
        path, content=urlencode(call | {"event": "newCall"}), headers=form, auth=("pbx", CALLS_SECRET)
    )
    here, told = httpx.URL(doors.url), httpx.URL(ET.fromstring(first.content).attrib["onHangup"])
    again = told.copy_with(scheme=here.scheme, host=here.host, port=here.port)
    over = doors.http.post(again, content=urlencode(call | {"event": "hangup", "cause": "cancel"}), headers=form)
    assert (first.status_code, over.status_code) == (200, 200)
    assert contact_of(first) == contact_of(over)


def test_placetel_signs_with_our_secret(doors: Doors) -> None:
    doors.said.add(caller := stranger())
    body = urlencode({"event": "IncomingCall", "call_id": fresh("p-"), "from": caller, "to": OURS}).encode()
    signature = hmac.new(CALLS_SECRET.encode(), body, "sha256").hexdigest()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-PLACETEL-SIGNATURE": signature}
    answer = doors.http.post(f"{doors.url}{CALLS}/xml", content=body, headers=headers)
    assert answer.status_code == 200
    assert doors.contact(contact_of(answer))["sender"]["value"] == caller


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
