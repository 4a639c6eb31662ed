"""Addresses to which a channel is not to be used: by whom and since when, and what opens one again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from channels.receipts import Closing
from router.store.bulk import insert_rows
from router.store.ids import new_id
from router.store.prepared import Prepared, among
from router.store.rows import Row
from router.store.schema import closed_points, events

STOPPED, STARTED = "texts-stopped", "texts-started"
"""The kinds of events by which somebody stops messages on a channel, and starts them again."""

Way = tuple[str, str]
"""A channel and an address."""

_OF = Prepared(select(closed_points).where(among(closed_points.c.value, "wanted")))


def of(connection: Connection, values: Iterable[str]) -> list[Row]:
    """What is closed of these addresses, on any channel: a row for each reason."""
    wanted = sorted({value for value in values if value})
    return _OF.rows(connection, wanted=wanted) if wanted else []


def by_value(rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[Closing, frozenset[Way]]]:
    """The same by address: which channels are closed to it, and why."""
    found: dict[str, dict[Closing, frozenset[Way]]] = {}
    for row in rows:
        mine, why = found.setdefault(row["value"], {}), Closing(row["why"])
        mine[why] = mine.get(why, frozenset()) | {(row["channel"], row["value"])}
    return found


def close(connection: Connection, rows: Sequence[Row], actor: str = "engine") -> None:
    """Close ways: channel, value, why, since, status, intent_id and contact_id of each; one that is closed stays so."""
    for row in rows:
        if insert_rows(connection, closed_points, [row], only_new=True) and row["why"] == Closing.OPTED_OUT:
            _tell(connection, STOPPED, row, row["since"], actor)


def reopen(
    connection: Connection,
    way: Way,
    why: Closing,
    at: datetime,
    *,
    contact_id: str | None = None,
    intent_id: str | None = None,
    actor: str = "engine",
) -> bool:
    """Open a way again that was closed before a moment for this reason; False where there was none such.

    With `intent_id` only if it was closed because of that message.
    """
    mine = [
        closed_points.c.channel == way[0],
        closed_points.c.value == way[1],
        closed_points.c.why == why.value,
        closed_points.c.intent_id == intent_id if intent_id else closed_points.c.since <= at,
    ]
    opened = connection.execute(delete(closed_points).where(*mine)).rowcount == 1
    if opened and why is Closing.OPTED_OUT:
        row = {"channel": way[0], "status": "", "intent_id": intent_id, "contact_id": contact_id}
        _tell(connection, STARTED, row, at, actor)
    return opened


def is_closed(connection: Connection, way: Way, why: Closing) -> bool:
    """Whether a way is closed for this reason."""
    mine = (closed_points.c.channel == way[0], closed_points.c.value == way[1], closed_points.c.why == why.value)
    return connection.execute(select(closed_points.c.since).where(*mine)).first() is not None


def _tell(connection: Connection, kind: str, row: Row, at: datetime, actor: str) -> None:
    data = {"channel": row["channel"], "status": row["status"], "intent": row["intent_id"]}
    event = {"id": new_id(), "at": at, "kind": kind, "enquiry_id": None, "contact_id": row["contact_id"]}
    insert_rows(connection, events, [event | {"team": None, "actor": actor, "data": data}])
