"""The limits of what comes in, and that keeping them costs no more than its size."""

import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels import bounds
from channels.bounds import bounded, clean
from channels.inbound import Address, Attachment, Inbound, PointKind
from tests.bounded import comes_to_an_end

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
SAM = Address(PointKind.PHONE, "+447700900123", "+447700900123")


def made(**fields: Any) -> Inbound:
    """Make an inbound of the least there is, with these fields."""
    return bounded(
        **({"channel": "sms", "provider": "p", "part": "message", "sender": SAM, "received_at": NOW} | fields)
    )


@pytest.mark.parametrize(
    "written, kept",
    [
        ("plain", "plain"),
        ("one\r\ntwo\rthree\nfour\tfive", "one\ntwo\nthree\nfour\tfive"),
        ("nul\x00 bell\x07 escape\x1b[31m delete\x7f next-line\x85", "nul bell escape[31m delete next-line"),
        ("half \ud83d of a letter \udc80", "half  of a letter "),
        ("not a letter \uffff\ufffe", "not a letter "),
        ("Cafe\u0301", "Café"),
        ("\u1100\u1161", "가"),
        ("family 👩\u200d👧 flag 🇬🇧", "family 👩\u200d👧 flag 🇬🇧"),
        ("right \u200fto left שלום", "right \u200fto left שלום"),
    ],
)
def test_text_is_cleaned(written: str, kept: str) -> None:
    assert clean(written) == kept


@given(st.text(st.characters(), max_size=300))
def test_clean_text_can_be_stored_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(" " * 1_000_000, id="spaces"),
        pytest.param("\r" * 1_000_000, id="line ends"),
        pytest.param("\x01" * 1_000_000, id="controls"),
        pytest.param("\u0315\u0300" * 500_000, id="marks out of order"),
        pytest.param("a" + "\u0315\u0300" * 50_000, id="one letter with a hundred thousand marks"),
        pytest.param("\ufdfa" * 1_000_000, id="letters that grow"),
    ],
)
def test_a_megabyte_of_anything_is_cut(text: str) -> None:
    with comes_to_an_end():
        inbound = made(text=text, subject=text)
    assert len(inbound.text) <= bounds.TEXT
    assert len(inbound.subject) <= bounds.SUBJECT
    assert {"text-cut", "subject-cut"} <= set(inbound.marks)


@pytest.mark.parametrize(
    "field, value, mark",
    [
        ("text", "x" * (bounds.TEXT + 1), "text-cut"),
        ("subject", "x" * (bounds.SUBJECT + 1), "subject-cut"),
        ("recipients", (SAM,) * (bounds.RECIPIENTS + 1), "recipients-cut"),
        ("facts", {str(number): "x" for number in range(bounds.FACTS + 1)}, "facts-cut"),
        ("attachments", (Attachment("a", "a/b", "d", 1, b"x"),) * (bounds.ATTACHMENTS + 1), "attachments-cut"),
        ("attachments", (Attachment("a", "a/b", "d", bounds.ATTACHMENT + 1, b"x"),), "attachment-too-large"),
    ],
)
def test_what_is_over_a_limit_is_cut_with_a_mark(field: str, value: Any, mark: str) -> None:
    inbound = made(**{field: value})
    assert inbound.marks == (mark,)
    within = made(**{field: value[:-1]}) if isinstance(value, str | tuple) else made()
    assert within.marks == ()


def test_a_file_over_the_limit_keeps_its_name_size_and_digest() -> None:
    inbound = made(attachments=(Attachment("big.mov", "video/quicktime", "d1", bounds.ATTACHMENT + 1, b"x"),))
    assert inbound.attachments == (Attachment("big.mov", "video/quicktime", "d1", bounds.ATTACHMENT + 1, b""),)


def test_of_many_references_the_first_and_the_last_are_kept() -> None:
    inbound = made(references=tuple(f"{number}@x" for number in range(1_000)))
    assert (inbound.references[0], inbound.references[-1]) == ("0@x", "999@x")
    assert len(inbound.references) == bounds.REFERENCES


@pytest.mark.parametrize(
    "zone, hour", [(UTC, 10), (timezone(timedelta(hours=1)), 9), (timezone(timedelta(hours=-5)), 15)]
)
def test_times_become_utc(zone: timezone, hour: int) -> None:
    inbound = made(received_at=datetime(2026, 3, 2, 10, tzinfo=zone), claimed_at=datetime(2026, 3, 2, 10, tzinfo=zone))
    assert inbound.received_at == inbound.claimed_at
    assert (inbound.received_at.hour, inbound.received_at.tzinfo) == (hour, UTC)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        made(received_at=datetime(2026, 3, 2, 10))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize("given_id", ["x" * 5_000, "with\nline", "\ud800"])
def test_an_id_that_cannot_be_kept_becomes_its_digest(given_id: str) -> None:
    inbound = made(event=given_id)
    assert inbound.event.startswith("sha256:")
    assert inbound.event == made(event=given_id).event


@pytest.mark.parametrize(
    "change",
    [
        {"text": "b"},
        {"subject": "b"},
        {"sender": Address(PointKind.PHONE, "+447700900124")},
        {"channel": "email"},
        {"facts": {"menu": "1"}},
        {"recipients": (SAM,)},
        {"claimed_at": NOW},
        {"attachments": (Attachment("a", "a/b", "d", 1, b"x"),)},
    ],
)
def test_without_an_id_the_content_is_the_id(change: dict[str, Any]) -> None:
    assert made(text="a").event == made(text="a", received_at=NOW + timedelta(hours=1)).event
    assert made(text="a").event != made(**({"text": "a"} | change)).event
    assert made(text="a").conversation == made(text="a").event


@given(
    st.text(max_size=400),
    st.text(max_size=400),
    st.dictionaries(st.text(max_size=200), st.text(max_size=1_200), max_size=70),
)
def test_anything_at_all_is_kept_within_limits(name: str, value: str, facts: dict[str, str]) -> None:
    inbound = made(sender=Address(PointKind.UNKNOWN, value, value, name), facts=facts, account=value, conversation=name)
    assert max(len(each) for each in (inbound.sender.value, inbound.sender.name)) <= bounds.ADDRESS
    assert max(len(each) for each in (inbound.account, inbound.conversation)) <= bounds.IDENTIFIER
    assert len(inbound.facts) <= bounds.FACTS
    assert all(len(each) <= bounds.FACT for each in inbound.facts.values())
