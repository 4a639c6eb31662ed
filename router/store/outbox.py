"""The outbox in the record: intents waiting to be said, claimed once, and what became of each."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, or_, select, text, update

from router.store import sql
from router.store.bulk import insert_rows
from router.store.schema import UNSENT, events, outbox

PENDING, SENDING, SENT, FAILED, TO_PERSON = "pending", "sending", "sent", "failed", "to-person"
DROPPED = "dropped"
"""There was nothing to say any more when its turn came."""


def add(connection: Connection, rows: list[dict[str, Any]]) -> list[None]:
    """Queue intents; one whose key is there already is left alone."""
    insert_rows(connection, outbox, rows, only_new=True)
    return [None] * len(rows)


def claim(connection: Connection, limit: int, now: datetime, lease: timedelta) -> list[dict[str, Any]]:
    """Lease up to `limit` intents that are due: each row's `not_before` is the end of the lease, which `begin` needs.

    One that was being sent when its sender died comes with state `sending`: whether it left has to be found out.
    """
    due = (text(UNSENT), outbox.c.not_before <= now)
    statement = select(outbox).where(*due).order_by(outbox.c.not_before).limit(limit)
    rows = sql.mappings(connection.execute(statement.with_for_update(skip_locked=True)).mappings())
    if rows:
        leased = update(outbox).where(outbox.c.id.in_([row["id"] for row in rows]))
        connection.execute(leased.values(not_before=now + lease))
    return [row | {"not_before": now + lease} for row in rows]


def begin(connection: Connection, items: list[tuple[dict[str, Any], datetime]]) -> list[bool]:
    """Say of each claimed intent that it leaves now, and until when that may take; False where the lease was lost.

    Only what has begun can perhaps have left when its sender dies: the rest of what it claimed is just sent later.
    """
    return [_begin(connection, row, until) for row, until in items]


def _begin(connection: Connection, row: dict[str, Any], until: datetime) -> bool:
    claimed = and_(outbox.c.state == row["state"], outbox.c.not_before == row["not_before"])
    begun = and_(outbox.c.state == SENDING, outbox.c.not_before == until)  # by ourselves, before a cut-off commit
    mine = update(outbox).where(outbox.c.id == row["id"], or_(claimed, begun))
    return connection.execute(mine.values(state=SENDING, not_before=until)).rowcount == 1


_SETTLED = ("state", "not_before", "attempts", "settled_at", "sent", "message_id", "trouble")
Settled = tuple[dict[str, Any], datetime, dict[str, Any] | None]
"""An intent as it is to be, the end of the lease that it was held under, and an event for the history if one is due."""


def settle(connection: Connection, items: list[Settled]) -> list[None]:
    """Record what became of intents that are still held; that one was sent is recorded whoever holds it now."""
    told = [event for row, held, event in items if _settle(connection, row, held) and event]
    insert_rows(connection, events, told)
    return [None] * len(items)


def divide(
    connection: Connection, items: list[tuple[dict[str, Any], datetime, tuple[dict[str, Any], ...]]]
) -> list[None]:
    """Record that intents are settled by dividing them, and queue what takes their place, together or not at all."""
    divided = [each for row, held, parts in items if _settle(connection, row, held) for each in parts]
    insert_rows(connection, outbox, divided, only_new=True)
    return [None] * len(items)


def _settle(connection: Connection, row: dict[str, Any], held: datetime) -> bool:
    open_still = outbox.c.state != SENT if row["state"] == SENT else outbox.c.not_before == held
    mine = update(outbox).where(outbox.c.id == row["id"], open_still)
    return connection.execute(mine.values({name: row[name] for name in _SETTLED})).rowcount == 1


def get(connection: Connection, id_: str) -> dict[str, Any] | None:
    """One intent by its id."""
    row = connection.execute(select(outbox).where(outbox.c.id == id_)).mappings().first()
    return dict(row) if row else None


def of(connection: Connection, *, contact_id: str = "", enquiry_id: str = "") -> list[dict[str, Any]]:
    """What was or will be said about a contact or an enquiry, oldest first."""
    either = or_(outbox.c.contact_id == contact_id, outbox.c.enquiry_id == enquiry_id)
    return sql.mappings(connection.execute(select(outbox).where(either).order_by(outbox.c.id)).mappings())
