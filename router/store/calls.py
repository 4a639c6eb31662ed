"""Calls that were put through to a team: who waits, in which order, and which telephone is kept for whom."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, func, or_, select, text, tuple_, update

from router.store import sql
from router.store.bulk import insert_rows
from router.store.schema import LINED_UP, calls

WAITING, CONNECTING, TALKING, OVER = "waiting", "connecting", "talking", "over"

Row = dict[str, Any]

MOST_COUNTED: Final = 1_000
"""No more than so many who wait before somebody are counted."""


class Line(NamedTuple):
    """A telephone by its address, and how many calls it takes at a time; None for as many as come."""

    phone: str
    at_once: int | None


class Turn(NamedTuple):
    """Somebody who asks to be put through: their contact, the telephones that may be tried, in order, and when.

    `rings` is how long one of them may take to answer, `rests` how long all of them are left alone once none has. `new`
    is the whole row of a call that may not be there yet.
    """

    contact_id: str
    lines: tuple[Line, ...]
    at: datetime
    rings: timedelta
    rests: timedelta
    new: Row | None = None


def take_turn(connection: Connection, turns: list[Turn]) -> list[Row | None]:
    """The call as it is now: connecting, with the telephone that is kept for it, or waiting; None for no such call.

    A telephone goes to whoever has waited longest of the most urgent, so one who is not first gets what is left over by
    those before. A call that a telephone is kept for already keeps it.
    """
    insert_rows(connection, calls, [turn.new for turn in turns if turn.new], only_new=True)
    sql.lock_names(connection, {f"phone:{line.phone}" for turn in turns for line in turn.lines})
    return [_take(connection, turn) for turn in turns]


def _take(connection: Connection, turn: Turn) -> Row | None:
    row = get(connection, turn.contact_id)
    if row is None or row["stage"] != WAITING:
        return row
    changes: Row = {"seen_at": turn.at}
    if row["not_before"] <= turn.at:
        changes |= _kept(connection, turn, row)
    return _change(connection, row, changes)


def _kept(connection: Connection, turn: Turn, row: Row) -> Row:
    """What changes on a call whose turn it may be: a telephone is kept for it, or all are left alone for a while."""
    untried = [line for line in turn.lines if line.phone not in row["tried"]]
    if not untried:
        return {"tried": [], "not_before": turn.at + turn.rests}
    free = _free(connection, untried, turn.at)
    before = ahead(connection, row, turn.at)
    line = next((line for line, places in free if (before := before - places) < 0), None)
    if line is None:
        return {}
    kept = {"stage": CONNECTING, "phone": line.phone, "until": turn.at + turn.rings}
    return kept | {"turn": row["turn"] + 1, "tried": [*row["tried"], line.phone]}


def _free(connection: Connection, lines: Sequence[Line], at: datetime) -> list[tuple[Line, int]]:
    """The telephones that can take another call, with how many more."""
    engaged = _engaged(connection, [line.phone for line in lines if line.at_once is not None], at)
    places = [(line, MOST_COUNTED if line.at_once is None else line.at_once - engaged[line.phone]) for line in lines]
    return [(line, count) for line, count in places if count > 0]


def _engaged(connection: Connection, phones: Sequence[str], at: datetime) -> Counter[str]:
    busy = (calls.c.phone.in_(phones), or_(calls.c.until.is_(None), calls.c.until > at))
    found = select(calls.c.phone, func.count()).where(text("phone is not null"), *busy).group_by(calls.c.phone)
    rows = connection.execute(found).all() if phones else ()
    return Counter({row[0]: row[1] for row in rows})


def ahead(connection: Connection, row: Row, at: datetime) -> int:
    """How many wait for the same team before this call."""
    place = tuple_(calls.c.rank, calls.c.since, calls.c.contact_id)
    mine = (row["rank"], row["since"], row["contact_id"])
    before = (text(LINED_UP), calls.c.team == row["team"], place < mine, calls.c.not_before <= at)
    return connection.execute(
        select(func.count()).select_from(select(calls.c.contact_id).where(*before).limit(MOST_COUNTED).subquery())
    ).scalar_one()


class Passed(NamedTuple):
    """A telephone that did not take a call: its contact waits again, at its old place."""

    contact_id: str
    at: datetime


def pass_on(connection: Connection, items: list[Passed]) -> list[Row | None]:
    """Let the telephone go that was kept for a call, so that the next one can be tried."""
    return [_passed(connection, item) for item in items]


def _passed(connection: Connection, item: Passed) -> Row | None:
    row = get(connection, item.contact_id)
    if row is None or row["stage"] not in (CONNECTING, TALKING):
        return row
    return _change(connection, row, {"stage": WAITING, "phone": None, "until": None, "seen_at": item.at})


class Answered(NamedTuple):
    """The telephone that was kept for a call has answered it."""

    contact_id: str
    at: datetime


def answered(connection: Connection, items: list[Answered]) -> list[Row | None]:
    """Say of calls that somebody talks to the caller now; the telephone is theirs until the call is over."""
    return [_answered(connection, item) for item in items]


def _answered(connection: Connection, item: Answered) -> Row | None:
    row = get(connection, item.contact_id)
    if row is None or row["stage"] != CONNECTING:
        return row
    return _change(connection, row, {"stage": TALKING, "until": None, "seen_at": item.at})


def get(connection: Connection, contact_id: str) -> Row | None:
    """How far the call of a contact is; None for one that was not put through to anybody."""
    return _one(connection, calls.c.contact_id == contact_id)


def by_call(connection: Connection, account: str, call: str) -> Row | None:
    """How far a call is, by the provider's id."""
    return _one(connection, calls.c.call == call, calls.c.account == account)


def next_of(connection: Connection, team: str, at: datetime) -> Row | None:
    """Whoever is first among those who wait for a team."""
    wanted = select(calls).where(text(LINED_UP), calls.c.team == team, calls.c.not_before <= at)
    rows = connection.execute(wanted.order_by(calls.c.rank, calls.c.since, calls.c.contact_id).limit(1)).mappings()
    return next((dict(row) for row in rows), None)


def _one(connection: Connection, *where: Any) -> Row | None:
    found = connection.execute(select(calls).where(*where)).mappings().first()
    return dict(found) if found else None


def _change(connection: Connection, row: Row, changes: Row) -> Row:
    connection.execute(update(calls).where(calls.c.contact_id == row["contact_id"]).values(**changes))
    return row | changes
