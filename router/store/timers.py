"""Durable timers in the record: each fires once, late rather than never, also after an outage."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from router.enquiry.consequences import escalation
from router.enquiry.happenings import EventKind
from router.enquiry.state import fold
from router.store import history, sql
from router.store.ids import new_id
from router.store.rows import Row
from router.store.schema import timers
from rules.landlord import Ruleset


def fire(connection: Connection, now: datetime, ruleset: Ruleset, limit: int = 100) -> list[Row]:
    """Mark up to `limit` timers that are due as fired and write their events, together; gives the fired ones.

    A timer of an enquiry that is resolved, of a wait that has ended, or of an emergency that somebody has acknowledged
    fires without an event. `ruleset` is the live one.
    """
    due = select(timers).where(timers.c.fired_at.is_(None), timers.c.at <= now).order_by(timers.c.at).limit(limit)
    rows = sql.mappings(connection.execute(due).mappings())
    # Enquiries before their timers, as everybody holds them; what was stopped or fired meanwhile is left out.
    owners = history.hold(connection, [row["enquiry_id"] for row in rows if row["enquiry_id"]])
    fired = _mark(connection, [row["id"] for row in rows], now)
    escalations = _escalations(connection, fired, ruleset)
    told = [
        _event(row, {**row["data"], **escalations.get(row["id"], {})}, owners[row["enquiry_id"]]["team"], now)
        for row in fired
        if _matters(row, owners, escalations)
    ]
    if told:
        history.append(connection, told, ruleset)
    return fired


def _escalations(connection: Connection, fired: list[Row], ruleset: Ruleset) -> dict[str, Mapping[str, Any]]:
    """Who is told by each of these timers that an emergency has not been acknowledged; nobody where it has."""
    due = [row for row in fired if row["kind"] == EventKind.ESCALATED]
    known = history.of(connection, [row["enquiry_id"] for row in due]) if due else {}
    found = [(row["id"], escalation(fold(known[row["enquiry_id"]]), row["data"], ruleset)) for row in due]
    return {id_: data for id_, data in found if data is not None}


def _mark(connection: Connection, ids: list[str], now: datetime) -> list[Row]:
    """Mark those of these timers as fired that nobody else has, or is about to."""
    pending = select(timers).where(timers.c.id.in_(ids), timers.c.fired_at.is_(None)).order_by(timers.c.at)
    rows = sql.mappings(connection.execute(pending.with_for_update(skip_locked=True)).mappings()) if ids else []
    if rows:
        connection.execute(update(timers).where(timers.c.id.in_([row["id"] for row in rows])).values(fired_at=now))
    return rows


def _matters(timer: Row, owners: Mapping[str, Row], escalations: Mapping[str, Any]) -> bool:
    enquiry = owners.get(timer["enquiry_id"] or "")
    if enquiry is None or enquiry["state"] != "open":
        return False
    if timer["kind"] == EventKind.ESCALATED:
        return timer["id"] in escalations
    return timer["kind"] != EventKind.RESUMED or bool(enquiry["waiting_until"] == timer["at"])


def _event(timer: Row, data: Mapping[str, Any], team: str, now: datetime) -> Row:
    return {
        "id": new_id(),
        "at": now,
        "kind": timer["kind"],
        "enquiry_id": timer["enquiry_id"],
        "contact_id": None,
        "team": team,
        "actor": "clock",
        "data": {**data, "set_for": timer["at"].isoformat()},
    }
