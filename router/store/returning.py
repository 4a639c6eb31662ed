"""What a customer has open, for who rings about it again; only read here."""

from typing import Final

from sqlalchemy import Connection, func, select, text

from router.store import sql
from router.store.rows import Row
from router.store.schema import OPEN, enquiries, enquiry_contacts

CHOSEN: Final = "returning"
"""The fact of a caller who chose to go to the team that has an enquiry of theirs: which one."""

LOOKED_AT: Final = 20
"""How many open enquiries of one party are looked at, at most: the latest opened."""


def open_of(connection: Connection, party: str) -> list[Row]:
    """The open enquiries of a party, the one first that it was last in touch about."""
    wanted = select(enquiries).where(enquiries.c.party == party, text(OPEN)).order_by(enquiries.c.id.desc())
    rows = sql.mappings(connection.execute(wanted.limit(LOOKED_AT)).mappings())
    last = _last_contacts(connection, [row["id"] for row in rows]) if len(rows) > 1 else {}
    return sorted(rows, key=lambda row: last.get(row["id"], ""), reverse=True)


def _last_contacts(connection: Connection, ids: list[str]) -> dict[str, str]:
    """The latest contact of each enquiry; ids of contacts are in the order of time."""
    members = enquiry_contacts.c
    latest = select(members.enquiry_id, func.max(members.contact_id)).where(members.enquiry_id.in_(ids))
    return {row[0]: row[1] for row in connection.execute(latest.group_by(members.enquiry_id))}
