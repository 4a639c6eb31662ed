"""Parts that we add to contacts ourselves: a line that we say in a chat, and what a caller chose with us."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from router.store.bulk import insert_rows
from router.store.ids import new_id
from router.store.schema import parts


class OurPart(NamedTuple):
    """A part of a contact; `event` is what it is added once by, `outgoing` whether it is said to the customer."""

    contact_id: str
    channel: str
    account: str
    event: str
    part: str
    kind: str
    at: datetime
    outgoing: bool = False
    subject: str = ""
    text: str = ""


def add(connection: Connection, added: OurPart) -> str:
    """Add a part, unless it is there already; gives the id that a new one has."""
    row = added._asdict() | {"id": new_id(), "received_at": added.at, "claimed_at": None, "whole": None}
    del row["at"]
    insert_rows(connection, parts, [row | {"facts": {}, "marks": [], "attachments": []}], only_new=True)
    return str(row["id"])
