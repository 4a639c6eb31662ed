"""IMAP: how an account is written down, and how the answers of mail servers are read, of every make."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.imap import Listed, _bodies, _listed
from channels.imap_account import ImapAccount, read_account

SECRET = "hunter2"


@pytest.mark.parametrize(
    "url,account",
    [
        ("imaps://sam:p@h.example", ImapAccount("h.example", 993, "sam", "p", "tls")),
        ("imaps://sam@b.example:p@ss@h.example:9", ImapAccount("h.example", 9, "sam@b.example", "p@ss", "tls")),
        ("imaps://sam:a%2Fb%3F%23%25@h", ImapAccount("h", 993, "sam", "a/b?#%", "tls")),
        ("imaps://s%3Aam:p:q@h/", ImapAccount("h", 993, "s:am", "p:q", "tls")),
        ("imap://sam:p@h", ImapAccount("h", 143, "sam", "p", "starttls")),
        ("imap://sam:p@[::1]:144?security=none", ImapAccount("::1", 144, "sam", "p", "none")),
    ],
)
def test_an_account_is_one_url(url: str, account: ImapAccount) -> None:
    assert read_account(url) == account
    assert "password" not in repr(account)


@pytest.mark.parametrize(
    "url,said",
    [
        (SECRET, "must start with imaps://"),
        (f"https://sam:{SECRET}@h", "must start with imaps://"),
        (f"imaps:sam:{SECRET}@h", "must start with imaps://"),
        (f"imaps://{SECRET}@h", "must have a user, a password and a host"),
        (f"imaps://:{SECRET}@h", "must have a user, a password and a host"),
        (f"imaps://sam:{SECRET}@", "must have a user, a password and a host"),
        (f"imaps://sam:{SECRET}/x@h", "must have a user, a password and a host"),
        (f"imaps://sam:x#{SECRET}@h", "must have a user, a password and a host"),
        (f"imaps://sam:x@h:{SECRET}", "has a port that is no number"),
        (f"imaps://sam:{SECRET}@h:99999", "has a port that is no number"),
        (f"imaps://sam:[{SECRET}@h", "cannot be read"),
        (f"imaps://sam:{SECRET}%0D%0A@h", "must have no control character"),
        (f"imaps://sam:x@h/{SECRET}", "must end with the host or port"),
        (f"imap://sam:x@h?{SECRET}", "may only have ?oauth=NAME"),
        (f"imaps://sam:{SECRET}@h?oauth=m365", "must have a password or ?oauth="),
        ("imaps://sam@h?oauth=", "must have a user, a password and a host"),
        (f"imaps://sam:{SECRET}@h?security=none", "may only have ?oauth=NAME"),
    ],
)
def test_a_mistake_in_it_is_named_and_the_password_is_not(url: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(said)}") as refused:
        read_account(url)
    assert SECRET not in str(refused.value)


@given(st.text(max_size=60))
def test_whatever_is_written_is_an_account_or_a_plain_refusal(written: str) -> None:
    for url in (written, f"imaps://{written}", f"imaps://sam:{written}@h"):
        try:
            assert read_account(url).password
        except ValueError as refused:
            assert len(written) < 12 or written not in str(refused)  # noqa: PT017 - either is right


@pytest.mark.parametrize(
    "other", ["imaps://sam:p@other", "imaps://sam:p@h:994", "imaps://pat:p@h", "imaps://sam@h:p@h"]
)
def test_another_server_or_user_has_other_mail(other: str) -> None:
    mine = read_account("imaps://sam:p@h")
    assert read_account("imaps://sam:changed@h").source == mine.source
    assert read_account(other).source != mine.source


@pytest.mark.parametrize(
    "data,found",
    [
        ([(b"1 (UID 7 BODY[]<0> {2}", b"ab"), b")"], [(7, b"ab")]),
        ([(b"1 (BODY[]<0> {2}", b"ab"), b" UID 7)"], [(7, b"ab")]),
        ([(b"1 (BODY[]<0> {2}", b"ab"), b" UID 7)", (b"2 (BODY[]<0> {1}", b"c"), b" UID 8)"], [(7, b"ab"), (8, b"c")]),
        ([b"3 (FLAGS (\\Seen) UID 3)", (b"1 (UID 7 BODY[]<0> {2}", b"ab"), b")"], [(7, b"ab")]),
        ([(b"1 (BODY[]<0> {2}", b"ab"), b"3 (FLAGS (\\Seen) UID 3)"], []),
        ([b'1 (UID 7 BODY[]<0> "")'], [(7, b"")]),
        ([b"1 (UID 7 BODY[]<0> NIL)"], [(7, b"")]),
        ([None], []),
        ([], []),
    ],
)
def test_messages_are_found_in_any_order_of_an_answer(data: list[Any], found: list[tuple[int, bytes]]) -> None:
    assert list(_bodies(data)) == found


@pytest.mark.parametrize(
    "line,listed",
    [
        (
            b'1 (UID 7 RFC822.SIZE 120 INTERNALDATE " 3-Mar-2026 10:00:00 +0100")',
            Listed(7, 120, datetime(2026, 3, 3, 9, tzinfo=UTC)),
        ),
        (
            b'1 (INTERNALDATE "03-Mar-2026 10:00:00 +0000" RFC822.SIZE 120 UID 7)',
            Listed(7, 120, datetime(2026, 3, 3, 10, tzinfo=UTC)),
        ),
        (b"1 (FLAGS (\\Seen) UID 7)", None),
        (b")", None),
    ],
)
def test_lines_of_a_listing_are_read_and_what_is_none_is_passed_over(line: bytes, listed: Listed | None) -> None:
    assert _listed(line) == listed
