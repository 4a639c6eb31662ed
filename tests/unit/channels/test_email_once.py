"""Which mails are one: copies over different servers are, and whatever differs in what the sender made is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email_once import content_digest

MAIL = b"""From: Jo Hill <jo@home.example>
To: repairs@mill-lane.example
Subject: The tap
 drips
Date: Tue, 3 Mar 2026 09:00:00 +0000
Message-ID: <1@home.example>
Content-Type: text/plain

It drips.

Jo
"""
SERVERS = b"Delivered-To: other@mill-lane.example\nReceived: from a by b;\n\tTue, 3 Mar 2026\nX-Spam-Status: No\n"


@pytest.mark.parametrize(
    "copy",
    [
        SERVERS + MAIL,
        MAIL.replace(b"\n", b"\r\n"),
        MAIL.replace(b"\n", b"\r"),
        MAIL + b"\n \r\n\n",
        MAIL.rstrip(),
        b"\xef\xbb\xbf\n" + MAIL,
        b"From jo@home.example Tue Mar  3 09:00:00 2026\n" + MAIL,
        MAIL.replace(b"tap\n drips", b"tap drips"),
        MAIL.replace(b"Subject:", b"SUBJECT :"),
        MAIL.replace(b"To: repairs@", b"To: x@a.example, complaints@"),
        MAIL.replace(b"text/plain", b"text/plain; charset=utf-8"),
    ],
    ids=["servers", "crlf", "cr", "blank-end", "no-end", "bom", "mbox", "unfolded", "case", "to", "type"],
)
def test_copies_are_one(copy: bytes) -> None:
    assert content_digest(copy) == content_digest(MAIL)


@pytest.mark.parametrize(
    "other",
    [
        MAIL.replace(b"It drips", b"It pours"),
        MAIL.replace(b"jo@", b"al@"),
        MAIL.replace(b"The tap", b"the tap"),
        MAIL.replace(b"09:00", b"09:01"),
        MAIL.replace(b"It drips.\n\nJo", b"It drips.\nJo"),
        MAIL.replace(b"\n\nIt", b"\nno header\nIt"),
        MAIL.replace(b"\n\nIt", b"\n \nNote: theirs\n\nIt"),
        MAIL[: MAIL.index(b"\n\n") + 1] + b"no header\n",
        b"",
    ],
    ids=["text", "from", "subject", "date", "paragraph", "no-blank", "blank-with-space", "no-body", "empty"],
)
def test_what_the_sender_made_otherwise_is_another(other: bytes) -> None:
    assert content_digest(other) != content_digest(MAIL)


@pytest.mark.parametrize(
    "one,other",
    [
        (b"From: a\nIt drips\nNote: mine\n\nJo", b"From: a\nIt drips\nNote: theirs\n\nJo"),
        (b"From: a\n \nNote: mine\n\nJo", b"From: a\n \nNote: theirs\n\nJo"),
        (b"only words", b"other words"),
        (b"Reply-To: a\n\nx", b"Reply-To: b\n\nx"),
        (b"From: a\nSubject: b\n\nx", b"From: ab\nSubject:\n\nx"),
    ],
)
def test_no_two_mails_become_one_by_faults_in_them(one: bytes, other: bytes) -> None:
    assert content_digest(one) != content_digest(other)


@given(st.text(" \tab:\r\n", max_size=60).map(str.encode), st.integers(65_500, 65_560))
def test_line_ends_count_alike_wherever_a_piece_is_cut(text: bytes, length: int) -> None:
    body = b"x" * length + text.replace(b"\r", b"") + b"end"
    assert content_digest(b"From: a\n\n" + body) == content_digest(b"From: a\r\n\r\n" + body.replace(b"\n", b"\r\n"))


@given(st.binary(max_size=300))
def test_any_bytes_have_one(raw: bytes) -> None:
    assert len(content_digest(raw)) == 64
    assert content_digest(b"Received: x\n" + SERVERS + b"From: a\n\n" + raw) == content_digest(b"From: a\n\n" + raw)
