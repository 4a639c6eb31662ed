"""How far each mailbox is taken in, in the record: several pollers may share a mailbox, and none undoes another's."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, case, literal, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from router.store import sql
from router.store.bulk import insert_rows
from router.store.rows import Row
from router.store.schema import mailbox_progress as progress
from router.store.types import UtcDateTime

Key = tuple[str, str]
"""The name of an account, and the folder in it."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """Which messages the numbers of a folder belong to; `old_until` is the last one that there was when it was met."""

    key: Key
    source: str
    uidvalidity: int
    old_until: int


@dataclass(frozen=True, slots=True)
class MailboxStep:
    """Messages up to `uid` are taken in under this numbering, and so many more were seen."""

    numbering: Numbering
    uid: int
    waiting: int


def meet(connection: Connection, items: list[tuple[Key, datetime]]) -> list[Row]:
    """The rows of mailboxes, made where there are none: from then on they count as begun, since the moment given."""
    fresh = [_fresh(key, since) for key, since in items]
    insert_rows(connection, progress, fresh, only_new=True)
    return [row for key, _ in items if (row := read(connection, key))]


def renumber(connection: Connection, items: list[Numbering]) -> list[Row]:
    """The rows of mailboxes under this numbering: one that was under another begins anew, what it took in stays so."""
    for each in items:
        other = or_(
            progress.c.uidvalidity.is_distinct_from(each.uidvalidity), progress.c.source.is_distinct_from(each.source)
        )
        anew = {"source": each.source, "uidvalidity": each.uidvalidity, "old_until": each.old_until, "last_uid": 0}
        connection.execute(update(progress).where(_of(each.key), other).values(anew))
    return [row for each in items if (row := read(connection, each.key))]


def advance(connection: Connection, items: list[MailboxStep]) -> list[None]:
    """Note how far mailboxes are taken in; never backwards, and not where the numbers have changed meanwhile."""
    for each in items:
        mine = and_(
            _of(each.numbering.key),
            progress.c.uidvalidity == each.numbering.uidvalidity,
            progress.c.source == each.numbering.source,
        )
        further = case((progress.c.last_uid < each.uid, each.uid), else_=progress.c.last_uid)
        connection.execute(update(progress).where(mine).values(last_uid=further, waiting=each.waiting))
    return [None] * len(items)


def succeed(connection: Connection, items: list[tuple[Key, datetime, str | None]]) -> list[None]:
    """Note that everything that was in mailboxes at a moment is taken in, and what did not work all the same."""
    for key, at, trouble in items:
        well = {"waiting": 0, "last_success_at": at}
        connection.execute(update(progress).where(_of(key)).values(well | _trouble(trouble, at)))
    return [None] * len(items)


def fail(connection: Connection, items: list[tuple[Key, str, datetime]]) -> list[None]:
    """Note what keeps mailboxes from being taken in, and since when."""
    for key, trouble, at in items:
        connection.execute(update(progress).where(_of(key)).values(_trouble(trouble, at)))
    return [None] * len(items)


def _trouble(trouble: str | None, at: datetime) -> Row:
    if trouble is None:
        return {"trouble": None, "trouble_since": None}
    same = progress.c.trouble == trouble
    return {
        "trouble": trouble,
        "trouble_since": case((same, progress.c.trouble_since), else_=literal(at, UtcDateTime())),
    }


def read(connection: Connection, key: Key) -> Row | None:
    """The row of a mailbox."""
    row = connection.execute(select(progress).where(_of(key))).mappings().first()
    return dict(row) if row else None


def every(connection: Connection) -> list[Row]:
    """The rows of all mailboxes, by account and folder."""
    rows = connection.execute(select(progress).order_by(progress.c.account, progress.c.folder))
    return sql.mappings(rows.mappings())


def _of(key: Key) -> ColumnElement[bool]:
    return and_(progress.c.account == key[0], progress.c.folder == key[1])


def _fresh(key: Key, since: datetime) -> Row:
    row = dict.fromkeys(column.name for column in progress.columns)
    return row | {"account": key[0], "folder": key[1], "since": since, "old_until": 0, "last_uid": 0, "waiting": 0}
