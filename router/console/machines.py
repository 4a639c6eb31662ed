"""Mail from machines that is about no enquiry: it opens none by itself, and a person can say that a person wrote it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, exists, text

from router.console import words
from router.console.exchange import Answer, Ask, NotFoundError, Page, Redirect
from router.store import contacts
from router.store.contacts import DECIDED
from router.store.schema import OF_MACHINES, enquiry_contacts
from router.store.schema import contacts as table

PAGE = 50


def show(ask: Ask) -> Answer:
    """The newest of them, or those before one."""
    rows = ask.read(lambda record: _find(record, ask.query.get("before") or None))
    lines = [
        {
            "id": row["id"],
            "what": words.plain(row["kind"]),
            "who": words.sender(row["sender"]),
            "at": row["received_at"],
            "team": words.team(row["team"], ask.ruleset),
        }
        for row in rows
    ]
    return Page("machines.html", {"rows": lines, "before": rows[-1]["id"] if len(rows) == PAGE else ""})


def by_person(ask: Ask) -> Answer:
    """Have a contact decided as what a person wrote."""
    id_ = ask.values["id"]
    taken = ask.services.writer.submit(contacts.take_for_message, (id_, ask.now, ask.person.actor)).result()
    if not taken:
        raise NotFoundError("There is no contact with this id that a machine sent.")
    ask.services.wake()
    return Redirect(f"/contacts/{id_}", "Done: it is decided now as what a person wrote.")


def _find(record: Connection, before: str | None) -> list[Mapping[str, Any]]:
    linked = exists().where(enquiry_contacts.c.contact_id == table.c.id)
    where: list[Any] = [text(OF_MACHINES), table.c.state == DECIDED, ~linked]
    return list(contacts.page(record, where, before, PAGE))
