"""Every case of every adapter, and that every adapter has cases."""

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from channels import registry
from channels.adapter import Answer, Refused, receive
from channels.replies import NothingToSay
from tests.tables import try_each
from tests.unit.channels.casework import SECRETS, adapters, all_cases, differences, outcome, reply_of, request_of

CASES = dict(all_cases())
INCOMING = [name for name, case in CASES.items() if "expected" in case]
MEDIA = {"calls": "application/json", "calls-xml": "application/xml"}
OUTGOING = [name for name, case in CASES.items() if "answer" in case]


def test_every_request_becomes_what_its_case_says() -> None:
    try_each(INCOMING, becomes_what_it_says)


def becomes_what_it_says(name: str) -> None:
    expected = {key: value for key, value in CASES[name]["expected"].items() if key != "answer"}
    assert differences(outcome(name, CASES[name]), expected) == []


@pytest.mark.parametrize("name", OUTGOING)
def test_a_reply_becomes_what_its_case_says(name: str) -> None:
    case = CASES[name]
    answer = adapters()[case["adapter"]].answer(reply_of(case), request_of(case))
    assert answer.body.decode() == case["answer"]
    assert (answer.status, answer.media_type) == (200, MEDIA.get(case["adapter"], "text/xml"))
    _well_formed(answer)


@pytest.mark.parametrize("adapter", registry.PUSH, ids=lambda adapter: adapter.name)
def test_there_is_always_an_answer_for_what_needs_none(adapter: registry.Push) -> None:
    document = _well_formed(adapter.answer(NothingToSay(), request_of({})))
    assert document == {} if adapter.name == "calls" else list(document) == []


def _well_formed(answer: Answer) -> Any:
    return json.loads(answer.body) if answer.media_type == "application/json" else ET.fromstring(answer.body)


@pytest.mark.parametrize("adapter", adapters())
def test_every_registered_adapter_has_cases(adapter: str) -> None:
    assert sum(case["adapter"] == adapter for case in CASES.values()) >= 5


@pytest.mark.parametrize("adapter", registry.PUSH, ids=lambda adapter: adapter.name)
def test_every_push_adapter_refuses_the_unsigned_and_the_wrongly_signed(adapter: registry.Push) -> None:
    refused = {
        case["expected"].get("refused")
        for case in CASES.values()
        if case["adapter"] == adapter.name and "expected" in case
    }
    assert {"unsigned", "wrong-signature"} <= refused


def test_without_its_secrets_an_adapter_refuses_everything() -> None:
    try_each([name for name in INCOMING if "request" in CASES[name]], is_refused_without_secrets)


def is_refused_without_secrets(name: str) -> None:
    adapter = adapters()[CASES[name]["adapter"]]
    for secrets in ({}, dict.fromkeys(SECRETS, ""), dict.fromkeys(SECRETS, " ")):
        with pytest.raises(Refused, match="not-configured"):
            receive(adapter, request_of(CASES[name]), secrets)


def test_a_repeat_is_the_same_part() -> None:
    try_each([name for name in INCOMING if "inbound" in CASES[name]["expected"]], is_the_same_part_again)


def is_the_same_part_again(name: str) -> None:
    first, second = (outcome(name, CASES[name])["inbound"] for _ in range(2))
    assert [first[key] for key in ("channel", "account", "event")] == [
        second[key] for key in ("channel", "account", "event")
    ]
    assert first["event"]


def test_every_route_leads_to_one_adapter() -> None:
    routes = [route for adapter in registry.PUSH for route in adapter.routes]
    assert len(routes) == len(set(routes))
    assert all(registry.by_route(route) and registry.by_route(f"/{route}/") for route in routes)
    assert registry.by_route("nowhere") is None
