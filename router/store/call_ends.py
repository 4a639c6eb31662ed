"""How calls ended: worked out again from all that is known whenever more of it comes, and kept in the history."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection, delete, select, update

from router.store import calls, contacts
from router.store.bulk import insert_rows
from router.store.call_lock import in_line
from router.store.ids import new_id
from router.store.live_calls import CALL_RETURNED
from router.store.rows import Row
from router.store.schema import calls as calls_table
from router.store.schema import contacts as contacts_table
from router.store.schema import ended_calls, events

SETTLES: Final = timedelta(minutes=1)
"""How long after the last that was told of its end a call counts as over for good."""

CALL_ENDED: Final = "call-ended"
"""The event of a contact, with the team that the caller was put through to, if any; the last one counts.

data: `outcome`, `ended_at`, `seconds` (how long it was) and `waited` (until it was answered, else until it was over).
"""


class Ending(NamedTuple):
    """How a call ended."""

    outcome: str
    ended_at: datetime
    seconds: int | None
    waited: int | None


def is_over(connection: Connection, contact_id: str) -> bool:
    """Whether we were told that a contact's interaction is over."""
    ended = select(contacts_table.c.ended_at).where(contacts_table.c.id == contact_id)
    return connection.execute(ended).scalar_one_or_none() is not None


class Heard(NamedTuple):
    """Something more is known of a call; `ending` says from the contact's parts how it ended, None while it goes on."""

    contact_id: str
    at: datetime
    ending: Callable[[Sequence[Row]], Ending | None]


@in_line
def settle(connection: Connection, items: list[Heard]) -> list[Ending | None]:
    """Keep how each call ended, as its parts have it now: once only, whatever their order."""
    return [_settle(connection, item) for item in items]


def _settle(connection: Connection, item: Heard) -> Ending | None:
    found = contacts.load(connection, [item.contact_id])
    ending = item.ending([*found[0]["parts"], *_returns(connection, item.contact_id)]) if found else None
    if ending is None:
        return None
    row = calls.held(connection, item.contact_id)
    told = (row["team"] if row else None, _told(ending))
    if told != _last(connection, item.contact_id):
        _tell(connection, item, *told)
        _look_again(connection, item)
    _free(connection, row, ending)
    return ending


def _returns(connection: Connection, contact_id: str) -> list[Row]:
    """Each time that a caller waited again because their colleague was cut off, in the shape of a part."""
    mine = (events.c.contact_id == contact_id, events.c.kind == CALL_RETURNED)
    found = connection.execute(select(events.c.at).where(*mine)).scalars()
    return [{"part": CALL_RETURNED, "received_at": at, "claimed_at": None, "facts": {}} for at in found]


def _told(ending: Ending) -> Row:
    times = {"ended_at": ending.ended_at.isoformat(), "seconds": ending.seconds, "waited": ending.waited}
    return {"outcome": ending.outcome, **times}


def _last(connection: Connection, contact_id: str) -> tuple[str | None, Row] | None:
    mine = select(events.c.team, events.c.data).where(events.c.contact_id == contact_id, events.c.kind == CALL_ENDED)
    row = connection.execute(mine.order_by(events.c.id.desc()).limit(1)).first()
    return (row.team, row.data) if row else None


def _tell(connection: Connection, item: Heard, team: str | None, data: Row) -> None:
    event = {"id": new_id(), "at": item.at, "kind": CALL_ENDED, "enquiry_id": None, "contact_id": item.contact_id}
    insert_rows(connection, events, [event | {"team": team, "actor": "engine", "data": data}])


def _look_again(connection: Connection, item: Heard) -> None:
    """Have it seen who is owed a call back, once nothing more has come for a while."""
    connection.execute(delete(ended_calls).where(ended_calls.c.contact_id == item.contact_id))
    insert_rows(connection, ended_calls, [{"contact_id": item.contact_id, "not_before": item.at + SETTLES}])


def due(connection: Connection, now: datetime, limit: int = 100) -> list[tuple[str, Row]]:
    """Calls that are over for a while and decided on: their contact, and how they ended."""
    over = select(ended_calls.c.contact_id).join(contacts_table, contacts_table.c.id == ended_calls.c.contact_id)
    ready = over.where(ended_calls.c.not_before <= now, contacts_table.c.state == contacts.DECIDED)
    ids = connection.execute(ready.order_by(ended_calls.c.not_before).limit(limit)).scalars().all()
    ends = {id_: _last(connection, id_) for id_ in ids}
    return [(id_, last[1]) for id_, last in ends.items() if last]


@in_line
def seen_to(connection: Connection, items: list[tuple[str, datetime]]) -> list[None]:
    """Forget calls that were seen to at a moment, but for those of which more has come since."""
    for contact_id, at in items:
        mine = (ended_calls.c.contact_id == contact_id, ended_calls.c.not_before <= at)
        connection.execute(delete(ended_calls).where(*mine))
    return [None] * len(items)


def _free(connection: Connection, row: Row | None, ending: Ending) -> None:
    """A call that is over keeps no telephone, and nobody waits but to be called back."""
    over: Row = {"leg": None, "live": None, "outcome": ending.outcome, "ended_at": ending.ended_at}
    if row is not None and not row["away"]:
        over |= {"stage": calls.OVER, "phone": None, "until": None}
    if row is not None and any(row[name] != value for name, value in over.items()):
        mine = calls_table.c.contact_id == row["contact_id"]
        connection.execute(update(calls_table).where(mine).values(**over))
