"""What was said on a recording, written down by a colleague: a part of its contact, and in the history who did it."""

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection

from router.store import contacts
from router.store.bulk import insert_rows
from router.store.contacts import Accepted, Arrival
from router.store.ids import new_id
from router.store.schema import events

WRITTEN_DOWN: Final = "recording-written-down"
"""The event of a contact. data: `recording`, the provider's id of it."""


class Typed(NamedTuple):
    """The part of a transcript, by whom it was typed, and when."""

    arrival: Arrival
    recording: str
    actor: str
    at: datetime


def add(connection: Connection, items: list[Typed]) -> list[Accepted]:
    """Store transcripts, each once only, and have their contacts decided again."""
    stored = contacts.accept(connection, [each.arrival for each in items])
    fresh = [(typed, done) for typed, done in zip(items, stored, strict=True) if not done.repeated]
    insert_rows(connection, events, [_event(typed, done.contact_id) for typed, done in fresh])
    return stored


def _event(typed: Typed, contact_id: str) -> dict[str, object]:
    event = {"id": new_id(), "at": typed.at, "kind": WRITTEN_DOWN, "enquiry_id": None, "contact_id": contact_id}
    return event | {"team": None, "actor": typed.actor, "data": {"recording": typed.recording}}
