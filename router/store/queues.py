"""The queues that colleagues work through: open enquiries in the order to take them up, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, func, literal, select, text, tuple_, union_all
from sqlalchemy.sql.elements import ColumnElement

from router.store import sql
from router.store.contacts import SET_ASIDE
from router.store.rows import Row
from router.store.schema import OPEN, contacts, enquiries, questions
from router.store.types import Id, UtcDateTime
from rules.model import Priority

NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""When an enquiry without any timescale falls due: after all others."""

COUNTED: Final = 200
"""No more than so many are counted, for counting them all would cost more the more there are."""


class QueuePlace(NamedTuple):
    """Where an enquiry stands in a queue: the most urgent first, then what is due soonest, then the oldest."""

    rank: int
    due_at: datetime
    id: str


_POSITIONS: Final = ("first", "", "last")
"""Where a rule may put an enquiry among those of its priority: before the usual ones, or after them."""


def place(priority: str, due: Mapping[str, str], queue: str = "") -> Row:
    """The columns of an enquiry's row that say how urgent it is and when it is due, and so its place in a queue.

    `queue` is `first` or `last` among those of its priority, where a rule says so.
    """
    moments = [datetime.fromisoformat(moment) for moment in due.values()]
    earliest = min(moments, default=NEVER)
    return {"priority": priority, "due": dict(due), "rank": _rank(priority, queue), "due_at": earliest}


def _rank(priority: str, queue: str) -> int:
    return Priority(priority).rank * len(_POSITIONS) + _POSITIONS.index(queue)


def queue_of(rank: int) -> str:
    """Where among those of its priority a rule has put an enquiry with this rank."""
    return _POSITIONS[rank % len(_POSITIONS)]


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which open enquiries: of these teams, or of every one; about a journey; those that nobody, or somebody, has."""

    teams: tuple[str, ...] | None = None
    journey: str | None = None
    colleague: str | None = None
    """A user's id, or "" for those that nobody has taken."""

    waiting: bool = False
    """Those that wait for something, in place of those that can be worked on."""


_ORDER: Final = (enquiries.c.rank, enquiries.c.due_at, enquiries.c.id)


def page(connection: Connection, wanted: QueueFilter, limit: int, after: QueuePlace | None = None) -> list[Row]:
    """The next open enquiries, at most `limit`, in the order to take them up, from after a place on.

    Paged by key, and each team's by its own stretch of an index, so that a page costs the same however many there are.
    """
    conditions = _conditions(wanted, after)
    teams = open_teams(connection) if wanted.teams is None else wanted.teams
    own = select(enquiries.c.id).where(*conditions).order_by(*_ORDER).limit(limit)
    stretches = [own.where(enquiries.c.team == team) for team in teams]
    if not stretches:
        return []
    union = union_all(*(each.subquery().select() for each in stretches))
    ids = list(connection.execute(union).scalars())
    found = select(enquiries).where(enquiries.c.id.in_(ids)).order_by(*_ORDER).limit(limit)
    return sql.mappings(connection.execute(found).mappings()) if ids else []


def open_teams(connection: Connection) -> list[str]:
    """Every team that has an open enquiry, also one that the rules no longer know: one look at an index for each."""
    first = select(func.min(enquiries.c.team).label("team")).where(text(OPEN)).cte("teams", recursive=True)
    following = select(func.min(enquiries.c.team)).where(text(OPEN), enquiries.c.team > first.c.team).scalar_subquery()
    teams = first.union_all(select(following).where(first.c.team.is_not(None)))
    return list(connection.execute(select(teams.c.team).where(teams.c.team.is_not(None))).scalars())


def _conditions(wanted: QueueFilter, after: QueuePlace | None) -> list[ColumnElement[bool]]:
    waits = enquiries.c.waiting_until
    conditions: list[Any] = [text(OPEN), waits.is_not(None) if wanted.waiting else waits.is_(None)]
    if after is not None:
        place = (literal(after.rank), literal(after.due_at, UtcDateTime()), literal(after.id, Id))
        conditions.append(tuple_(*_ORDER) > tuple_(*place))
    if wanted.journey is not None:
        conditions.append(enquiries.c.journey == wanted.journey)
    if wanted.colleague is not None:
        conditions.append(
            enquiries.c.colleague == wanted.colleague if wanted.colleague else enquiries.c.colleague.is_(None)
        )
    return conditions


def count(connection: Connection, wanted: QueueFilter) -> int:
    """How many open enquiries are wanted; COUNTED where there are more."""
    own = [] if wanted.teams is None else [enquiries.c.team.in_(wanted.teams)]
    some = select(enquiries.c.id).where(*own, *_conditions(wanted, None)).limit(COUNTED).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


def asked(connection: Connection, teams: Sequence[str], limit: int) -> list[Row]:
    """Open enquiries of others in which these teams have something to answer, oldest first."""
    owed = select(questions.c.enquiry_id).where(questions.c.team.in_(list(teams))).distinct()
    wanted = select(enquiries).where(enquiries.c.id.in_(owed)).order_by(enquiries.c.id).limit(limit)
    return sql.mappings(connection.execute(wanted).mappings()) if teams else []


def set_aside(connection: Connection, limit: int) -> list[Row]:
    """Contacts that could not be decided, however often that was tried, oldest first: a person has to."""
    wanted = select(contacts).where(text(f"state = '{SET_ASIDE}'")).order_by(contacts.c.id).limit(limit)
    return sql.mappings(connection.execute(wanted).mappings())


def first_contacts(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[str, Row]:
    """For each of these enquiries by its id: who was in touch first, how, and whether there was trouble deciding."""
    columns = (contacts.c.id, contacts.c.channel, contacts.c.sender, contacts.c.trouble)
    wanted = select(*columns).where(contacts.c.id.in_([row["first_contact_id"] for row in rows]))
    found = {row["id"]: dict(row) for row in connection.execute(wanted).mappings()}
    return {row["id"]: found[row["first_contact_id"]] for row in rows if row["first_contact_id"] in found}
