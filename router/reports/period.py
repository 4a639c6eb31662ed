"""The days that a report is over, and how what the record has of them is read."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection

from router import days
from router.reports.tables import Sums
from rules.clock import Calendar

AT_ONCE = 2_000
DAYS: Final = 31
"""The days that a report is over unless told."""


def wanted_days(since: str, until: str, calendar: Calendar, now: datetime) -> tuple[date, date]:
    """The first and the last day of a report, as `days.written` reads them; raises WrongPeriodError."""
    return days.written(since, until, calendar, now, DAYS)


def stream(connection: Connection, statement: Any) -> Iterator[Any]:
    """What a statement finds, a few thousand rows at a time."""
    result = connection.execute(statement, execution_options={"yield_per": AT_ONCE})
    yield from result.mappings()


def add_times(connection: Connection, statement: Any, name: str, found: Mapping[str | None, Sums]) -> None:
    """Add how often something `took` how long, as a statement has it by `key`, to what was found of that key."""
    for row in stream(connection, statement):
        found[row["key"]].times.setdefault(name, Counter())[row["took"]] += row["often"]
