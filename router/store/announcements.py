"""The phone line's announcements: which of them are on now, and switching them, which the history tells of."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, or_, select, text

from router.store import sql
from router.store.bulk import insert_rows
from router.store.ids import new_id
from router.store.rows import Row
from router.store.schema import SWITCHED, announcements, events

ON, OFF = "announcement-on", "announcement-off"
"""Kinds of events: an announcement was switched on, or off."""


class Switch(NamedTuple):
    """An announcement switched by somebody; `event` is the id of what the history tells of it, a fresh one for each."""

    name: str
    on: bool
    at: datetime
    by: str
    until: datetime | None
    event: str


def switch(name: str, *, on: bool, at: datetime, by: str, until: datetime | None = None) -> Switch:
    """What is to be written when somebody switches an announcement, until then or for good."""
    return Switch(name, on, at, by, until if on else None, new_id(at))


def turn(connection: Connection, items: list[Switch]) -> list[None]:
    """Switch announcements: from its commit on, the very next caller hears them, in whichever process."""
    for item in items:
        row = {"name": item.name, "on": item.on, "at": item.at, "by": item.by, "until": item.until}
        connection.execute(delete(announcements).where(announcements.c.name == item.name))
        insert_rows(connection, announcements, [row])
        until = item.until.isoformat() if item.until else None
        told = {"id": item.event, "at": item.at, "kind": ON if item.on else OFF, "enquiry_id": None}
        told |= {"contact_id": None, "team": None, "actor": item.by, "data": {"name": item.name, "until": until}}
        insert_rows(connection, events, [told], only_new=True)
    return [None] * len(items)


def switched_on(connection: Connection, at: datetime) -> frozenset[str]:
    """The names of those that are on."""
    still = or_(announcements.c.until.is_(None), announcements.c.until > at)
    wanted = select(announcements.c.name).where(announcements.c.on, still)
    return frozenset(connection.execute(wanted).scalars())


def every(connection: Connection) -> dict[str, Row]:
    """All that were ever switched, by name."""
    rows = sql.mappings(connection.execute(select(announcements)).mappings())
    return {row["name"]: row for row in rows}


def lately(connection: Connection, limit: int) -> list[Row]:
    """Who switched what, the latest first: `name`, `on`, `until` (ISO 8601, or None), `at` and `by`."""
    wanted = select(events).where(text(SWITCHED)).order_by(events.c.id.desc()).limit(limit)
    rows = connection.execute(wanted).mappings()
    return [row["data"] | {"on": row["kind"] == ON, "at": row["at"], "by": row["actor"]} for row in rows]
