"""What reports count, kept a row each: how far the history has been counted, and what was counted put down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, func, not_, or_, select, tuple_, update

from router.store import driver
from router.store.bulk import insert_rows
from router.store.prepared import Prepared, among
from router.store.rows import Row
from router.store.schema import counted_calls, counted_contacts, counted_enquiries, counted_until

HISTORY: Final = "history"


@dataclass(frozen=True, slots=True)
class Counted:
    """What was made of one look at the history: rows of the tables, and how far it is counted with them.

    Of each enquiry all its contacts are among `contacts`. `reach` is how long at most a further contact is a repeat.
    """

    terms: str
    before: "Extent"
    after: "Extent"
    reach: timedelta
    enquiries: Sequence[Row]
    contacts: Sequence[Row]
    calls: Sequence[Row]

    @property
    def is_nothing(self) -> bool:
        """Whether all was counted already."""
        return self.after == self.before and not self.enquiries and not self.calls


class Extent(NamedTuple):
    """How far the history has been counted: up to this event, but for late ones, which may be from `again` on."""

    event: str
    again: str


def extent(connection: Connection, terms: str) -> Extent | None:
    """How far the history has been counted under these terms; None where none of it has."""
    mine = (counted_until.c.name == HISTORY, counted_until.c.terms == terms)
    found = connection.execute(select(counted_until.c.event, counted_until.c.again).where(*mine)).first()
    return Extent(*found) if found else None


def put_down(connection: Connection, items: list[Counted]) -> list[None]:
    """Keep what was counted, but for what has been counted since from more of the history."""
    for item in items:
        _put_down(connection, item)
    return [None] * len(items)


def _put_down(connection: Connection, item: Counted) -> None:
    _replace(connection, counted_calls, item.calls)
    anew = _replace(connection, counted_enquiries, item.enquiries)
    _forget(connection, counted_contacts.c.enquiry_id, anew)
    contacts = [row for row in item.contacts if row["enquiry_id"] in anew]
    insert_rows(connection, counted_contacts, contacts)
    _REPEATS_OF.run(connection, wanted=sorted(anew))
    with driver.pipelined(connection):
        for row in contacts:
            first = {"at": row["at"], "since": row["at"] - item.reach}
            _REPEATED_BY.run(connection, of=row["matter"], mine=row["enquiry_id"], **first)
    _go_on(connection, item)


def _replace(connection: Connection, table: Any, rows: Sequence[Row]) -> set[str]:
    """Put rows in the place of those that were made before them; the ids of those that are there now."""
    if not rows:
        return set()
    ids, made = [row["id"] for row in rows], rows[0]["made"]
    connection.execute(delete(table).where(table.c.id.in_(ids), table.c.made < made))
    insert_rows(connection, table, rows, only_new=True)
    return set(connection.execute(select(table.c.id).where(table.c.id.in_(ids), table.c.made == made)).scalars())


def _forget(connection: Connection, column: Any, ids: set[str]) -> None:
    connection.execute(delete(column.table).where(column.in_(sorted(ids))))


def _go_on(connection: Connection, item: Counted) -> None:
    """Keep how far it is; two that count the same never take each other back, but other terms begin anew."""
    there = counted_until.c
    anew = {"terms": item.terms, **item.after._asdict()}
    further = or_(there.terms != item.terms, tuple_(there.event, there.again) < tuple_(*item.after))
    known = connection.execute(select(there.name).where(there.name == HISTORY)).first()
    if known is None:
        insert_rows(connection, counted_until, [{"name": HISTORY, **anew}], only_new=True)
    else:
        connection.execute(update(counted_until).where(there.name == HISTORY, further).values(**anew))


_own, _others = counted_enquiries.c, counted_contacts.c
_FIRST_REPEAT = (
    select(func.min(_others.at))
    .where(
        _others.matter == _own.matter,
        _others.at > _own.first_at,
        not_(and_(_others.asked, _others.enquiry_id == _own.id)),
    )
    .scalar_subquery()
)
_REPEATS_OF = Prepared(
    update(counted_enquiries)
    .where(among(_own.id, "wanted"), _own.matter.is_not(None))
    .values(repeated_at=_FIRST_REPEAT)
)
"""Whether somebody came back, of what was counted just now; without a journey the contacts of the enquiry say so."""

_REPEATED_BY = Prepared(
    update(counted_enquiries)
    .where(
        _own.matter == bindparam("of"),
        _own.first_at < bindparam("at"),
        _own.first_at >= bindparam("since"),
        _own.id != bindparam("mine"),
        or_(_own.repeated_at.is_(None), _own.repeated_at > bindparam("at")),
    )
    .values(repeated_at=bindparam("at"))
)
"""And of what was counted before, by a contact that was counted just now."""
