"""The outbox in the record: intents waiting to be said, claimed once, and what became of each."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update

from router.store import sql
from router.store.bulk import insert_rows
from router.store.schema import events, outbox

PENDING, SENDING, SENT, FAILED, TO_PERSON = "pending", "sending", "sent", "failed", "to-person"


def add(connection: Connection, rows: list[dict[str, Any]]) -> list[None]:
    """Queue intents; one whose key is there already is left alone."""
    insert_rows(connection, outbox, rows, only_new=True)
    return [None] * len(rows)


def claim(connection: Connection, limit: int, now: datetime, lease: timedelta) -> list[dict[str, Any]]:
    """Lease up to `limit` intents that are due.

    One that was being sent when its sender died comes with state `sending`: whether it left has to be found out.
    """
    due = (outbox.c.state.in_((PENDING, SENDING)), outbox.c.not_before <= now)
    statement = select(outbox).where(*due).order_by(outbox.c.not_before).limit(limit)
    rows = sql.mappings(connection.execute(statement.with_for_update(skip_locked=True)).mappings())
    if rows:
        leased = update(outbox).where(outbox.c.id.in_([row["id"] for row in rows]))
        connection.execute(leased.values(state=SENDING, not_before=now + lease, attempts=outbox.c.attempts + 1))
    return rows


_SETTLED = ("state", "not_before", "settled_at", "sent", "message_id", "trouble")
_SETTLE = (
    update(outbox).where(outbox.c.id == bindparam("b_id")).values({name: bindparam(f"b_{name}") for name in _SETTLED})
)


def settle(connection: Connection, items: list[tuple[dict[str, Any], dict[str, Any] | None]]) -> list[None]:
    """Record what became of claimed intents: their changed columns, and an event for the history where one is due."""
    connection.execute(_SETTLE, [{f"b_{name}": row[name] for name in ("id", *_SETTLED)} for row, _ in items])
    insert_rows(connection, events, [event for _, event in items if event])
    return [None] * len(items)


def of(connection: Connection, *, contact_id: str = "", enquiry_id: str = "") -> list[dict[str, Any]]:
    """What was or will be said about a contact or an enquiry, oldest first."""
    either = or_(outbox.c.contact_id == contact_id, outbox.c.enquiry_id == enquiry_id)
    return sql.mappings(connection.execute(select(outbox).where(either).order_by(outbox.c.id)).mappings())
