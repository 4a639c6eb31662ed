"""Histories of enquiries for tests, as the record would give them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from router.enquiry.actions import Actor, Circumstances, Fresh, Named
from router.enquiry.state import State, fold
from tests.landlord import small_landlord

NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
ANA, BEN, BOSS, PORTAL = (
    Actor("user:ana", frozenset({"repairs"})),
    Actor("user:ben", frozenset({"hub"})),
    Actor("user:boss", everywhere=True),
    Actor("key:portal", everywhere=True),
)
ADDRESS = {"kind": "phone", "value": "+447700900001"}
CONTACT = {"rule": "everyone else", "journey": "repair", "channel": "sms", "kind": "message", "party": "p", "needs": []}
BEGUN = CONTACT | {"received_at": NOW.isoformat(), "also": [], "priority": "normal", "due": {}}


def event(kind: str, number: int = 1, /, **data: Any) -> dict[str, Any]:
    """One event; its id is its number."""
    row = {"id": f"e{number}", "at": NOW, "kind": kind, "enquiry_id": "q1", "contact_id": None}
    return {**row, "team": "repairs", "actor": "engine", "data": data}


def opened(**data: Any) -> dict[str, Any]:
    """The event that opens an enquiry of Repairs about a repair."""
    return event("opened", 0, **(BEGUN | data))


def state(*events: dict[str, Any], **data: Any) -> State:
    """An enquiry of Repairs to which these things have happened."""
    return fold([opened(**data), *events])


def around(**known: Any) -> Circumstances:
    """Circumstances in which everything that an order may need is there."""
    chosen: dict[str, Any] = {
        "now": NOW,
        "ruleset": small_landlord().ruleset,
        "new_id": "n1",
        "itself": Named("q1", "AAAA-AAAA-A"),
        "answers_to": {"channel": "sms", "address": ADDRESS, "contact": "c1", "in_reply_to": ""},
        "other": Named("q2", "BBBB-BBBB-B"),
        "fresh": Fresh("q3", "CCCC-CCCC-C", "repairs", "c1", BEGUN | {"journey": "pests"}),
    }
    return Circumstances(**(chosen | known))
