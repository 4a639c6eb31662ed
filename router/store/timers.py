"""Durable timers in the record: each fires once, late rather than never, also after an outage."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from router.store import sql
from router.store.bulk import insert_rows
from router.store.ids import new_id
from router.store.schema import enquiries, events, timers


def fire(connection: Connection, now: datetime, limit: int = 100) -> list[dict[str, Any]]:
    """Mark up to `limit` timers that are due as fired and write their events, together; gives the fired ones.

    A timer of an enquiry that is resolved fires without an event: what it reminded of has been done.
    """
    due = select(timers).where(timers.c.fired_at.is_(None), timers.c.at <= now).order_by(timers.c.at).limit(limit)
    fired = sql.mappings(connection.execute(due.with_for_update(skip_locked=True)).mappings())
    if not fired:
        return []
    connection.execute(update(timers).where(timers.c.id.in_([row["id"] for row in fired])).values(fired_at=now))
    owners = _owners(connection, fired)
    told = [_event(row, owners[row["enquiry_id"]], now) for row in fired if row["enquiry_id"] in owners]
    insert_rows(connection, events, told)
    return fired


def _owners(connection: Connection, fired: list[dict[str, Any]]) -> dict[str, str]:
    ids = [row["enquiry_id"] for row in fired if row["enquiry_id"]]
    columns = select(enquiries.c.id, enquiries.c.team)
    rows = connection.execute(columns.where(enquiries.c.id.in_(ids), enquiries.c.state == "open"))
    return {row.id: row.team for row in rows}


def _event(timer: dict[str, Any], team: str, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "at": now,
        "kind": timer["kind"],
        "enquiry_id": timer["enquiry_id"],
        "contact_id": None,
        "team": team,
        "actor": "clock",
        "data": timer["data"] | {"set_for": timer["at"].isoformat()},
    }
