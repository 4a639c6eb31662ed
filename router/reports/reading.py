"""The events of a period, read as a stream and made into cases."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, select

from router.days import Period
from router.enquiry.happenings import OF_CONTACTS
from router.live import LiveRuleset
from router.reports.cases import Case, case_of, contacts_by_matter
from router.reports.figures import Horizon
from router.reports.period import stream
from router.reports.tables import Report, counted, rows
from router.store.ids import lowest_id
from router.store.schema import events

_COLUMNS = [events.c[name] for name in ("id", "at", "kind", "enquiry_id", "contact_id", "team", "actor", "data")]


def report(
    connection: Connection, wanted: Report, by: str, period: Period, live: LiveRuleset, now: datetime
) -> list[dict[str, Any]]:
    """The rows of a report over the enquiries that were opened in a period."""
    cases = list(counted(_cases(connection, period), live.ruleset))
    return rows(wanted, by, cases, horizon(connection, period, live, now))


def horizon(connection: Connection, period: Period, live: LiveRuleset, now: datetime) -> Horizon:
    """What the figures of a period are measured against."""

    def settles(received: datetime) -> datetime:
        day = live.calendar.working_day(live.calendar.local(received).date(), live.ruleset.landlord.repeat_days)
        return live.calendar.at(day, 1440)

    return Horizon(now, settles, contacts_by_matter(_contact_events(connection, period)))


def _cases(connection: Connection, period: Period) -> Iterator[Case]:
    """The enquiries opened in a period; an id tells when it was made, so no other table is asked."""
    opened = (events.c.enquiry_id >= lowest_id(period.since), events.c.enquiry_id < lowest_id(period.until))
    statement = select(*_COLUMNS).where(*opened).order_by(events.c.enquiry_id, events.c.id)
    for _, told in groupby(stream(connection, statement), key=itemgetter("enquiry_id")):
        if (case := case_of(list(told))) is not None:
            yield case


def _contact_events(connection: Connection, period: Period) -> Iterator[Any]:
    """Every contact since the period began, whatever enquiry it belongs to."""
    kinds = events.c.kind.in_([kind.value for kind in OF_CONTACTS])
    return stream(connection, select(*_COLUMNS).where(events.c.id >= lowest_id(period.since), kinds))
