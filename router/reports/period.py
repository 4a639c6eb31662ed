"""The days that a report is over, and how what the record has of them is read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection

from router import days
from rules.clock import Calendar

AT_ONCE = 2_000
DAYS: Final = 31
"""The days that a report is over unless told."""


@dataclass(frozen=True, slots=True)
class Period:
    """From one moment to before another, both aware."""

    since: datetime
    until: datetime


def wanted_days(since: str, until: str, calendar: Calendar, now: datetime) -> tuple[date, date]:
    """The first and the last day of a report, as `days.written` reads them; raises WrongPeriodError."""
    return days.written(since, until, calendar, now, DAYS)


def of_days(first: date, last: date, calendar: Calendar) -> Period:
    """From the beginning of the first day to the end of the last."""
    return Period(*days.moments(first, last, calendar))


def stream(connection: Connection, statement: Any) -> Iterator[Any]:
    """What a statement finds, a few thousand rows at a time."""
    result = connection.execute(statement, execution_options={"yield_per": AT_ONCE})
    yield from result.mappings()
