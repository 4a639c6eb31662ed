"""The queues that colleagues work through: open enquiries in the order to take them up, a page at a time."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, bindparam, func, select, text, tuple_, union_all
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine

from router.store import sql
from router.store.contacts import SET_ASIDE
from router.store.schema import OPEN, contacts, decisions, enquiries
from router.store.types import Id, UtcDateTime
from rules.model import Priority

NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""When an enquiry without any timescale falls due: after all others."""

COUNTED: Final = 1_000
"""No more than so many are counted, for counting them all would cost more the more there are."""


class Place(NamedTuple):
    """Where an enquiry stands in a queue: the most urgent first, then what is due soonest, then the oldest."""

    rank: int
    due_at: datetime
    id: str


def place(priority: str, due: Mapping[str, str]) -> dict[str, Any]:
    """The columns of an enquiry's row that say how urgent it is and when it is due, and so its place in a queue."""
    moments = [datetime.fromisoformat(moment) for moment in due.values()]
    earliest = min(moments, default=NEVER)
    return {"priority": priority, "due": dict(due), "rank": Priority(priority).rank, "due_at": earliest}


def page(
    connection: Connection,
    teams: Sequence[str] | None,
    limit: int,
    *,
    after: Place | None = None,
    journey: str | None = None,
) -> list[dict[str, Any]]:
    """The next open enquiries of these teams, of every team where it is None, at most `limit`, from after a place on.

    Paged by key, and each team's by its own stretch of an index, so that a page costs the same however many there are.
    """
    conditions = _conditions(after, journey)
    if teams is None:
        statement: Any = _in_order(select(enquiries.c.id).where(*conditions), limit)
    else:
        own = [_in_order(select(enquiries).where(enquiries.c.team == team, *conditions), limit) for team in teams]
        if not own:
            return []
        statement = select(union_all(*(each.subquery().select() for each in own)).subquery().c.id)
    ids = list(connection.execute(statement).scalars())
    found = select(enquiries).where(enquiries.c.id.in_(ids)).order_by(*_ORDER).limit(limit)
    return sql.mappings(connection.execute(found).mappings()) if ids else []


_ORDER: Final = (enquiries.c.rank, enquiries.c.due_at, enquiries.c.id)


def _in_order(statement: Select[Any], limit: int) -> Select[Any]:
    return statement.order_by(*_ORDER).limit(limit)


def _conditions(after: Place | None, journey: str | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [text(OPEN)]  # type: ignore[list-item] # it is one all the same
    if after is not None:
        kinds: tuple[TypeEngine[Any], ...] = (enquiries.c.rank.type, UtcDateTime(), Id)
        typed = zip(after, kinds, strict=True)
        conditions.append(tuple_(*_ORDER) > tuple_(*(bindparam(None, value, type_=kind) for value, kind in typed)))
    if journey is not None:
        conditions.append(enquiries.c.journey == journey)
    return conditions


def count(connection: Connection, teams: Sequence[str] | None) -> int:
    """How many open enquiries these teams have, all teams where it is None; COUNTED where there are more."""
    own = [text(OPEN)] if teams is None else [text(OPEN), enquiries.c.team.in_(list(teams))]
    some = select(enquiries.c.id).where(*own).limit(COUNTED).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


def set_aside(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """Contacts that could not be decided, however often that was tried, oldest first: a person has to."""
    wanted = select(contacts).where(text(f"state = '{SET_ASIDE}'")).order_by(contacts.c.id).limit(limit)
    return sql.mappings(connection.execute(wanted).mappings())


def first_contacts(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """For each of these enquiries by its id: the contact that opened it, with its current decision's `plan`."""
    wanted = select(contacts, decisions.c.plan, decisions.c.trouble.label("decision_trouble")).outerjoin(
        decisions, (decisions.c.contact_id == contacts.c.id) & decisions.c.current
    )
    ids = [row["first_contact_id"] for row in rows]
    found = {row["id"]: dict(row) for row in connection.execute(wanted.where(contacts.c.id.in_(ids))).mappings()}
    return {row["id"]: found[row["first_contact_id"]] for row in rows if row["first_contact_id"] in found}
