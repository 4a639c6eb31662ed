"""Durable timers in the record: each fires once, late rather than never, also after an outage."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from router.enquiry.happenings import Kind
from router.store import history, sql
from router.store.ids import new_id
from router.store.schema import timers


def fire(connection: Connection, now: datetime, limit: int = 100) -> list[dict[str, Any]]:
    """Mark up to `limit` timers that are due as fired and write their events, together; gives the fired ones.

    A timer of an enquiry that is resolved, or of a wait that has ended, fires without an event.
    """
    due = select(timers).where(timers.c.fired_at.is_(None), timers.c.at <= now).order_by(timers.c.at).limit(limit)
    rows = sql.mappings(connection.execute(due).mappings())
    # Enquiries before their timers, as everybody holds them; what was stopped or fired meanwhile is left out.
    owners = history.hold(connection, [row["enquiry_id"] for row in rows if row["enquiry_id"]])
    fired = _mark(connection, [row["id"] for row in rows], now)
    told = [_event(row, owners[row["enquiry_id"]]["team"], now) for row in fired if _matters(row, owners)]
    if told:
        history.append(connection, told, fired[0]["zone"])
    return fired


def _mark(connection: Connection, ids: list[str], now: datetime) -> list[dict[str, Any]]:
    """Mark those of these timers as fired that nobody else has, or is about to."""
    pending = select(timers).where(timers.c.id.in_(ids), timers.c.fired_at.is_(None)).order_by(timers.c.at)
    rows = sql.mappings(connection.execute(pending.with_for_update(skip_locked=True)).mappings()) if ids else []
    if rows:
        connection.execute(update(timers).where(timers.c.id.in_([row["id"] for row in rows])).values(fired_at=now))
    return rows


def _matters(timer: dict[str, Any], owners: dict[str, dict[str, Any]]) -> bool:
    enquiry = owners.get(timer["enquiry_id"] or "")
    if enquiry is None or enquiry["state"] != "open":
        return False
    return timer["kind"] != Kind.RESUMED or bool(enquiry["waiting_until"] == timer["at"])


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
