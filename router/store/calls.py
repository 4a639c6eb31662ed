"""Calls that were put through to a team: who waits, in which order, and which telephone is kept for whom."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, or_, select, text, update

from router.store import brought_in, waiting
from router.store.bulk import insert_rows
from router.store.call_lock import in_line
from router.store.rows import Row
from router.store.schema import AWAY, OUTGOING, calls, outgoing_calls

WAITING, CONNECTING, TALKING, OVER = "waiting", "connecting", "talking", "over"
MESSAGE = "message"
"""The stage of a caller who waited, and leaves a message instead."""

DECIDES: Final = timedelta(minutes=1)
"""How long somebody who has answered may take to press the key that takes the call."""


class Line(NamedTuple):
    """A telephone by its address, and how many calls it takes at a time; None for as many as come."""

    phone: str
    at_once: int | None


class TeamQueue(NamedTuple):
    """A team that a call waits for, and its telephones in the order in which they are tried."""

    team: str
    lines: tuple[Line, ...]


class Turn(NamedTuple):
    """Somebody who asks to be put through: their contact, the queues that they stand in, and when.

    The first queue is their own, a second one that of the team that they have overflowed to. `rings` is how long a
    telephone may take to answer, `rests` how long one that did not is left alone with this caller. Who has not been
    heard of since `seen_since` is not waited for. `new` is the whole row of a call that may not be there yet.
    """

    contact_id: str
    queues: tuple[TeamQueue, ...]
    at: datetime
    rings: timedelta
    rests: timedelta
    seen_since: datetime
    new: Row | None = None

    @property
    def phones(self) -> set[str]:
        """The addresses of all telephones that may be tried."""
        return {line.phone for queue in self.queues for line in queue.lines}


@in_line
def take_turn(connection: Connection, turns: list[Turn]) -> list[Row | None]:
    """The call as it is now: connecting, with the telephone that is kept for it, or waiting; None for no such call.

    A telephone goes to whoever has waited longest of the most urgent, so one who is not first gets what is left over by
    those before. A call that a telephone is kept for already keeps it; one whose teams have no telephone at all is
    connecting without one: it has to go to a person elsewhere.
    """
    insert_rows(connection, calls, [turn.new for turn in turns if turn.new], only_new=True)
    return [_take(connection, turn) for turn in turns]


def _take(connection: Connection, turn: Turn) -> Row | None:
    row = held(connection, turn.contact_id)
    if row is None or row["stage"] not in (WAITING, CONNECTING) or _keeps(row, turn):
        return row
    also = turn.queues[1].team if len(turn.queues) > 1 else None
    stands = {"stage": WAITING, "phone": None, "until": None, "team": turn.queues[0].team, "also": also}
    row = row | stands
    return put(connection, row, stands | {"seen_at": turn.at} | _kept(connection, turn, row))


def _keeps(row: Row, turn: Turn) -> bool:
    """Whether a call is on its way already: to a person elsewhere, or to a telephone that is still kept for it."""
    if row["stage"] != CONNECTING:
        return False
    return row["phone"] is None or (row["phone"] in turn.phones and row["until"] > turn.at)


def _kept(connection: Connection, turn: Turn, row: Row) -> Row:
    """What changes on a call whose turn it may be: the telephone that is kept for it."""
    if not turn.phones:
        return {"stage": CONNECTING}
    phone = next(filter(None, (_left_for(connection, turn, row, queue) for queue in turn.queues)), None)
    if phone is None:
        return {}
    kept = {"stage": CONNECTING, "phone": phone, "until": turn.at + turn.rings, "turn": row["turn"] + 1, "leg": None}
    rested = {"tried": [*waiting.tried(row, turn.at), phone], "not_before": turn.at + turn.rings + turn.rests}
    return kept | rested


def _left_for(connection: Connection, turn: Turn, row: Row, queue: TeamQueue) -> str | None:
    """The telephone of a team that those before somebody in its queue leave for them."""
    left = free(connection, queue.lines, turn.at)
    if not left:
        return None
    endless = {line.phone for line in queue.lines if line.at_once is None}
    limit = sum(places for phone, places in left.items() if phone not in endless) + waiting.SLACK
    others = waiting.before(connection, row, queue.team, turn.seen_since, limit)
    if len(others) == limit:
        left = {phone: places for phone, places in left.items() if phone in endless}
    return waiting.whose(left, [waiting.tried(other, turn.at) for other in others], waiting.tried(row, turn.at))


def free(connection: Connection, lines: Sequence[Line], at: datetime) -> dict[str, int]:
    """The telephones that can take another call, with how many more."""
    engaged = _engaged(connection, [line.phone for line in lines if line.at_once is not None], at)
    places = {
        line.phone: waiting.MOST_COUNTED if line.at_once is None else line.at_once - engaged[line.phone]
        for line in lines
    }
    return {phone: count for phone, count in places.items() if count > 0}


def _engaged(connection: Connection, phones: Sequence[str], at: datetime) -> Counter[str]:
    busy = (calls.c.phone.in_(phones), or_(calls.c.until.is_(None), calls.c.until > at))
    found = select(calls.c.phone, func.count()).where(text("phone is not null"), *busy).group_by(calls.c.phone)
    # A call back keeps its telephone as the call that it is of; one that a colleague has made has no other row.
    own = (text(OUTGOING), outgoing_calls.c.callback_id.is_(None), outgoing_calls.c.until > at)
    ours = select(outgoing_calls.c.phone, func.count()).where(*own, outgoing_calls.c.phone.in_(phones))
    engaged: Counter[str] = Counter()
    for wanted in (found, ours.group_by(outgoing_calls.c.phone)) if phones else ():
        engaged.update({row[0]: row[1] for row in connection.execute(wanted)})
    return engaged + brought_in.engaged(connection, phones, at) if phones else engaged


def is_free(connection: Connection, line: Line, at: datetime) -> bool:
    """Whether a telephone can take another call."""
    return bool(free(connection, [line], at))


class CallNews(NamedTuple):
    """What was told of a call, by its contact, and when; of which attempt to put it through, where that is known.

    What is told of an attempt that is over changes nothing. `leg` is the provider's id of the telephone's own call.
    """

    contact_id: str
    at: datetime
    turn: int | None = None
    leg: str = ""


@in_line
def pass_on(connection: Connection, items: list[CallNews]) -> list[Row | None]:
    """Let the telephone go that was kept for a call and did not take it: its caller waits again, at the old place."""
    waits = {"stage": WAITING, "phone": None, "until": None, "leg": None}
    return [_moved(connection, item, (CONNECTING, TALKING), waits) for item in items]


@in_line
def answered(connection: Connection, items: list[CallNews]) -> list[Row | None]:
    """Say of calls that somebody talks to the caller now; the telephone is theirs until the call is over."""
    talks = {"stage": TALKING, "until": None}
    return [_moved(connection, item, (CONNECTING,), talks) for item in items]


@in_line
def connected(connection: Connection, items: list[CallNews]) -> list[Row | None]:
    """Say of calls that whoever answered has heard all that is meant for them alone: the two talk now, on this leg."""
    talks = {"stage": TALKING, "until": None}
    return [_moved(connection, item, (CONNECTING, TALKING), talks | {"leg": item.leg or None}) for item in items]


@in_line
def decides(connection: Connection, items: list[CallNews]) -> list[Row | None]:
    """Say of calls that somebody has answered and has yet to take them: the telephone is kept for a while longer."""
    return [_moved(connection, item, (CONNECTING,), {"until": item.at + DECIDES}) for item in items]


@in_line
def leave(connection: Connection, items: list[CallNews]) -> list[Row | None]:
    """Say of calls that nobody else is rung for them; they are over once the provider says so."""
    gone = {"stage": OVER, "phone": None, "until": None, "leg": None, "live": None}
    return [_moved(connection, item, (WAITING, CONNECTING, TALKING), gone) for item in items]


@in_line
def to_message(connection: Connection, items: list[CallNews]) -> list[Row | None]:
    """Say of calls whose callers wait that they leave a message instead: no telephone is rung for them any more."""
    leaves = {"stage": MESSAGE, "phone": None, "until": None}
    return [_moved(connection, item, (WAITING,), leaves) for item in items]


@in_line
def back_in_line(connection: Connection, items: list[Row]) -> list[Row | None]:
    """Have callers wait again who were at the tone, and whose call goes on: where and as urgently as these rows say.

    They keep the time since which they have waited.
    """
    return [_back(connection, item) for item in items]


def _back(connection: Connection, item: Row) -> Row | None:
    row = held(connection, item["contact_id"])
    if row is None or row["away"] or row["ended_at"] or row["stage"] not in (MESSAGE, OVER):
        return row
    return put(connection, row, {"stage": WAITING} | {name: item[name] for name in ("team", "journey", "rank")})


def _moved(connection: Connection, item: CallNews, stages: Sequence[str], changes: Row) -> Row | None:
    """The call after these changes; as it is at none of these stages, at another attempt, or as a call back now."""
    row = held(connection, item.contact_id)
    told_late = row is not None and item.turn not in (None, row["turn"])
    if row is None or row["away"] or row["stage"] not in stages or told_late:
        return row
    return put(connection, row, changes | {"seen_at": item.at})


def get(connection: Connection, contact_id: str) -> Row | None:
    """How far the call of a contact is; None for one that was not put through to anybody."""
    return _one(connection, calls.c.contact_id == contact_id)


def by_call(connection: Connection, account: str, call: str) -> Row | None:
    """How far a call is, by the provider's id."""
    return _one(connection, calls.c.call == call, calls.c.account == account)


def _one(connection: Connection, *where: ColumnElement[bool]) -> Row | None:
    found = connection.execute(select(calls).where(*where)).mappings().first()
    return dict(found) if found else None


def held(connection: Connection, contact_id: str) -> Row | None:
    """The row of a call, locked until the transaction ends: what is found there is what is changed."""
    wanted = select(calls).where(calls.c.contact_id == contact_id).with_for_update()
    found = connection.execute(wanted).mappings().first()
    return dict(found) if found else None


def put(connection: Connection, row: Row, changes: Row) -> Row:
    """Change the row of a call that is held; as it is then."""
    connection.execute(update(calls).where(calls.c.contact_id == row["contact_id"]).values(**changes))
    return row | changes


def go_away(connection: Connection, contact_id: str, at: datetime) -> None:
    """Keep the place of a caller who hangs up to be called back; a telephone that was just kept for them is let go."""
    row = held(connection, contact_id)
    if row is not None and row["stage"] in (WAITING, CONNECTING):
        put(connection, row, {"stage": WAITING, "phone": None, "until": None, "away": at, "seen_at": at})


def wait_away(connection: Connection, contact_id: str, at: datetime) -> None:
    """Have a caller who is away wait at their old place, for the first time or again."""
    row = held(connection, contact_id)
    if row is not None:
        waits = {"stage": WAITING, "phone": None, "until": None, "also": None, "seen_at": at}
        put(connection, row, waits | {"away": row["away"] or at})


def stand(connection: Connection, contact_id: str, place: Row, own: str, at: datetime) -> None:
    """Give somebody a place in a line who is to be called back later: one of their own, or that of their call anew."""
    rests: Row = {"not_before": at, "tried": [], "also": None}
    row = held(connection, contact_id)
    if row is not None:
        if row["stage"] == OVER:
            put(connection, row, place | rests)
        return
    # A contact that was no call of ours, or one that was put through to nobody.
    call: Row = {"contact_id": contact_id, "provider": "", "account": "", "call": f"callback:{own}", "stage": OVER}
    call |= {"turn": 0, "seen_at": at, "phone": None, "until": None, "outcome": None, "ended_at": at, "away": None}
    insert_rows(connection, calls, [call | place | rests], only_new=True)


def keep(connection: Connection, contact_id: str, phone: str, until: datetime) -> None:
    """Keep the telephone of a call back for longer: a colleague has answered there, or talks."""
    row = held(connection, contact_id)
    if row is not None and row["away"] and row["phone"] == phone:
        put(connection, row, {"until": until})


def go_home(connection: Connection, contact_id: str) -> None:
    """Take a caller who is away out of the line: they were called back, or are not now."""
    row = held(connection, contact_id)
    if row is not None and row["away"]:
        put(connection, row, {"stage": OVER, "phone": None, "until": None, "away": None})


@in_line
def vouch(connection: Connection, items: list[datetime]) -> list[int]:
    """Say of all who wait to be called back that they are still waited for, because somebody is there to ring them."""
    waits = (text(AWAY), calls.c.stage.in_((WAITING, CONNECTING)))
    return [connection.execute(update(calls).where(*waits).values(seen_at=at)).rowcount for at in items]
