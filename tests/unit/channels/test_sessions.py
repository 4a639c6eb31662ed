"""Chat frames and contacts through our own API: anything is either read or refused with the field's name."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels import chat, direct, twilio_sms, twilio_voice
from channels.adapter import Malformed, Push, Request
from channels.inbound import Inbound, Progress
from channels.replies import Asked

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
frames = st.fixed_dictionaries(
    {},
    optional={key: values | st.sampled_from(["hello", "line", "bye"]) for key in ("type", "id", "text", "name", "x")},
)
points = st.fixed_dictionaries({}, optional=dict.fromkeys((*direct.POINTS, "x"), values))
bodies = st.fixed_dictionaries(
    {"channel": st.sampled_from(["portal", "visit"]) | values, "text": st.text(min_size=1, max_size=20) | values},
    optional={"from": points | values, "about": points, "received_at": values | st.datetimes().map(str)}
    | dict.fromkeys(("subject", "to", "reference", "facts", "x"), values),
)


def read_or_named(read: Callable[[], Inbound]) -> Inbound | None:
    """Return what was read, or None where it was refused properly."""
    try:
        return read()
    except Malformed as error:
        refused = error
    assert refused.field
    assert refused.problem
    return None


@given(frames | values)
def test_any_frame_is_read_or_refused_with_the_fields_name(frame: Any) -> None:
    raw = json.dumps(frame)
    inbound = read_or_named(lambda: chat.parse(chat.read_frame(raw), "s1", NOW))
    assert inbound is None or inbound.event.startswith(("s1:", "sha256:"))


@given(bodies | values)
def test_any_body_is_read_or_refused_with_the_fields_name(body: Any) -> None:
    inbound = read_or_named(lambda: direct.parse(json.dumps(body).encode(), "portal-key", NOW))
    assert inbound is None or (inbound.event and inbound.received_at <= NOW + timedelta(minutes=5))


@given(st.binary(max_size=100))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    read_or_named(lambda: chat.parse(chat.read_frame(raw), "s1", NOW))
    read_or_named(lambda: direct.parse(raw, "portal-key", NOW))


@pytest.mark.parametrize("adapter", [twilio_sms.ADAPTER, twilio_voice.ADAPTER], ids=lambda adapter: adapter.name)
@given(
    fields=st.dictionaries(
        st.sampled_from(
            ["From", "To", "MessageSid", "CallSid", "Digits", "CallStatus", "Body", "NumMedia", "Timestamp"]
        ),
        st.binary(max_size=12) | st.sampled_from([b"%2B447700900123", b"completed", b"1"]),
    ),
    route=st.sampled_from([*twilio_voice.ROUTES, "twilio/sms", "x"]),
)
def test_any_form_is_read_or_refused_with_the_fields_name(adapter: Push, fields: dict[str, bytes], route: str) -> None:
    body = b"&".join(name.encode() + b"=" + value for name, value in fields.items())
    request = Request("POST", (f"https://hub.example/channels/{route}?step=1",), {}, body, NOW)
    inbound = read_or_named(lambda: adapter.parse(request))
    assert inbound is None or isinstance(inbound, Asked) or inbound.event


@pytest.mark.parametrize(
    "line, progress",
    [
        ("hi", Progress.WAIT),
        ("Hello there!", Progress.WAIT),
        ("hello, is anyone there please", Progress.WAIT),
        ("??", Progress.WAIT),
        ("👋", Progress.WAIT),
        ("gas", Progress.ENOUGH),
        ("hi there is a leak", Progress.ENOUGH),
        ("good morning my boiler is off", Progress.ENOUGH),
        ("7", Progress.ENOUGH),
        ("12 Harbour Row", Progress.ENOUGH),
        ("hello " * 20, Progress.ENOUGH),
    ],
)
def test_a_greeting_waits_and_a_matter_does_not(line: str, progress: Progress) -> None:
    assert chat.parse({"type": "line", "id": "1", "text": line}, "s1", NOW).progress is progress


def test_without_a_reference_of_its_own_a_repeated_contact_is_known_by_its_content() -> None:
    body = b'{"channel": "visit", "text": "Damp again", "from": {"reference": "T-1"}}'
    assert direct.parse(body, "key", NOW).event == direct.parse(body, "key", NOW + timedelta(minutes=5)).event
    assert direct.parse(body, "key", NOW).event != direct.parse(body, "key", NOW + timedelta(days=1)).event
    assert direct.parse(body, "key", NOW).event != direct.parse(body.replace(b"T-1", b"T-2"), "key", NOW).event


@pytest.mark.parametrize(
    "region,written,value",
    [
        ("GB", "07700 900123", "+447700900123"),
        ("PL", "600 333 444", "+48600333444"),
        ("PL", "+44 7700 900123", "+447700900123"),
        ("PL", "22 123 45 67", "+48221234567"),
    ],
)
def test_a_number_without_its_country_is_one_of_the_landlords(region: str, written: str, value: str) -> None:
    body = json.dumps({"channel": "portal", "text": "x", "from": {"phone": written}}).encode()
    assert direct.parse(body, "key", NOW, region).sender.value == value
