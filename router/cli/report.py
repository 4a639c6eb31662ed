"""`firstcontact report`: any report, as a table, CSV or JSON."""

import csv
import sys
from datetime import datetime
from typing import Annotated, Any

import typer

from router.cli.output import JSON, USED_WRONGLY, complain, forgiving, give_up, lines, say, table
from router.cli.setting_up import live_or_configured, opened
from router.days import Period, WrongPeriodError, of_days
from router.live import LiveRuleset
from router.reports.every import DEFINITIONS, EVERY, Listed
from router.reports.keeping import counted_until, keep
from router.reports.period import DAYS, wanted_days
from router.reports.tables import flat, shown
from router.services import Services
from router.store.engine import begin_read

CSV = typer.Option("--csv", help="Print CSV.")
SINCE = typer.Option(help=f"The first day, such as 2026-11-01; {DAYS} days in all unless told.")
TELL_EVERY = 2.0
"""Seconds between two words on how far the counting is."""

NAMES = ", ".join(EVERY)
GROUPS = tuple(dict.fromkeys(group for each in EVERY.values() for group in each.groups))


@forgiving
def print_report(
    name: Annotated[str, typer.Argument(help=f"{NAMES}.")],
    by: Annotated[str, typer.Option(help=f"Tell apart by {', '.join(GROUPS)}.")] = "none",
    since: Annotated[
        str, typer.Option(help=f"The first day, such as 2026-11-01; {DAYS} days in all if not told.")
    ] = "",
    until: Annotated[str, typer.Option(help="The last day; today unless told.")] = "",
    *,
    as_csv: Annotated[bool, CSV] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Print a report over a period: first-contact, transfers, times and promises of enquiries, or of calls.

    Example: firstcontact report first-contact --by need --since 2026-11-01
    """
    wanted = EVERY.get(name) or give_up(f"There is no report {name}: there are {NAMES}.", USED_WRONGLY)
    if by not in wanted.groups:
        give_up(f"--by: there is no {by} for {name}; there are {', '.join(wanted.groups)}.", USED_WRONGLY)
    with opened() as services:
        live = live_or_configured(services)
        period = _period(since, until, live, services.clock())
        _count(services, live)
        with begin_read(services.record) as record:
            rows = wanted.rows(record, by, period, live, services.clock())
    if as_json:
        return lines(flat(row) for row in rows)
    if as_csv:
        return _csv([flat(row) for row in rows])
    return _print(wanted, rows, live)


def _count(services: Services, live: LiveRuleset) -> None:
    """Count what is new in the history, and say how far that is where it takes a while."""
    while not keep(services, TELL_EVERY, live):
        until = counted_until(services, live)
        complain(f"The history is being counted: {until:%Y-%m-%d %H:%M} is reached." if until else "Counting.")


def _period(since: str, until: str, live: LiveRuleset, now: datetime) -> Period:
    try:
        return of_days(*wanted_days(since, until, live.calendar, now), live.calendar)
    except WrongPeriodError as wrong:
        give_up(f"--{wrong.field}: {wrong}.", USED_WRONGLY)


def _csv(rows: list[dict[str, Any]]) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(sys.stdout, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def _print(wanted: Listed, rows: list[dict[str, Any]], live: LiveRuleset) -> None:
    say(f"{wanted.title}\n")
    table(
        [name.replace("_", " ") for name in rows[0]], [[shown(row.get(name, "")) for name in rows[0]] for row in rows]
    )
    say("")
    for name in rows[0]:
        if name in DEFINITIONS:
            say(f"{name.replace('_', ' ')}: {DEFINITIONS[name].format(days=live.ruleset.landlord.repeat_days)}")
