"""The calls of a period, read from the history: how each ended, whose needs it was about, who was called back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from channels.names import PHONE
from router.days import Period
from router.enquiry.happenings import OF_CONTACTS, EventKind
from router.enquiry.state import REACHED
from router.live import LiveRuleset
from router.reports.calls import Call, rows
from router.reports.period import stream
from router.store.call_ends import CALL_ENDED
from router.store.ids import lowest_id
from router.store.rows import Row
from router.store.schema import contacts, events
from router.telephony.promising import MISSED


@dataclass(frozen=True, slots=True)
class _Known:
    """The last that the history has of calls by their contact, and of calls back by their enquiry.

    How a call ended; how its contact became part of an enquiry, with whatever needs were known then; and when a
    promised call reached the customer.
    """

    ends: dict[str, Row]
    joined: dict[str, Row]
    reached: dict[str, datetime]


def report(connection: Connection, by: str, period: Period, live: LiveRuleset) -> list[dict[str, Any]]:
    """The rows of the report over the calls that came in during a period and are over."""
    return rows(by, calls_of(connection, period), live.calendar.local)


def calls_of(connection: Connection, period: Period) -> Iterator[Call]:
    """Every call of a period that is over, once."""
    known = _known(connection, period)
    for row in stream(connection, _calls(period)):
        if (end := known.ends.get(row["id"])) is not None:
            yield _call(row, end, known.joined.get(row["id"]), known.reached)


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


def _calls(period: Period) -> Select[Any]:
    """The contacts by phone; an id tells when it was made, so that no index of the moment is needed."""
    mine = (contacts.c.id >= lowest_id(period.since), contacts.c.id < lowest_id(period.until))
    wanted = select(contacts.c.id, contacts.c.received_at, contacts.c.sender)
    return wanted.where(*mine, contacts.c.channel == PHONE).order_by(contacts.c.id)


def _known(connection: Connection, period: Period) -> _Known:
    """What the history has since the period began, read once."""
    known, last = _Known({}, {}, {}), lowest_id(period.until)
    for row in stream(connection, _since(period)):
        if row["kind"] == EventKind.TRIED:
            if row["data"]["outcome"] == REACHED and not _rang_back(row):
                known.reached[row["enquiry_id"]] = row["at"]
        elif row["contact_id"] < last:
            (known.ends if row["kind"] == CALL_ENDED else known.joined)[row["contact_id"]] = row
    return known


def _rang_back(row: Row) -> bool:
    """Whether a promise was kept by the customer, who rang again themselves."""
    return str(row["data"].get("order", "")).startswith(MISSED)


def _since(period: Period) -> Select[Any]:
    """The events since the period began that say something of calls."""
    columns = [events.c[name] for name in ("id", "at", "kind", "contact_id", "enquiry_id", "team", "data")]
    kinds = (CALL_ENDED, EventKind.TRIED.value, *(kind.value for kind in OF_CONTACTS))
    mine = (events.c.id >= lowest_id(period.since), events.c.kind.in_(kinds))
    return select(*columns).where(*mine).order_by(events.c.id)
