"""Who waits for a team, in which order: the most urgent first, then whoever has waited longest; only read here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, func, select, text, tuple_, union_all
from sqlalchemy.sql.elements import ColumnElement

from router.store import sql
from router.store.rows import Row
from router.store.schema import LINED_UP, calls

MOST_COUNTED: Final = 1_000
"""No more than so many who wait before somebody are counted."""

SLACK: Final = 20
"""How many are looked at beyond those whom the free telephones are enough for: some may have tried them already."""

_ORDER: Final = (calls.c.rank, calls.c.since, calls.c.contact_id)


def whose(free: Mapping[str, int], before: Sequence[Sequence[str]], tried: Sequence[str]) -> str | None:
    """The telephone that is left for somebody once all before them have taken theirs; None where there is none.

    `free` is how many calls each telephone can take, in the order in which they are tried. Of everybody there are the
    telephones that did not answer them a moment ago, which they are not put through to again.
    """
    left = dict(free)
    for theirs in before:
        if (phone := _first(left, theirs)) is not None:
            left[phone] -= 1
    return _first(left, tried)


def _first(left: Mapping[str, int], tried: Sequence[str]) -> str | None:
    return next((phone for phone, places in left.items() if places > 0 and phone not in tried), None)


def tried(row: Row, at: datetime) -> Sequence[str]:
    """The telephones that did not answer somebody a moment ago."""
    found: Sequence[str] = row["tried"] if row["not_before"] > at else ()
    return found


def before(connection: Connection, row: Row, team: str, seen_since: datetime, limit: int) -> list[Row]:
    """The first of those who wait for a team before this call, with what they have tried; at most `limit`."""
    return _of(connection, team, limit, _earlier(row), calls.c.seen_at >= seen_since)


def ahead(connection: Connection, row: Row, seen_since: datetime) -> int:
    """How many wait for the same team before this call: all of them, but those not heard of since `seen_since`."""
    wanted = (_earlier(row), calls.c.seen_at >= seen_since)
    return count(connection, row["team"], *wanted)


def count(connection: Connection, team: str, *more: ColumnElement[bool]) -> int:
    """How many wait for a team, as their own or as one that they have overflowed to; MOST_COUNTED where more do."""
    some = (select(calls.c.contact_id).where(*each, *more).limit(MOST_COUNTED) for each in _waiting_for(team))
    both = union_all(*(each.subquery().select() for each in some)).subquery()
    return min(connection.execute(select(func.count()).select_from(both)).scalar_one(), MOST_COUNTED)


def first(connection: Connection, team: str, phone: str, at: datetime, seen_since: datetime) -> Row | None:
    """Whoever is next for a telephone among those who wait for a team."""
    rows = _of(connection, team, SLACK, calls.c.seen_at >= seen_since)
    return next((row for row in rows if phone not in tried(row, at)), None)


def lined_up(connection: Connection, seen_since: datetime, limit: int) -> list[Row]:
    """Everybody who waits or is being put through, by team and in order; at most `limit`, and none not heard of."""
    stages = text("(ended_at is null or away is not null) and stage in ('waiting', 'connecting')")
    wanted = select(calls).where(stages, calls.c.seen_at >= seen_since).order_by(calls.c.team, *_ORDER).limit(limit)
    return sql.mappings(connection.execute(wanted).mappings())


def _earlier(row: Row) -> ColumnElement[bool]:
    earlier: ColumnElement[bool] = tuple_(*_ORDER) < (row["rank"], row["since"], row["contact_id"])
    return earlier


def _waiting_for(team: str) -> tuple[tuple[ColumnElement[bool], ...], ...]:
    lined_up: Any = text(LINED_UP)
    return (lined_up, calls.c.team == team), (lined_up, calls.c.also == team)


def _of(connection: Connection, team: str, limit: int, *more: ColumnElement[bool]) -> list[Row]:
    rows: list[Row] = []
    for each in _waiting_for(team):
        wanted: Select[Any] = select(calls).where(*each, *more).order_by(*_ORDER).limit(limit)
        rows += sql.mappings(connection.execute(wanted).mappings())
    return sorted(rows, key=lambda row: (row["rank"], row["since"], row["contact_id"]))[:limit]
