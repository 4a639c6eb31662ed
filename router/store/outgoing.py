"""Calls that we make: each attempt is claimed once, with a colleague's telephone, and settled once.

The other end is dialled for an attempt at most once, whatever is repeated or lost on the way: `dial` says yes to the
first who asks, and to nobody after it is over.
"""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection, insert, select, text, update

from router.store import callbacks, calls, sql
from router.store.call_lock import in_line
from router.store.calls import Turn
from router.store.rows import Row
from router.store.schema import OUTGOING, outgoing_calls

RINGING, DIALLED, ENDED, OVER = "ringing", "dialled", "ended", "over"

AGAIN, LATER, BY_PERSON, DONE = "again", "later", "by-person", "done"
"""What becomes of the call back when an attempt is over: it keeps its turn, comes later, is a person's, or is over."""

WHISPERS: Final = timedelta(minutes=3)
"""How long a colleague who has answered may take to say that they take it."""

LOOKS: Final = timedelta(minutes=10)
"""How long nothing may be heard of a call that goes on, before it is looked at."""


class Claim(NamedTuple):
    """Somebody's turn to be called back: which call back, the id of the attempt to be, and by whose order."""

    id: str
    callback_id: str
    turn: Turn
    by: str


class Clicked(NamedTuple):
    """A call that a colleague has made, with its id and all else, and how many calls their telephone takes at once."""

    call: Row
    at_once: int | None


class Placed(NamedTuple):
    """The provider has begun a call, under this id of its own."""

    id: str
    call: str


class AttemptNews(NamedTuple):
    """Something that was told of an attempt, and when."""

    id: str
    at: datetime


class Ended(NamedTuple):
    """How the dialling of the other end went, as far as it is known yet: the colleague is still on the line."""

    id: str
    outcome: str
    at: datetime


class AttemptSettled(NamedTuple):
    """How an attempt ended, and what becomes of the call back: `due_at` where it is tried later.

    `counts` says that the other end was rung, so that it is one of so many attempts.
    """

    id: str
    outcome: str
    at: datetime
    then: str
    due_at: datetime | None = None
    counts: bool = False


@in_line
def claim(connection: Connection, items: list[Claim]) -> list[Row | None]:
    """The attempt of each whose turn it is, with the telephone that is kept for it; None where it is not.

    A call back that is not waiting, because another process has it, is nobody's turn.
    """
    sql.lock_names(connection, {f"phone:{phone}" for item in items for phone in item.turn.phones})
    return [_claim(connection, item) for item in items]


def _claim(connection: Connection, item: Claim) -> Row | None:
    row = callbacks.held(connection, item.callback_id)
    if row is None or row["state"] != callbacks.WAITING or not item.turn.phones:
        return None
    call = calls.take_turn(connection, [item.turn])[0]
    if call is None or not call["away"] or call["stage"] != calls.CONNECTING or call["phone"] is None:
        return None
    attempt = {
        "id": item.id,
        "callback_id": row["id"],
        "team": call["team"],
        "phone": call["phone"],
        "by": item.by,
        "state": RINGING,
        "call": None,
        "at": item.turn.at,
        "until": call["until"],
        "outcome": None,
        **{name: row[name] for name in ("contact_id", "enquiry_id", "number", "prefix")},
    }
    connection.execute(insert(outgoing_calls), [attempt])
    callbacks.change(connection, row, {"state": callbacks.RINGING})
    return attempt


@in_line
def click(connection: Connection, items: list[Clicked]) -> list[Row | None]:
    """Calls that colleagues have made, each once by its id; None where the telephone is in use."""
    sql.lock_names(connection, {f"phone:{item.call['phone']}" for item in items})
    return [_click(connection, item) for item in items]


def _click(connection: Connection, item: Clicked) -> Row | None:
    same = get(connection, item.call["id"])
    if same is not None:
        return same
    if not calls.is_free(connection, calls.Line(item.call["phone"], item.at_once), item.call["at"]):
        return None
    row = {**item.call, "callback_id": None, "state": RINGING, "call": None, "outcome": None}
    connection.execute(insert(outgoing_calls), [row])
    return row


def placed(connection: Connection, items: list[Placed]) -> list[None]:
    """Keep the provider's ids of calls that it has begun."""
    for item in items:
        mine = outgoing_calls.c.id == item.id
        connection.execute(update(outgoing_calls).where(mine, outgoing_calls.c.call.is_(None)).values(call=item.call))
    return [None] * len(items)


@in_line
def answered(connection: Connection, items: list[AttemptNews]) -> list[Row | None]:
    """The attempts whose colleague has answered, with time to listen; None for one that rings nobody any more."""
    return [_moved(connection, item, RINGING, RINGING, item.at + WHISPERS) for item in items]


@in_line
def dial(connection: Connection, items: list[AttemptNews]) -> list[Row | None]:
    """The attempts that are dialled now; None for one that was dialled before, or is over."""
    return [_moved(connection, item, RINGING, DIALLED, item.at + LOOKS) for item in items]


@in_line
def ended(connection: Connection, items: list[Ended]) -> list[Row | None]:
    """The attempts of which it is known how dialling went, or known better; None for one that is over.

    The colleague's telephone is theirs until their own leg is over.
    """
    return [_ended(connection, item) for item in items]


def _ended(connection: Connection, item: Ended) -> Row | None:
    row = _held(connection, item.id)
    if row is None or row["state"] not in (DIALLED, ENDED):
        return None
    until = item.at + WHISPERS
    if row["callback_id"]:
        calls.keep(connection, row["contact_id"], row["phone"], until)
    return _change(connection, row, {"state": ENDED, "outcome": item.outcome, "until": until})


@in_line
def look_later(connection: Connection, items: list[tuple[str, datetime]]) -> list[Row | None]:
    """Look at attempts that go on at another moment."""
    return [_look_later(connection, id_, at) for id_, at in items]


def _look_later(connection: Connection, id_: str, at: datetime) -> Row | None:
    row = _held(connection, id_)
    if row is None or row["state"] == OVER:
        return None
    if row["callback_id"]:
        calls.keep(connection, row["contact_id"], row["phone"], at)
    return _change(connection, row, {"until": at})


def _moved(connection: Connection, item: AttemptNews, stage: str, to: str, until: datetime) -> Row | None:
    row = _held(connection, item.id)
    if row is None or row["state"] != stage:
        return None
    if row["callback_id"]:
        calls.keep(connection, row["contact_id"], row["phone"], until)
    return _change(connection, row, {"state": to, "until": until})


@in_line
def settle(connection: Connection, items: list[AttemptSettled]) -> list[Row | None]:
    """The attempts that are over now, with how they ended; None for one that was over before: the first word counts."""
    return [_settle(connection, item) for item in items]


def _settle(connection: Connection, item: AttemptSettled) -> Row | None:
    row = _held(connection, item.id)
    if row is None or row["state"] == OVER:
        return None
    # Whom it was made to is in the history, if it has to be kept; here it is not needed any more.
    over = _change(connection, row, {"state": OVER, "outcome": item.outcome, "number": "", "prefix": ""})
    owed = callbacks.held(connection, row["callback_id"]) if row["callback_id"] else None
    if owed is None:
        return over
    changes = {"state": _BECOMES[item.then], "attempts": owed["attempts"] + item.counts}
    if item.due_at:
        changes["due_at"] = item.due_at
    callbacks.change(connection, owed, changes | ({"number": ""} if item.then == DONE else {}))
    if item.then == AGAIN:
        calls.wait_away(connection, row["contact_id"], item.at)
    else:
        calls.go_home(connection, row["contact_id"])
    return over


def get(connection: Connection, id_: str) -> Row | None:
    """An attempt by its id."""
    found = connection.execute(select(outgoing_calls).where(outgoing_calls.c.id == id_)).mappings().first()
    return dict(found) if found else None


def silent(connection: Connection, now: datetime, limit: int) -> list[Row]:
    """Attempts that are not over, and of which nothing was heard for too long."""
    mine = (text(OUTGOING), outgoing_calls.c.until <= now)
    wanted = select(outgoing_calls).where(*mine).order_by(outgoing_calls.c.until).limit(limit)
    return sql.mappings(connection.execute(wanted).mappings())


def _held(connection: Connection, id_: str) -> Row | None:
    wanted = select(outgoing_calls).where(outgoing_calls.c.id == id_).with_for_update()
    found = connection.execute(wanted).mappings().first()
    return dict(found) if found else None


def _change(connection: Connection, row: Row, changes: Row) -> Row:
    connection.execute(update(outgoing_calls).where(outgoing_calls.c.id == row["id"]).values(**changes))
    return row | changes


_BECOMES: Final = {
    AGAIN: callbacks.WAITING,
    LATER: callbacks.WAITING,
    BY_PERSON: callbacks.BY_PERSON,
    DONE: callbacks.OVER,
}
