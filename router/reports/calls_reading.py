"""The calls of a period, read from the history: how each ended, whose needs it was about, who was called back."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from router.enquiry.happenings import OF_CONTACTS, Kind
from router.enquiry.state import REACHED
from router.live import LiveRuleset
from router.reports.calls import Call, rows
from router.reports.period import Period, stream
from router.store.call_ends import CALL_ENDED
from router.store.ids import lowest_id
from router.store.schema import contacts, events
from router.telephony.promising import MISSED

CHANNEL = "phone"
Row = Mapping[str, Any]


def report(connection: Connection, by: str, period: Period, live: LiveRuleset) -> list[dict[str, Any]]:
    """The rows of the report over the calls that came in during a period and are over."""
    return rows(by, calls_of(connection, period), live.calendar.local)


def calls_of(connection: Connection, period: Period) -> Iterator[Call]:
    """Every call of a period that is over, once."""
    ends = _last_ends(connection, period)
    told = {row["contact_id"]: row for row in stream(connection, _joined(period))}
    reached = _reached(connection, period)
    for row in stream(connection, _calls(period)):
        if (end := ends.get(row["id"])) is not None:
            yield _call(row, end, told.get(row["id"]), reached)


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
    return wanted.where(*mine, contacts.c.channel == CHANNEL).order_by(contacts.c.id)


def _since(period: Period, *kinds: str) -> Select[Any]:
    """The events of these kinds since the period began."""
    columns = [events.c[name] for name in ("id", "at", "contact_id", "enquiry_id", "team", "data")]
    mine = (events.c.id >= lowest_id(period.since), events.c.kind.in_(kinds))
    return select(*columns).where(*mine).order_by(events.c.id)


def _joined(period: Period) -> Select[Any]:
    """How contacts became part of an enquiry, with whatever needs were known then."""
    wanted = _since(period, *(kind.value for kind in OF_CONTACTS))
    return wanted.where(events.c.contact_id < lowest_id(period.until))


def _last_ends(connection: Connection, period: Period) -> dict[str, Row]:
    """How each call ended, as it was worked out last."""
    return {row["contact_id"]: row for row in stream(connection, _since(period, CALL_ENDED))}


def _reached(connection: Connection, period: Period) -> dict[str, datetime]:
    """When a promised call last reached the customer of an enquiry; that they rang again themselves is none."""
    tried = stream(connection, _since(period, Kind.TRIED.value))
    rang_back = (row for row in tried if not str(row["data"].get("order", "")).startswith(MISSED))
    return {row["enquiry_id"]: row["at"] for row in rang_back if row["data"]["outcome"] == REACHED}
