"""Calls back: the number and the time that a caller chose while they waited, and how far the call is."""

from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, insert, literal, select, text, update

from router.enquiry.happenings import EventKind
from router.store import calls, our_parts, sql
from router.store.call_lock import in_line
from router.store.ids import new_id
from router.store.our_parts import OurPart
from router.store.rows import Row
from router.store.schema import AWAY, CALL_BACK_GOING, callbacks, contacts, timers
from router.store.schema import calls as calls_table

CHOOSING, WAITING, RINGING, BY_PERSON, OVER = "choosing", "waiting", "ringing", "by-person", "over"

AT_ONCE: Final = 100
"""How many take their place in the line in one transaction."""

CHOSEN: Final = "call-back-chosen"
"""The part of a call that says that its caller chose to be called back, and was promised it."""

PROMISE: Final = "callback:"
"""What the key of the timer of a promise begins with, before the promise's id (router/enquiry/consequences.py)."""


class KeyedNumber(NamedTuple):
    """A number that a caller keyed in, to be rung at instead of the one that they ring from."""

    contact_id: str
    number: str
    at: datetime


class Promised(NamedTuple):
    """A call back that was promised to a caller: which promise of which enquiry, on which number, in which window.

    `in_line` says that it is as soon as it is their turn, and not at a time that they chose, `by_person`
    that only a person may make it.
    """

    contact_id: str
    enquiry_id: str
    promise: str
    number: str
    prefix: str
    starts: datetime
    ends: datetime
    at: datetime
    in_line: bool
    by_person: bool = False


def going(connection: Connection, contact_id: str) -> Row | None:
    """The call back that is chosen or owed to the caller of a contact; None where there is none."""
    found = connection.execute(_going(contact_id)).mappings().first()
    return dict(found) if found else None


@in_line
def key_in(connection: Connection, items: list[KeyedNumber]) -> list[Row]:
    """Keep the number that a caller has keyed in; of a call back that is promised already it changes nothing."""
    return [_key_in(connection, item) for item in items]


def _key_in(connection: Connection, item: KeyedNumber) -> Row:
    row = _begun(connection, item.contact_id, item.at)
    return change(connection, row, {"number": item.number}) if row["state"] == CHOOSING else row


@in_line
def promise(connection: Connection, items: list[Promised]) -> list[Row]:
    """Keep that a caller was promised a call back, and say so on their call; once only, whoever comes again."""
    return [_promise(connection, item) for item in items]


def _promise(connection: Connection, item: Promised) -> Row:
    row = _begun(connection, item.contact_id, item.at)
    if row["state"] != CHOOSING:
        return row
    _say_so(connection, item)
    kept = item._asdict()
    state = BY_PERSON if kept.pop("by_person") else WAITING
    if item.in_line and state == WAITING:
        calls.go_away(connection, item.contact_id, item.at)
    return change(connection, row, kept | {"state": state, "due_at": item.starts})


@in_line
def line_up(connection: Connection, items: list[datetime]) -> list[list[str]]:
    """Have those wait at their place whose time has come; gives the contacts of who did not wait before."""
    return [_line_up(connection, now) for now in items]


def _line_up(connection: Connection, now: datetime) -> list[str]:
    due = select(callbacks.c.contact_id).join(calls_table, calls_table.c.contact_id == callbacks.c.contact_id)
    ready = (callbacks.c.state == WAITING, callbacks.c.due_at <= now, calls_table.c.away.is_(None))
    # Whoever is on the line themselves again is not rung.
    free = calls_table.c.stage == calls.OVER
    ids = connection.execute(due.where(*ready, free).order_by(callbacks.c.due_at).limit(AT_ONCE)).scalars().all()
    for contact_id in ids:
        calls.wait_away(connection, contact_id, now)
    return list(ids)


def lined_up(connection: Connection, limit: int) -> list[tuple[Row, Row]]:
    """Calls back that wait in the line, each with its call, the first before the others; at most `limit`."""
    wanted = select(callbacks).join(calls_table, calls_table.c.contact_id == callbacks.c.contact_id)
    stands = (text(AWAY), calls_table.c.stage == calls.WAITING, callbacks.c.state == WAITING)
    order = (calls_table.c.rank, calls_table.c.since, calls_table.c.contact_id)
    rows = sql.mappings(connection.execute(wanted.where(*stands).order_by(*order).limit(limit)).mappings())
    found = [(row, calls.get(connection, row["contact_id"])) for row in rows]
    return [(row, call) for row, call in found if call is not None]


def any_waiting(connection: Connection) -> bool:
    """Whether there is any call back to make."""
    wanted = select(callbacks.c.id).where(callbacks.c.state.in_((WAITING, RINGING))).limit(1)
    return connection.execute(wanted).first() is not None


class CallbackPlace(NamedTuple):
    """Where somebody stands who is to be called back: in whose line, how urgent, and since when."""

    team: str
    journey: str | None
    rank: int
    since: datetime


class Adopted(NamedTuple):
    """A promise that was made by somebody else than a caller on the line, and how it is seen to from now on."""

    contact_id: str
    enquiry_id: str
    promise: str
    number: str
    prefix: str
    starts: datetime
    ends: datetime
    at: datetime
    state: str
    place: CallbackPlace


def unknown_promises(connection: Connection, limit: int) -> list[tuple[str, str]]:
    """Promises of calls whose time is not over and that are nowhere here: the enquiry of each, and its own id."""
    known = select(callbacks.c.id).where(literal(PROMISE) + callbacks.c.promise == timers.c.key)
    pending = (text("fired_at is null"), timers.c.kind == EventKind.OVERDUE, ~known.exists())
    wanted = select(timers.c.enquiry_id, timers.c.key).where(*pending).order_by(timers.c.at).limit(limit)
    return [(row.enquiry_id, row.key.removeprefix(PROMISE)) for row in connection.execute(wanted)]


@in_line
def adopt(connection: Connection, items: list[Adopted]) -> list[Row | None]:
    """Keep promises to be rung; None for one whose caller is being called back about something else already."""
    return [_adopt(connection, item) for item in items]


def _adopt(connection: Connection, item: Adopted) -> Row | None:
    kept = item._asdict()
    place = kept.pop("place")
    # Whoever comes at the same time waits here, and then finds the row.
    connection.execute(select(contacts.c.id).where(contacts.c.id == item.contact_id).with_for_update())
    same = connection.execute(select(callbacks.c.id).where(callbacks.c.promise == item.promise)).first()
    busy = item.state != OVER and connection.execute(_going(item.contact_id)).first() is not None
    if same or busy:
        return None
    row: Row = {"id": new_id(), **kept, "due_at": item.starts, "in_line": False, "attempts": 0}
    connection.execute(insert(callbacks), [row | ({"number": ""} if item.state == OVER else {})])
    if item.state == WAITING:
        calls.stand(connection, item.contact_id, place._asdict(), row["id"], item.at)
    return row


class Later(NamedTuple):
    """A call back that is out of the line until a moment, left to a person (`by_person`), or owed no more."""

    id: str
    due_at: datetime | None = None
    by_person: bool = False


@in_line
def put_off(connection: Connection, items: list[Later]) -> list[None]:
    """Take calls back that wait out of the line, until they are due, for a person, or for good."""
    for item in items:
        row = held(connection, item.id)
        if row is not None and row["state"] == WAITING:
            over = {"state": BY_PERSON if item.by_person else OVER, "number": row["number"] if item.by_person else ""}
            change(connection, row, {"due_at": item.due_at} if item.due_at else over)
            calls.go_home(connection, row["contact_id"])
    return [None] * len(items)


def _begun(connection: Connection, contact_id: str, at: datetime) -> Row:
    """The row of a caller who chooses, made where there is none, and held until the transaction ends."""
    # Whoever comes at the same time waits here, and then finds the row.
    connection.execute(select(contacts.c.id).where(contacts.c.id == contact_id).with_for_update())
    found = connection.execute(_going(contact_id).with_for_update()).mappings().first()
    if found:
        return dict(found)
    row: Row = {"id": new_id(), "contact_id": contact_id, "state": CHOOSING, "number": "", "prefix": "", "at": at}
    row |= {
        "enquiry_id": None,
        "promise": None,
        "starts": None,
        "ends": None,
        "due_at": None,
        "attempts": 0,
        "in_line": False,
    }
    connection.execute(insert(callbacks), [row])
    return row


def _say_so(connection: Connection, item: Promised) -> None:
    mine = select(contacts.c.channel, contacts.c.account).where(contacts.c.id == item.contact_id)
    contact = connection.execute(mine).one()
    said = OurPart(
        item.contact_id, contact.channel, contact.account, f"{CHOSEN}:{item.contact_id}", CHOSEN, "call-event", item.at
    )
    our_parts.add(connection, said)


def _going(contact_id: str) -> Select[Any]:
    return select(callbacks).where(text(CALL_BACK_GOING), callbacks.c.contact_id == contact_id)


def get(connection: Connection, id_: str) -> Row | None:
    """A call back by its id."""
    found = connection.execute(select(callbacks).where(callbacks.c.id == id_)).mappings().first()
    return dict(found) if found else None


def held(connection: Connection, id_: str) -> Row | None:
    """A call back by its id, held until the transaction ends."""
    found = connection.execute(select(callbacks).where(callbacks.c.id == id_).with_for_update()).mappings().first()
    return dict(found) if found else None


def change(connection: Connection, row: Row, changes: Row) -> Row:
    """A call back, which is held, after these changes."""
    connection.execute(update(callbacks).where(callbacks.c.id == row["id"]).values(**changes))
    return row | changes
