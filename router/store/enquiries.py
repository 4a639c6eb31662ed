"""Enquiries, decisions and events in the record, as they are read: for threading, for facts, and for people."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text
from sqlalchemy.sql.elements import ColumnElement

from router.store import sql
from router.store.schema import OPEN, contacts, decisions, enquiries, enquiry_contacts, events, outbox


def get(connection: Connection, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Enquiries by id, in the order they were opened."""
    statement = select(enquiries).where(enquiries.c.id.in_(list(ids))).order_by(enquiries.c.id)
    return sql.mappings(connection.execute(statement).mappings())


def by_reference(connection: Connection, reference: str) -> dict[str, Any] | None:
    """The enquiry with a public reference, written in our own form."""
    row = connection.execute(select(enquiries).where(enquiries.c.reference == reference)).mappings().first()
    return dict(row) if row else None


def page(
    connection: Connection, where: Sequence[ColumnElement[bool]], before: str | None, limit: int
) -> list[dict[str, Any]]:
    """Enquiries that match, newest first, from before an id on; paged by key, so every page costs the same."""
    return sql.page(connection, enquiries, where, before, limit)


def contact_ids(connection: Connection, enquiry_id: str) -> list[str]:
    """The contacts of an enquiry, oldest first."""
    statement = select(enquiry_contacts.c.contact_id).where(enquiry_contacts.c.enquiry_id == enquiry_id)
    return list(connection.execute(statement.order_by(enquiry_contacts.c.contact_id)).scalars())


def decisions_of(connection: Connection, contact_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Every decision on these contacts, oldest first; exactly one a contact is current."""
    statement = select(decisions).where(decisions.c.contact_id.in_(list(contact_ids))).order_by(decisions.c.id)
    return sql.mappings(connection.execute(statement).mappings())


def history(connection: Connection, *, enquiry_id: str) -> list[dict[str, Any]]:
    """The events of an enquiry, oldest first."""
    statement = select(events).where(events.c.enquiry_id == enquiry_id).order_by(events.c.id)
    return sql.mappings(connection.execute(statement).mappings())


_REPEATS = (
    select(contacts.c.party, contacts.c.journey, func.count())
    .where(
        contacts.c.party.in_(bindparam("parties", expanding=True)),
        contacts.c.received_at >= bindparam("since"),
        contacts.c.journey.is_not(None),
    )
    .group_by(contacts.c.party, contacts.c.journey)
)
_OPEN_COUNTS = (
    select(enquiries.c.party, func.count())
    .where(enquiries.c.party.in_(bindparam("parties", expanding=True)), text(OPEN))
    .group_by(enquiries.c.party)
)


def repeats(connection: Connection, parties: Iterable[str], since: datetime) -> dict[tuple[str, str], int]:
    """How many decided contacts each party has had on each journey since then, by (party, journey)."""
    rows = connection.execute(_REPEATS, {"parties": list(parties), "since": since})
    return {(row[0], row[1]): row[2] for row in rows}


def open_counts(connection: Connection, parties: Iterable[str]) -> dict[str, int]:
    """How many open enquiries each party has; one that has none is not in the answer."""
    return {row[0]: row[1] for row in connection.execute(_OPEN_COUNTS, {"parties": list(parties)})}


def by_message_ids(connection: Connection, message_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """For each Message-ID that we received or sent: its enquiry's id and the address that may reply in it.

    The address is the sender's of what we received, and the recipient's of what we sent.
    """
    wanted = list(message_ids)
    received = (
        select(contacts.c.message_id, enquiry_contacts.c.enquiry_id, contacts.c.sender_value)
        .join(enquiry_contacts, enquiry_contacts.c.contact_id == contacts.c.id)
        .where(contacts.c.message_id.in_(wanted))
    )
    sent = select(outbox.c.message_id, outbox.c.enquiry_id, outbox.c.address).where(outbox.c.message_id.in_(wanted))
    found = {row[0]: (row[1], row[2]["value"]) for row in connection.execute(sent) if row[1]}
    return found | {row[0]: (row[1], row[2]) for row in connection.execute(received)}
