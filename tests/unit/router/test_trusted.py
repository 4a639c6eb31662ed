"""Whose checks of senders count for a mailbox, and for mail that a server handed over."""

import pytest

from channels.email_auth import Trusted
from router.intake import trusted_at

MAILBOXES = {
    "repairs@hr.example": {"account": "repairs", "checked_by": "mx.hr.example", "forwarded_by": "lists.example"},
    "rent@hr.example": {"account": "rent"},
    "hub@hr.example": {"team": "hub", "checked_by": "a.hr.example b.hr.example"},
    "sales@hr.example": {"team": "hub", "checked_by": "b.hr.example"},
}


@pytest.mark.parametrize(
    "mailbox, trusted",
    [
        ("repairs@hr.example", Trusted(("mx.hr.example",), ("lists.example",))),
        ("rent@hr.example", Trusted()),
        ("nobody@hr.example", Trusted()),
        ("", Trusted(("a.hr.example", "b.hr.example"))),
    ],
)
def test_each_mailbox_trusts_its_own_server(mailbox: str, trusted: Trusted) -> None:
    assert trusted_at(MAILBOXES, mailbox) == trusted
