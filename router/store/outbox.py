"""The outbox in the record: intents waiting to be said, claimed once, and what became of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, func, or_, select, text, update

from router.store import closed, people, sql
from router.store.bulk import insert_rows
from router.store.prepared import Prepared, among
from router.store.rows import Row
from router.store.schema import ACKNOWLEDGED, TO_CUSTOMERS, UNSENT, enquiries, events, outbox

PENDING, SENDING, SENT, FAILED, TO_PERSON = "pending", "sending", "sent", "failed", "to-person"
DROPPED = "dropped"
"""There was nothing to say any more when its turn came."""

WITHDRAWN = "withdrawn"
"""A colleague took it back before it left."""


def claim(connection: Connection, limit: int, now: datetime, lease: timedelta) -> list[Row]:
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


def begin(connection: Connection, items: list[tuple[Row, datetime]]) -> list[bool]:
    """Say of each claimed intent that it leaves now, and until when that may take; False where the lease was lost.

    Only what has begun can perhaps have left when its sender dies: the rest of what it claimed is just sent later.
    """
    return [_begin(connection, row, until) for row, until in items]


def _begin(connection: Connection, row: Row, until: datetime) -> bool:
    claimed = and_(outbox.c.state == row["state"], outbox.c.not_before == row["not_before"])
    begun = and_(outbox.c.state == SENDING, outbox.c.not_before == until)  # by ourselves, before a cut-off commit
    mine = update(outbox).where(outbox.c.id == row["id"], or_(claimed, begun))
    return connection.execute(mine.values(state=SENDING, not_before=until)).rowcount == 1


_SETTLED = ("state", "not_before", "attempts", "settled_at", "sent", "message_id", "sent_to", "trouble")


@dataclass(frozen=True, slots=True)
class Settled:
    """An intent as it is to be, the end of the lease that it was held under, and what else is to be recorded with it.

    `event` is for the history; `notices` are intents by which a team is told; `failing` are contact points at which
    nothing arrives, `closing` those to which a channel is not to be used any more.
    """

    row: Row
    held: datetime
    event: Row | None = None
    notices: tuple[Row, ...] = ()
    failing: tuple[Row, ...] = ()
    closing: tuple[Row, ...] = ()


def settle(connection: Connection, items: list[Settled]) -> list[None]:
    """Record what became of intents that are still held; that one was sent is recorded whoever holds it now."""
    settled = [each for each in items if _settle(connection, each.row, each.held)]
    insert_rows(connection, events, [each.event for each in settled if each.event])
    insert_rows(connection, outbox, [row for each in settled for row in each.notices], only_new=True)
    people.mark_failing(connection, [row for each in settled for row in each.failing])
    closed.close(connection, [row for each in settled for row in each.closing])
    return [None] * len(items)


def divide(connection: Connection, items: list[tuple[Row, datetime, tuple[Row, ...]]]) -> list[None]:
    """Record that intents are settled by dividing them, and queue what takes their place, together or not at all."""
    divided = [each for row, held, parts in items if _settle(connection, row, held) for each in parts]
    insert_rows(connection, outbox, divided, only_new=True)
    return [None] * len(items)


def _settle(connection: Connection, row: Row, held: datetime) -> bool:
    open_still = outbox.c.state != SENT if row["state"] == SENT else outbox.c.not_before == held
    mine = update(outbox).where(outbox.c.id == row["id"], open_still)
    return connection.execute(mine.values({name: row[name] for name in _SETTLED})).rowcount == 1


def get(connection: Connection, id_: str) -> Row | None:
    """One intent by its id."""
    row = connection.execute(select(outbox).where(outbox.c.id == id_)).mappings().first()
    return dict(row) if row else None


def by_message_ids(connection: Connection, message_ids: Iterable[str]) -> dict[str, Row]:
    """What we sent to customers, by Message-ID: the `id` of the intent, its `enquiry_id`, and who it was `sent_to`."""
    wanted = list(message_ids)
    columns = (outbox.c.message_id, outbox.c.id, outbox.c.enquiry_id, outbox.c.sent_to, outbox.c.address)
    found = select(*columns).where(outbox.c.message_id.in_(wanted), outbox.c.audience == "customer")
    rows = connection.execute(found) if wanted else ()
    return {
        row.message_id: {
            "id": row.id,
            "enquiry_id": row.enquiry_id,
            "sent_to": row.sent_to or row.address.get("value", ""),
        }
        for row in rows
    }


_WENT = (
    select(outbox.c.sent_to, outbox.c.settled_at, outbox.c.sent, outbox.c.enquiry_id)
    .where(text(TO_CUSTOMERS), among(outbox.c.sent_to, "numbers"), outbox.c.settled_at >= bindparam("since"))
    .subquery()
)
_TEXTS_TO = Prepared(select(_WENT, enquiries.c.journey).join(enquiries, enquiries.c.id == _WENT.c.enquiry_id))


def texts_to(connection: Connection, numbers: Iterable[str], since: datetime) -> list[Row]:
    """What went by a phone's messages to these numbers since a moment: `channel`, `sent_to`, `at`, and the enquiry."""
    return [
        {
            "channel": row["sent"]["channel"],
            "sent_to": row["sent_to"],
            "at": row["settled_at"],
            "enquiry_id": row["enquiry_id"],
            "journey": row["journey"],
        }
        for row in _TEXTS_TO.rows(connection, numbers=sorted(numbers), since=since)
    ]


def acknowledged(connection: Connection, address: str, since: datetime) -> int:
    """How many acknowledgements went to an address since a moment."""
    mine = (text(ACKNOWLEDGED), outbox.c.sent_to == address, outbox.c.settled_at >= since)
    return connection.execute(select(func.count()).select_from(outbox).where(*mine)).scalar_one()


def waits(connection: Connection, key: str, enquiry_id: str) -> bool:
    """Whether an intent of an enquiry has not begun to leave; it is held, so that it stays so until this is over."""
    mine = (outbox.c.key == key, outbox.c.enquiry_id == enquiry_id, outbox.c.state == PENDING, outbox.c.attempts == 0)
    return connection.execute(select(outbox.c.id).where(*mine).with_for_update()).first() is not None


def withdraw(connection: Connection, key: str, at: datetime) -> bool:
    """Take back what has not begun to leave; False where it has, or where there is none such."""
    mine = (outbox.c.key == key, outbox.c.state == PENDING, outbox.c.attempts == 0)
    return connection.execute(update(outbox).where(*mine).values(state=WITHDRAWN, settled_at=at)).rowcount == 1


def of(connection: Connection, *, contact_id: str = "", enquiry_id: str = "") -> list[Row]:
    """What was or will be said about a contact or an enquiry, oldest first."""
    either = or_(outbox.c.contact_id == contact_id, outbox.c.enquiry_id == enquiry_id)
    return sql.mappings(connection.execute(select(outbox).where(either).order_by(outbox.c.id)).mappings())
