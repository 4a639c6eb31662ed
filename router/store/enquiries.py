"""Enquiries, decisions and events in the record, as they are read: for threading, for facts, and for people."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, text
from sqlalchemy.sql.elements import ColumnElement

from router.store import sql
from router.store.prepared import Prepared, among
from router.store.rows import Row
from router.store.schema import OPEN, contacts, decisions, enquiries, enquiry_contacts, outbox

SPLIT, RECORDED = "split", "recorded"
"""How a contact belongs to an enquiry that was made of its second matter, and how what a machine sent does."""

CUSTOMER, SENT = "customer", "sent"


def get(connection: Connection, ids: Sequence[str]) -> list[Row]:
    """Enquiries by id, in the order they were opened."""
    statement = select(enquiries).where(enquiries.c.id.in_(list(ids))).order_by(enquiries.c.id)
    return sql.mappings(connection.execute(statement).mappings())


def by_reference(connection: Connection, reference: str) -> Row | None:
    """The enquiry with a public reference, written in our own form."""
    row = connection.execute(select(enquiries).where(enquiries.c.reference == reference)).mappings().first()
    return dict(row) if row else None


def page(connection: Connection, where: Sequence[ColumnElement[bool]], before: str | None, limit: int) -> list[Row]:
    """Enquiries that match, newest first, from before an id on; paged by key, so every page costs the same."""
    return sql.page(connection, enquiries, where, before, limit)


def contact_ids(connection: Connection, enquiry_id: str, *, by_people: bool = False) -> list[str]:
    """The contacts of an enquiry, oldest first; only those that people sent, or what machines sent about it as well."""
    statement = select(enquiry_contacts.c.contact_id).where(enquiry_contacts.c.enquiry_id == enquiry_id)
    if by_people:
        statement = statement.where(enquiry_contacts.c.how != RECORDED)
    return list(connection.execute(statement.order_by(enquiry_contacts.c.contact_id)).scalars())


def decisions_of(connection: Connection, contact_ids: Sequence[str]) -> list[Row]:
    """Every decision on these contacts, oldest first; exactly one a contact is current."""
    statement = select(decisions).where(decisions.c.contact_id.in_(list(contact_ids))).order_by(decisions.c.id)
    return sql.mappings(connection.execute(statement).mappings())


def decision_on(connection: Connection, contact_id: str) -> Row | None:
    """The decision on a contact that holds; None before there is one."""
    statement = select(decisions).where(decisions.c.contact_id == contact_id, decisions.c.current)
    return next(iter(sql.mappings(connection.execute(statement).mappings())), None)


_REPEATS = Prepared(
    select(contacts.c.party, contacts.c.journey, func.count().label("count"))
    .where(
        among(contacts.c.party, "parties"),
        contacts.c.received_at >= bindparam("since"),
        contacts.c.journey.is_not(None),
    )
    .group_by(contacts.c.party, contacts.c.journey)
)
_OPEN_COUNTS = Prepared(
    select(enquiries.c.party, func.count().label("count"))
    .where(among(enquiries.c.party, "parties"), text(OPEN))
    .group_by(enquiries.c.party)
)


def repeats(connection: Connection, parties: Iterable[str], since: datetime) -> dict[tuple[str, str], int]:
    """How many decided contacts each party has had on each journey since then, by (party, journey)."""
    rows = _REPEATS.rows(connection, parties=list(parties), since=since)
    return {(row["party"], row["journey"]): row["count"] for row in rows}


def open_counts(connection: Connection, parties: Iterable[str]) -> dict[str, int]:
    """How many open enquiries each party has; one that has none is not in the answer."""
    return {row["party"]: row["count"] for row in _OPEN_COUNTS.rows(connection, parties=list(parties))}


def by_references(connection: Connection, references: Iterable[str]) -> dict[str, str]:
    """The ids of enquiries by their public references, written in our own form."""
    wanted = list(references)
    found = select(enquiries.c.reference, enquiries.c.id).where(enquiries.c.reference.in_(wanted))
    return {row.reference: row.id for row in connection.execute(found)} if wanted else {}


def by_message_ids(connection: Connection, message_ids: Iterable[str]) -> dict[str, list[str]]:
    """For each Message-ID that we received or sent: the enquiries that it belongs to, what was split off last."""
    wanted = list(message_ids)
    if not wanted:
        return {}
    received = (
        select(contacts.c.message_id, enquiry_contacts.c.enquiry_id)
        .join(enquiry_contacts, enquiry_contacts.c.contact_id == contacts.c.id)
        .where(contacts.c.message_id.in_(wanted))
        .order_by(enquiry_contacts.c.how == SPLIT, enquiry_contacts.c.enquiry_id)
    )
    sent = select(outbox.c.message_id, outbox.c.enquiry_id).where(
        outbox.c.message_id.in_(wanted), outbox.c.audience == CUSTOMER, outbox.c.enquiry_id.is_not(None)
    )
    found: dict[str, list[str]] = {}
    for row in (*connection.execute(sent), *connection.execute(received)):
        found.setdefault(row[0], []).append(row[1])
    return found


def participants(connection: Connection, ids: Iterable[str]) -> dict[str, list[str]]:
    """For each of these enquiries the addresses of who wrote in it, and of who was written to."""
    wanted = list(ids)
    if not wanted:
        return {}
    wrote = (
        select(enquiry_contacts.c.enquiry_id, contacts.c.sender_value)
        .join(contacts, contacts.c.id == enquiry_contacts.c.contact_id)
        .where(enquiry_contacts.c.enquiry_id.in_(wanted), enquiry_contacts.c.how != RECORDED)
    )
    told = select(outbox.c.enquiry_id, outbox.c.sent_to, outbox.c.address).where(
        outbox.c.enquiry_id.in_(wanted), outbox.c.audience == CUSTOMER, outbox.c.state == SENT
    )
    found: dict[str, dict[str, None]] = {id_: {} for id_ in wanted}
    for enquiry_id, sender in connection.execute(wrote):
        found[enquiry_id][sender] = None
    for enquiry_id, sent_to, address in connection.execute(told):
        found[enquiry_id][sent_to or address.get("value", "")] = None
    return {id_: [each for each in addresses if each] for id_, addresses in found.items()}
