"""Duty phones: how one is rung, and that anything the provider posts is read or refused with the field's name."""

from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels import twilio_duty
from channels.adapter import Malformed, Request
from channels.inbound import Address, PointKind
from channels.replies import Pressed
from channels.senders import OutboundMessage, Permanent, Result, Sent, Temporary
from channels.twilio_sender import TwilioConfig
from tests.servers.provider import ACCOUNT, TOKEN, Provider, provider

CALLBACK = "https://hub.example/channels/twilio/duty"
NOW = datetime(2026, 3, 3, 22, 0, tzinfo=UTC)
MESSAGE = OutboundMessage(
    channel="phone",
    address=Address(PointKind.PHONE, "+447700900102"),
    text="This is Mill & Lane. <Press> 1.",
    message_id="n1",
)


@pytest.fixture
def phones() -> Iterator[Provider]:
    with provider() as running:
        yield running


def config(phones: Provider) -> TwilioConfig:
    return TwilioConfig(ACCOUNT, TOKEN, "+441632960000", phones.url)


def test_a_duty_phone_is_rung_and_told_what_to_press(phones: Provider) -> None:
    assert twilio_duty.ring(config(phones), CALLBACK, MESSAGE) == Sent("CA" + "0" * 31 + "1")
    [call] = phones.calls
    assert (call["To"], call["From"], call["Timeout"]) == ("+447700900102", "+441632960000", "30")
    gathers = list(ET.fromstring(call["Twiml"]).iter("Gather"))
    assert {gather.attrib["action"] for gather in gathers} == {f"{CALLBACK}?notice=n1"}
    assert {say.text for gather in gathers for say in gather} == {MESSAGE.text}
    assert [gather.attrib.get("actionOnEmptyResult") for gather in gathers] == [None, None, "true"]


@pytest.mark.parametrize(
    "status, result",
    [(503, Temporary("http-503")), (401, Temporary("not-authorised")), (400, Permanent("twilio-21610"))],
)
def test_what_the_provider_answers(phones: Provider, status: int, result: Result) -> None:
    phones.status = status
    with httpx.Client() as client:
        assert twilio_duty.ring(config(phones), CALLBACK, MESSAGE, client) == result
    assert phones.calls == []


def test_only_numbers_are_rung(phones: Provider) -> None:
    mailbox = OutboundMessage(
        channel="phone", address=Address(PointKind.EMAIL, "a@b.example"), text="x", message_id="n1"
    )
    assert twilio_duty.ring(config(phones), CALLBACK, mailbox) == Permanent("not-a-number")


@given(
    fields=st.dictionaries(
        st.sampled_from(["CallSid", "Digits", "CallStatus", "x"]),
        st.binary(max_size=12) | st.sampled_from([b"1", b"CA1"]),
    ),
    query=st.sampled_from(["", "notice=", "notice=n1", "notice=%FF", "notice=n1&notice=n2"]),
)
def test_any_form_is_read_or_refused_with_the_fields_name(fields: dict[str, bytes], query: str) -> None:
    body = b"&".join(name.encode() + b"=" + value for name, value in fields.items())
    request = Request("POST", (f"{CALLBACK}?{query}",), {}, body, NOW)
    try:
        pressed = twilio_duty.parse(request)
    except Malformed as error:
        refused = error
    else:
        assert isinstance(pressed, Pressed)
        assert pressed.call
        assert pressed.about
        return
    assert refused.field
