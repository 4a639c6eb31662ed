"""Calls by text relay, marked on the contact: beside the number, where a prefix that was written with it stands too."""

from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, select, update

from channels.names import PHONE
from router.store.bulk import insert_rows
from router.store.ids import new_id
from router.store.schema import contacts, enquiry_contacts, events

PREFIX: Final = "18002"
"""What is dialled before the number of somebody who calls by text relay (Relay UK)."""

MARKED, UNMARKED = "text-relay-marked", "text-relay-unmarked"
"""The events of a contact; `actor` is who said so, the caller themselves being `caller`."""

BY_CALLER: Final = "caller"


class RelayMark(NamedTuple):
    """Whether the call of a contact came by text relay, who says so and when."""

    contact_id: str
    relay: bool
    by: str
    at: datetime


def mark(connection: Connection, items: list[RelayMark]) -> list[bool]:
    """Mark calls, or take the mark away; gives of each whether there is such a call."""
    return [_mark(connection, item) for item in items]


def _mark(connection: Connection, item: RelayMark) -> bool:
    mine = (contacts.c.id == item.contact_id, contacts.c.channel == PHONE)
    sender: dict[str, Any] | None = connection.execute(
        select(contacts.c.sender).where(*mine).with_for_update()
    ).scalar_one_or_none()
    if sender is None:
        return False
    if bool(sender.get("prefix")) is not item.relay:
        changed = {name: value for name, value in sender.items() if name != "prefix"}
        changed |= {"prefix": PREFIX} if item.relay else {}
        connection.execute(update(contacts).where(contacts.c.id == item.contact_id).values(sender=changed))
        _tell(connection, item)
    return True


def _tell(connection: Connection, item: RelayMark) -> None:
    mine = enquiry_contacts.c.contact_id == item.contact_id
    belongs = connection.execute(select(enquiry_contacts.c.enquiry_id).where(mine).limit(1)).scalar_one_or_none()
    event = {"id": new_id(), "at": item.at, "kind": MARKED if item.relay else UNMARKED, "team": None, "actor": item.by}
    insert_rows(connection, events, [event | {"enquiry_id": belongs, "contact_id": item.contact_id, "data": {}}])
