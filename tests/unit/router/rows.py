"""Rows of contacts as the record gives them, for the pure parts of the engine."""

from typing import Any

from router.directory import Customer, Identity, Who

PHONE, MAILBOX = "+447700900123", "jo@home.example"


def part(text: str = "", subject: str = "", **changes: Any) -> dict[str, Any]:
    """A part as the record gives it."""
    row = {"text": text, "subject": subject, "kind": "message", "facts": {}, "marks": [], "attachments": []}
    return {**row, "part": "message", "id": "p1", **changes}


def contact(*parts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A contact with its parts."""
    row: dict[str, Any] = {
        "id": "c1",
        "channel": "sms",
        "kind": "message",
        "sender": {"kind": "phone", "value": PHONE},
        "about": None,
        "recipients": [],
        "parts": list(parts) or [part()],
    }
    return row | changes


def customer(**changes: Any) -> Customer:
    """A customer as the directory finds one."""
    row: dict[str, Any] = {
        "id": "k1",
        "name": "Ada Sample",
        "language": None,
        "facts": {},
        "adjustments": {},
        "preferences": [],
        "points": (("phone", PHONE, ""),),
    }
    return row | changes


def who(*candidates: Customer, party: str = "phone:" + PHONE) -> Who:
    """Somebody that the directory has found, once, more often or not at all."""
    identity = Identity(tuple(candidates))
    return Who(identity, identity, party)
