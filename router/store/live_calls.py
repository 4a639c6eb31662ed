"""Calls that go on now, for the colleagues whose they are, and what these do with them.

A colleague's wish to hand a caller on is kept first, as `moving` in `live`; it is carried out once the caller arrives
at the place that the provider was told to send them to. So whatever fails in between, nothing has changed.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, or_, select, text, union_all
from sqlalchemy.sql.elements import ColumnElement

from router.store import sql
from router.store.bulk import insert_rows
from router.store.call_lock import in_line
from router.store.calls import CONNECTING, TALKING, WAITING, Line, held, is_free, put
from router.store.ids import new_id
from router.store.rows import Row
from router.store.schema import ON, calls, contacts, ended_calls, events

LONGEST: Final = timedelta(hours=4)
"""The provider ends a call after that long: one not spoken of for longer is over, whether its end was told or not."""

STAGES: Final = (WAITING, CONNECTING, TALKING)

CALL_HELD, CALL_RESUMED = "call-held", "call-resumed"
"""The events of a caller who was put on hold, and taken off it."""

CALL_BROUGHT_IN, CALL_LET_GO = "call-brought-in", "call-let-go"
"""The events of somebody who was rung to come into a call, and sent away again. data: `who` (team or interpreter), `to`
(the team, where it is one) or the `language` to interpret."""

RECORDING_PAUSED, RECORDING_RESUMED = "recording-paused", "recording-resumed"
"""The events of a recording that was paused, and gone on with."""

CALL_RETURNED: Final = "call-returned"
"""The event of a caller whose colleague was cut off, and who waits again."""

CALL_MOVED: Final = "call-moved"
"""The event of a caller who was handed on. data: `from`, `to` (teams), and the `phone` that was wanted, if one was."""


class Happened(NamedTuple):
    """Something that was done with a call, for the history of its enquiry; `actor` as the history names them."""

    kind: str
    enquiry_id: str
    actor: str
    data: Row


class CallChange(NamedTuple):
    """A change of a call: `how` gives what changes of its row, None where it does not fit the call as it is.

    What happened is added to the history of the call's team, if the change is made. It is not where `line` is told, a
    telephone that has to be free for it.
    """

    contact_id: str
    at: datetime
    how: Callable[[Row], Row | None]
    happened: Happened | None = None
    line: Line | None = None


class Meant(NamedTuple):
    """Where somebody means to hand a caller on; at which attempt to put them through that was.

    `move` is what has to be known to do it: `key` (ours, of this wish), `to` (a team), `phone`, and whatever else.
    """

    contact_id: str
    turn: int
    move: Row


class Arrived(NamedTuple):
    """A caller has arrived where they were handed on to by the wish of this key, and when."""

    contact_id: str
    key: str
    at: datetime
    happened: Happened


def going_on(connection: Connection, teams: Sequence[str] | None, now: datetime, limit: int) -> list[Row]:
    """The calls that go on with these teams, or with any, the most urgent first; at most `limit`."""
    mine = [] if teams is None else [or_(calls.c.team.in_(teams), calls.c.also.in_(teams))]
    order = (calls.c.rank, calls.c.since, calls.c.contact_id)
    wanted = select(calls).where(*_on(now), *mine).order_by(*order).limit(limit)
    return sql.mappings(connection.execute(wanted).mappings())


def of(connection: Connection, contact_ids: Sequence[str], now: datetime) -> list[Row]:
    """The calls of these contacts that go on."""
    wanted = select(calls).where(*_on(now), calls.c.contact_id.in_(list(contact_ids)))
    return sql.mappings(connection.execute(wanted).mappings()) if contact_ids else []


def is_with_us(connection: Connection, number: str, but: str, now: datetime) -> bool:
    """Whether somebody at this number is on a call with us, or was until a moment ago; `but` is a contact left out.

    A moment ago is while it has yet to be seen what the call means for what was promised.
    """
    is_on: Any = text(ON)
    on = select(calls.c.contact_id).where(is_on, calls.c.away.is_(None), calls.c.seen_at >= now - LONGEST)
    both = union_all(on, select(ended_calls.c.contact_id))
    mine = (contacts.c.id.in_(both), contacts.c.id != but, contacts.c.sender_value == number)
    return connection.execute(select(contacts.c.id).where(*mine).limit(1)).first() is not None


def _on(now: datetime) -> tuple[ColumnElement[bool], ...]:
    is_on: Any = text(ON)
    return is_on, calls.c.stage.in_(STAGES), calls.c.seen_at >= now - LONGEST


@in_line
def change(connection: Connection, items: list[CallChange]) -> list[Row | None]:
    """Change calls; gives each as it is then, None where the change did not fit."""
    return [_step(connection, item) for item in items]


def _step(connection: Connection, item: CallChange) -> Row | None:
    row = held(connection, item.contact_id)
    changes = item.how(row) if row is not None and row["stage"] in STAGES else None
    is_engaged = item.line is not None and not is_free(connection, item.line, item.at)
    if row is None or changes is None or is_engaged:
        return None
    changed = put(connection, row, changes)
    if item.happened is not None:
        tell(connection, item.contact_id, changed["team"], item.at, item.happened)
    return changed


@in_line
def mean(connection: Connection, items: list[Meant]) -> list[Row | None]:
    """Keep where callers are to be handed on to; None for a call that is over or has gone on since."""
    return [_mean(connection, item) for item in items]


def _mean(connection: Connection, item: Meant) -> Row | None:
    row = held(connection, item.contact_id)
    if row is None or row["stage"] not in STAGES or row["turn"] != item.turn:
        return None
    return put(connection, row, {"live": {**(row["live"] or {}), "moving": item.move}})


@in_line
def forget(connection: Connection, items: list[tuple[str, str]]) -> list[None]:
    """Forget wishes, by contact and key, that cannot be carried out."""
    for contact_id, key in items:
        row = held(connection, contact_id)
        if row is not None and (moving_of(row) or {}).get("key") == key:
            put(connection, row, {"live": _without_moving(row)})
    return [None] * len(items)


@in_line
def arrive(connection: Connection, items: list[Arrived]) -> list[Row | None]:
    """Have callers wait for the team that they were handed on to, at their old place; once only for each wish."""
    return [_arrive(connection, item) for item in items]


def _arrive(connection: Connection, item: Arrived) -> Row | None:
    row = held(connection, item.contact_id)
    move = moving_of(row) if row is not None else None
    if row is None or move is None or move["key"] != item.key or row["stage"] not in STAGES:
        return row
    tell(connection, item.contact_id, move["to"], item.at, item.happened)
    waits: Row = {"stage": WAITING, "phone": None, "until": None, "leg": None, "also": None, "tried": []}
    goes_to = {"team": move["to"], "wanted": move["phone"] or None, "turn": row["turn"] + 1}
    seen = {"not_before": item.at, "seen_at": item.at, "live": {"arrived": item.key}}
    return put(connection, row, waits | goes_to | seen)


def moving_of(row: Row) -> Row | None:
    """Where a caller is to be handed on to, if anywhere."""
    found: Row | None = (row["live"] or {}).get("moving")
    return found


def _without_moving(row: Row) -> Row | None:
    return {name: value for name, value in (row["live"] or {}).items() if name != "moving"} or None


def tell(connection: Connection, contact_id: str, team: str, at: datetime, happened: Happened) -> None:
    """Add something that was done with a call to the history."""
    event = {"id": new_id(), "at": at, "kind": happened.kind, "enquiry_id": happened.enquiry_id, "team": team}
    more = {"contact_id": contact_id, "actor": happened.actor, "data": happened.data}
    insert_rows(connection, events, [event | more])
