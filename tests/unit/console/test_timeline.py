"""What the timeline says of our messages: to the customer, and to teams, which are told at several addresses."""

from typing import Any

import pytest

from router.console.timeline import ENGINE, US, Names, is_divided, message_entry
from tests.landlord import small_landlord
from tests.messages import NOON

RULESET = small_landlord().ruleset


def row(audience: str, state: str, channel: str, trouble: str | None = None, by: str = "") -> dict[str, Any]:
    """One row of the outbox."""
    return {
        "id": "m1",
        "created_at": NOON,
        "settled_at": None,
        "audience": audience,
        "purpose": "notification" if audience == "team" else "acknowledgement",
        "state": state,
        "channel": channel,
        "values": {"team": "repairs", "news": "new"} if audience == "team" else {},
        "sent": {"channel": by} if by else None,
        "trouble": trouble,
    }


@pytest.mark.parametrize(
    "message, side, title",
    [
        (row("customer", "sent", "sms", by="sms"), US, "Acknowledgement by text message: sent"),
        (row("team", "sent", "email", by="email"), ENGINE, "Repairs is told by email: sent"),
        (row("team", "dropped", "phone"), ENGINE, "Repairs is told by phone call: no longer of use"),
        (row("team", "failed", "webhook", "http-404"), ENGINE, "Repairs is told by webhook: could not be sent"),
        (row("team", "to-person", "", "nobody-to-tell"), ENGINE, "Repairs is told: has to be done by a person"),
    ],
)
def test_what_a_message_is_called(message: dict[str, Any], side: str, title: str) -> None:
    entry = message_entry(message, RULESET)
    assert (entry.side, entry.title) == (side, title)


@pytest.mark.parametrize(
    "message, hidden",
    [
        (row("team", "sent", "", by="team"), True),
        (row("team", "dropped", ""), True),
        (row("team", "to-person", "", "nobody-to-tell"), False),
        (row("team", "sent", "email", by="email"), False),
    ],
)
def test_a_notice_that_was_divided_is_not_shown_beside_its_parts(message: dict[str, Any], hidden: bool) -> None:
    assert is_divided(message) is hidden


@pytest.mark.parametrize(
    "actor, name",
    [
        ("phone:repairs", "the duty phone of Repairs"),
        ("user:u1", "Ana"),
        ("clock", "the clock"),
        ("engine", "Firstcontact"),
    ],
)
def test_who_did_it(actor: str, name: str) -> None:
    assert Names({"u1": "Ana"}, RULESET).actor(actor) == name
