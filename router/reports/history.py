"""What a look at the history finds that has not been counted yet: whole enquiries, and calls, as rows to put down."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Connection, Select, func, or_, select, text

from channels.names import PHONE
from router.enquiry.happenings import OF_CONTACTS, EventKind
from router.enquiry.state import REACHED
from router.live import LiveRuleset
from router.reports.calls import Call
from router.reports.counting import call_row, enquiry_row, reach_of, settling, terms_of
from router.store import counted
from router.store.call_ends import CALL_ENDED
from router.store.counted import Counted, Extent
from router.store.ids import lowest_id, new_id, time_of
from router.store.relay import MARKED, UNMARKED
from router.store.rows import Row
from router.store.schema import CHANGING, contacts, counted_calls, counted_enquiries, events
from router.store.sql import dicts
from router.telephony.promising import MISSED

AT_ONCE: Final = 200
"""Events that are looked at in one go: what is made of them is put down in one short transaction."""

LATE: Final = timedelta(hours=1)
"""How long after an event got its id it may still come into the record: clocks of hosts differ, and writers wait."""

NOTHING: Final = Extent("", "")

_OF_CALLS: Final = (CALL_ENDED, MARKED, UNMARKED)
_COLUMNS: Final = [events.c[name] for name in ("id", "at", "kind", "enquiry_id", "contact_id", "team", "data")]


@dataclass(frozen=True, slots=True)
class Stretch:
    """The events of one look: those after an id, up to the last that is new."""

    after: str
    last: str
    terms: str


def look(connection: Connection, live: LiveRuleset, now: datetime) -> tuple[Counted, bool]:
    """What is new, at one moment of the record, and whether that is all of it.

    Late events are looked for once all the others are counted: they lie among what may be very much.
    """
    made, terms = new_id(), terms_of(live)
    before = counted.extent(connection, terms)
    so_far = before or Extent("", _late(made))
    ids = connection.execute(_fresh(so_far.event)).scalars().all()
    more, last = len(ids) == AT_ONCE, ids[-1] if ids else so_far.event
    stretch = Stretch(so_far.event if more else min(so_far.event, so_far.again), last, terms)
    after = Extent(last, so_far.again if more or not last else _late(min(last, made)))
    changing = _changing(connection, now)
    told = _told(connection, _uncounted(connection, stretch) | changing)
    settles, stamp = settling(live), {"terms": terms, "made": made}
    rows = [enquiry_row(events_of_one, now, settles) for events_of_one in told]
    enquiries = [row | stamp for row, _ in rows]
    of_contacts = [row for _, several in rows for row in several]
    calls = [row | stamp for row in _calls(connection, _ended(connection, stretch) | _by_phone(told), live)]
    found = Counted(terms, before or NOTHING, after, reach_of(live), enquiries, of_contacts, calls)
    return found, not more and len(changing) < AT_ONCE


def _fresh(event: str) -> Select[Any]:
    return select(events.c.id).where(events.c.id > event).order_by(events.c.id).limit(AT_ONCE)


def _late(event: str) -> str:
    """From which id on events may come in after this one."""
    return lowest_id(time_of(event) - LATE)


def _within(stretch: Stretch) -> tuple[Any, Any]:
    return events.c.id > stretch.after, events.c.id <= stretch.last


def _uncounted(connection: Connection, stretch: Stretch) -> set[str]:
    """The enquiries of these events that have more events than were counted, or were counted under other terms."""
    touched = select(events.c.enquiry_id).where(*_within(stretch), events.c.enquiry_id.is_not(None)).distinct()
    them = touched.subquery()
    each, own = events.alias(), counted_enquiries.c
    many = select(func.count()).where(each.c.enquiry_id == them.c.enquiry_id).scalar_subquery()
    known = them.outerjoin(counted_enquiries, own.id == them.c.enquiry_id)
    other = or_(own.id.is_(None), own.terms != stretch.terms, own.events != many)
    return set(connection.execute(select(them.c.enquiry_id).select_from(known).where(other)).scalars())


def _changing(connection: Connection, now: datetime) -> set[str]:
    """Enquiries whose figures have become others by time alone."""
    over = (text(CHANGING), counted_enquiries.c.changes_at <= now)
    return set(connection.execute(select(counted_enquiries.c.id).where(*over).limit(AT_ONCE)).scalars())


def _told(connection: Connection, ids: set[str]) -> list[list[Row]]:
    """All events of each of these enquiries, oldest first."""
    mine = events.c.enquiry_id.in_(sorted(ids))
    rows = dicts(connection.execute(select(*_COLUMNS).where(mine).order_by(events.c.enquiry_id, events.c.id)))
    return [list(of_one) for _, of_one in groupby(rows, key=itemgetter("enquiry_id"))]


# Calls -------------------------------------------------------------------------------------------------------------


def _ended(connection: Connection, stretch: Stretch) -> set[str]:
    """The calls of which these events tell how they went, unless that is known."""
    known = events.outerjoin(counted_calls, counted_calls.c.id == events.c.contact_id)
    other = or_(
        counted_calls.c.id.is_(None),
        counted_calls.c.terms != stretch.terms,
        counted_calls.c.last < events.c.id,
    )
    mine = (*_within(stretch), events.c.kind.in_(_OF_CALLS), other)
    return set(connection.execute(select(events.c.contact_id).select_from(known).where(*mine)).scalars())


def _by_phone(told: Iterable[Sequence[Row]]) -> set[str]:
    """The calls that are part of these enquiries."""
    every = (event for events_of_one in told for event in events_of_one if event["kind"] in OF_CONTACTS)
    return {event["contact_id"] for event in every if event["data"].get("channel") == PHONE}


def _calls(connection: Connection, ids: set[str], live: LiveRuleset) -> list[Row]:
    """The rows of those of these calls that are over."""
    several = _events(connection, events.c.contact_id.in_(sorted(ids)), (*_OF_CALLS, *OF_CONTACTS)) if ids else []
    ends = {event["contact_id"]: event for event in several if event["kind"] == CALL_ENDED}
    last = {event["contact_id"]: event["id"] for event in several if event["kind"] in _OF_CALLS}
    joined = {event["contact_id"]: event for event in several if event["kind"] in OF_CONTACTS}
    reached = _reached(connection, {joined[id_]["enquiry_id"] for id_ in ends if id_ in joined})
    return [
        call_row(_call(row, ends[row["id"]], joined.get(row["id"]), reached), live.calendar)
        | {"id": row["id"], "last": last[row["id"]]}
        for row in dicts(connection.execute(_contacts(ends)))
    ]


def _contacts(ids: Iterable[str]) -> Select[Any]:
    wanted = select(contacts.c.id, contacts.c.received_at, contacts.c.sender)
    return wanted.where(contacts.c.id.in_(sorted(ids)), contacts.c.channel == PHONE)


def _events(connection: Connection, mine: Any, kinds: Iterable[str]) -> list[Row]:
    wanted = select(*_COLUMNS).where(mine, events.c.kind.in_([str(kind) for kind in kinds]))
    return dicts(connection.execute(wanted.order_by(events.c.id)))


def _reached(connection: Connection, ids: set[str]) -> dict[str, datetime]:
    """When a promised call last reached the customer, of each of these enquiries."""
    tried = _events(connection, events.c.enquiry_id.in_(sorted(ids)), (EventKind.TRIED,)) if ids else []
    return {
        event["enquiry_id"]: event["at"]
        for event in tried
        if event["data"]["outcome"] == REACHED and not _rang_back(event)
    }


def _rang_back(event: Row) -> bool:
    """Whether a promise was kept by the customer, who rang again themselves."""
    return str(event["data"].get("order", "")).startswith(MISSED)


def _call(row: Row, end: Row, told: Row | None, reached: Mapping[str, datetime]) -> Call:
    data, needs = end["data"], told["data"].get("needs") if told else None
    last = reached.get(told["enquiry_id"]) if told else None
    return Call(
        began=row["received_at"],
        team=end["team"],
        outcome=data["outcome"],
        seconds=data["seconds"],
        waited=data["waited"],
        needs=tuple(needs) if needs is not None else None,
        by_relay=bool(row["sender"].get("prefix")),
        called_back=last is not None and last > row["received_at"],
    )
