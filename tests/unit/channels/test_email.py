"""Email beyond its cases: any bytes, hostile ones in bounded time, and what makes two mails the same."""

import base64
import tracemalloc
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels import bounds, email
from channels.email_charsets import decode_bytes
from channels.email_headers import decode_words, header_text
from channels.email_params import parameters
from channels.inbound import Inbound, Kind
from tests.bounded import comes_to_an_end
from tests.effort import effort
from tests.tables import try_each

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
HEAD = b"From: sam@example.org\nTo: repairs@harbour-row.example\nSubject: x\nMIME-Version: 1.0\n"


def parsed(raw: bytes) -> Inbound:
    """Parse a mail."""
    return email.parse(raw, NOW)


@given(st.binary(max_size=2_000))
def test_any_bytes_become_an_inbound(raw: bytes) -> None:
    assert "email-unreadable" not in parsed(raw).marks
    assert parsed(raw).event == parsed(raw).event


PIECES = """From: |To: |Subject: |Content-Type: |multipart/mixed; boundary=b|text/html|\n|\r\n|\n\n|--b|--b--|=?utf-8?q?
|?=|a@b.example|<|>|"|; charset=|utf-7|\xff|Content-Transfer-Encoding: base64|AAA|=|message/rfc822| |\t|<a href='x'>
|<!--|(|Date: |Mon, 99 Foo 0000|Message-ID: |References: |name*0*=|''%ff|,|;|:|\\"""
pieces = st.sampled_from([each.encode("latin-1") for each in PIECES.split("|")])


@given(st.lists(pieces, max_size=80))
def test_any_order_of_what_mail_is_made_of_becomes_an_inbound(several: list[bytes]) -> None:
    assert "email-unreadable" not in parsed(b"".join(several)).marks


def nested(depth: int) -> bytes:
    """Nest multiparts."""
    head = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))
    return HEAD + head + b"\n\ninnermost\n"


def multipart(body: bytes) -> bytes:
    """Wrap what is between boundaries."""
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + body


TNEF = b"\x78\x9f\x3e\x22\0\0"
PROPERTIES = b"\1\3\x90\6\0\0\0\x10\0" + b"\xff\xff\xff\xff" + b"\3\0\1\0\1\0\0\0" * 100_000
HOSTILE = {
    "a thousand parts in one another": nested(1_000),
    "a hundred thousand parts": multipart(b"--b\n\nx\n" * 100_000),
    "a header line of a megabyte": b"X-Long: " + b"x" * 1_000_000 + b"\n" + HEAD + b"\nx",
    "a hundred thousand recipients": b"To: " + b", ".join(b"u%d@x.example" % n for n in range(100_000)) + b"\n" + HEAD,
    "a hundred thousand headers": b"X-A: b\n" * 100_000 + HEAD + b"\nx",
    "a megabyte of spaces": HEAD + b"\n" + b" " * 1_000_000,
    "a subject of spaces": b"Subject:" + b" " * 1_000_000 + b"x\n\nx",
    "encoded words that never end": b"Subject: " + b"=?a?q?" * 100_000 + b"\n\nx",
    "quotes that never end": b"From: " + b'"' * 100_001 + b"\n\nx",
    "comments within comments": b"From: " + b"(" * 200_000 + b"\n\nx",
    "angles within angles": b"From: " + b"<" * 200_000 + b"\n\nx",
    "parameters without end": b"Content-Type: text/plain" + b';a="' * 100_000 + b"\n\nx",
    "HTML of opening angles": HEAD + b"Content-Type: text/html\n\n" + b"<" * 1_000_000,
    "HTML of comments that never end": HEAD + b"Content-Type: text/html\n\n" + b"<!--" * 200_000,
    "HTML of tags that never end": HEAD + b"Content-Type: text/html\n\n" + b'<a "' * 200_000,
    "HTML of raw elements that never end": HEAD + b"Content-Type: text/html\n\n" + b"<title>" * 100_000,
    "HTML of links in one another": HEAD
    + b"Content-Type: text/html\n\n"
    + b"<a href='http://x'>" * 50_000
    + b"</a>" * 50_000,
    "HTML of a million ampersands": HEAD + b"Content-Type: text/html\n\n" + b"&" * 1_000_000,
    "HTML nested without end": HEAD + b"Content-Type: text/html\n\n" + b"<div>" * 200_000,
    "boundaries that nearly are": multipart(b"--bb\n" * 200_000),
    "rich text of groups": HEAD + b"Content-Type: text/rtf\n\n{\\rtf1" + b"{" * 500_000,
    "files in text that never end": HEAD + b"\n" + b"begin 644 a\n" * 40_000 + b"=ybegin line=1 name=a\n" * 40_000,
    "signatures that never end": HEAD + b"\n" + b"-----BEGIN PGP SIGNED MESSAGE-----\n\nx\n" * 20_000,
    "wrappings without end": HEAD
    + b"Content-Type: application/ms-tnef\n\n"
    + TNEF
    + b"\2\2\x90\6\0\0\0\0\0\0\0" * 50_000,
    "properties without end": HEAD + b"Content-Type: application/ms-tnef\n\n" + TNEF + PROPERTIES,
    "signed content in itself": HEAD + b"Content-Type: application/pkcs7-mime\n\n" + b"\x30\x80" * 200_000,
    "mails in one another": b"Content-Type: message/rfc822\n\n" * 20_000 + HEAD + b"\nx",
    "HTML hidden without end": HEAD + b"Content-Type: text/html\n\n" + b"<div style='display:none'>" * 40_000,
    "HTML of many hidden names": HEAD
    + b"Content-Type: text/html\n\n"
    + b"".join(b"<x%d hidden>" % number for number in range(40_000)),
    "HTML of quotations": HEAD + b"Content-Type: text/html\n\n" + b"<blockquote type=cite>x" * 30_000,
    "lines between headers": b"this is none\nX-A: b\n" * 50_000 + HEAD + b"\nx",
    "folded lines of blanks": b"Subject: x\n" + b" \n" * 300_000 + HEAD,
    "quoted names with escapes": b"From: " + b'"a\\' * 20_000 + b"@x\n\nx",
    "references without end": b"References: " + b"<a@b> " * 100_000 + b"\n" + HEAD + b"\nx",
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_mail_is_read_in_bounded_time(raw: bytes) -> None:
    with comes_to_an_end():
        inbound = parsed(raw)
    assert "email-unreadable" not in inbound.marks
    assert len(inbound.text) <= bounds.TEXT


@pytest.mark.parametrize(
    "name, mark",
    [
        ("a thousand parts in one another", "nested-too-deep"),
        ("a hundred thousand parts", "too-many-parts"),
        ("a header line of a megabyte", "header-cut"),
        ("a hundred thousand recipients", "recipients-cut"),
    ],
)
def test_what_was_left_out_is_marked(name: str, mark: str) -> None:
    assert mark in parsed(HOSTILE[name]).marks


def test_a_large_file_costs_at_most_four_times_its_size() -> None:
    content = base64.encodebytes(b"x" * 5_000_000)
    raw = multipart(b"--b\nContent-Type: a/b; name=f\nContent-Transfer-Encoding: base64\n\n" + content + b"--b--\n")
    tracemalloc.start()
    inbound = parsed(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert inbound.attachments[0].size == 5_000_000
    assert peak < 3 * len(raw)


def test_a_mail_within_a_mail_within_a_mail_costs_at_most_four_times_its_size() -> None:
    raw = b"Content-Type: message/rfc822\n\n" * 4 + HEAD + b"Content-Type: a/b; name=f\n\n" + b"x" * 5_000_000
    tracemalloc.start()
    assert len(parsed(raw).attachments) == 2
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * len(raw)


CASES = sorted((Path(__file__).parents[2] / "cases/email").glob("*.eml"))


def test_a_mail_cut_off_anywhere_becomes_an_inbound() -> None:
    try_each(beginnings(CASES), becomes_an_inbound)


def beginnings(paths: Iterable[Path]) -> set[bytes]:
    """What is left of these mails when they are cut off, each once: many of them begin alike."""
    mails = [path.read_bytes() for path in paths]
    return {raw[:end] for raw in mails for end in range(0, len(raw), max(1, len(raw) // effort(10, 100)))}


def becomes_an_inbound(raw: bytes) -> None:
    assert "email-unreadable" not in parsed(raw).marks


@given(st.data())
def test_a_mail_with_other_bytes_in_it_becomes_an_inbound(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(CASES)).read_bytes())
    for at in data.draw(st.lists(st.integers(0, max(len(raw) - 1, 0)), max_size=10)) if raw else ():
        raw[at] = data.draw(st.sampled_from(b'\n\r\0=?<>"();:- \xff\xe9Az0'))
    assert "email-unreadable" not in parsed(bytes(raw)).marks


@pytest.mark.parametrize(
    "one, other, same",
    [
        (b"", b"Received: from a by b\nDelivered-To: hub@harbour-row.example\n", True),
        (b"Message-ID: <1@x>\n", b"Message-ID: <1@x>\nReturn-Path: <sam@example.org>\n", True),
        (b"Message-ID: <1@x>\n", b"Message-ID: <2@x>\n", False),
        (b"Message-ID: <1@x>\n", b"Message-ID: <1@x>\nDate: Mon, 02 Mar 2026 09:30:00 +0000\n", False),
        (b"", b"Date: Mon, 02 Mar 2026 09:30:00 +0000\n", False),
    ],
)
def test_a_mail_that_comes_twice_is_known(one: bytes, other: bytes, same: bool) -> None:
    assert (parsed(one + HEAD + b"\nx").event == parsed(other + HEAD + b"\nx").event) is same


@pytest.mark.parametrize("body", [b"\nother text", b"\nx\n\nmore"])
def test_one_message_id_with_other_content_is_another_part(body: bytes) -> None:
    first, second = parsed(b"Message-ID: <1@x>\n" + HEAD + b"\nx"), parsed(b"Message-ID: <1@x>\n" + HEAD + body)
    assert first.event != second.event
    assert first.message_id == second.message_id == "1@x"


@pytest.mark.parametrize(
    "envelope_from, kind",
    [(None, Kind.MESSAGE), ("sam@example.org", Kind.MESSAGE), ("", Kind.AUTOMATIC_REPLY), ("<>", Kind.AUTOMATIC_REPLY)],
)
def test_the_envelope_says_whether_it_can_be_answered(envelope_from: str | None, kind: Kind) -> None:
    inbound = email.read(HEAD + b"\nx", NOW, envelope_from=envelope_from, envelope_to=("Hub@Harbour-Row.example",))
    assert inbound.kind is kind
    assert [each.value for each in inbound.recipients] == ["hub@harbour-row.example", "repairs@harbour-row.example"]


@pytest.mark.parametrize(
    "written, text",
    [
        ("=?utf-8?q?a_b?=", "a b"),
        ("=?UTF-8*en?Q?=C3=A9?=", "é"),
        ("=?utf-8?b?w6k?=", "é"),
        ("=?utf-8?q?a?= =?utf-8?q?b?= c =?utf-8?q?d?=", "ab c d"),
        ("=?iso-8859-1?q?=E9?==?utf-8?q?=C3=A9?=", "éé"),
        ("=?nobody?q?=E9?=", "é"),
        ("=?utf-8?q?a b?=", "a b"),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
        ("=?", "=?"),
    ],
)
def test_encoded_words(written: str, text: str) -> None:
    assert decode_words(written) == text
    assert header_text(written.encode()) == text


@pytest.mark.parametrize(
    "written, main, params",
    [
        (b"text/plain", "text/plain", {}),
        (b"Text/PLAIN; Charset=UTF-8", "text/plain", {"charset": "UTF-8"}),
        (b'a/b; name="a; b"; x = y', "a/b", {"name": "a; b", "x": "y"}),
        (b'a/b; name="a\\"b"', "a/b", {"name": 'a"b'}),
        (b"a/b; name*=utf-8''%C3%A9", "a/b", {"name": "é"}),
        (b"a/b; name*1=c; name*0=b", "a/b", {"name": "bc"}),
        (b'a/b; name="=?utf-8?q?=C3=A9?="', "a/b", {"name": "é"}),
        (b'a/b; name="open', "a/b", {"name": "open"}),
        (b"; ;;=;", "", {}),
    ],
)
def test_parameters(written: bytes, main: str, params: dict[str, str]) -> None:
    assert parameters(written) == (main, params)


@given(
    st.binary(max_size=100),
    st.sampled_from(["", "utf-8", "utf-7", "utf-16", "hz", "base64", "idna", "cp037", "big5", "x"]),
)
def test_any_bytes_become_text(raw: bytes, charset: str) -> None:
    assert isinstance(decode_bytes(raw, charset)[0], str)
