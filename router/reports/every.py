"""Every report by its name: what it is called, what it can be told apart by, and its rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from router.days import Period
from router.live import LiveRuleset
from router.reports import calls, calls_reading, figures, reading
from router.reports.tables import GROUPS, REPORTS, Report

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Listed:
    """A report: its name and title, and what it can be told apart by; `rows` reads it."""

    name: str
    title: str
    groups: tuple[str, ...]
    rows: Callable[[Connection, str, Period, LiveRuleset, datetime], Rows]


def _of_enquiries(wanted: Report) -> Listed:
    return Listed(wanted.name, wanted.title, GROUPS, partial(_enquiries, wanted))


def _enquiries(
    wanted: Report, connection: Connection, by: str, period: Period, live: LiveRuleset, now: datetime
) -> Rows:
    return reading.report(connection, wanted, by, period, live, now)


def _calls(connection: Connection, by: str, period: Period, live: LiveRuleset, now: datetime) -> Rows:
    del live, now
    return calls_reading.report(connection, by, period)


EVERY: Mapping[str, Listed] = {
    each.name: each
    for each in (*map(_of_enquiries, REPORTS.values()), Listed(calls.NAME, calls.TITLE, calls.GROUPS, _calls))
}
DEFINITIONS: Mapping[str, str] = {**figures.DEFINITIONS, **calls.DEFINITIONS}
