"""The figures, for supervisors: any report, told apart by any group, over any days, each with its definition."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from router.console.exchange import Answer, Ask, Page, Problem
from router.days import WrongPeriodError, of_days
from router.reports.calls import ADJUSTED, BY_RELAY, NOT_ADJUSTED
from router.reports.every import DEFINITIONS, EVERY, Listed
from router.reports.keeping import ONE_LOOK, counted_until, keep
from router.reports.period import wanted_days
from router.reports.tables import shown
from rules.landlord import Ruleset

HEADINGS = {
    "group": "Group",
    "enquiries": "Enquiries",
    "open": "Still open",
    "declared": "As declared",
    "single_contact": "Single contact",
    "no_repeat": "No repeat",
    "transfers": "Transfers",
    "transferred": "Transferred",
    "misrouted": "Misrouted",
    "resolved_elsewhere": "Resolved by another team",
    "to_owner": "To an owner",
    "to_colleague": "To a colleague",
    "to_reply": "To a reply",
    "to_resolution": "To a resolution",
    "due_kept": "Due times kept",
    "calls_kept": "Promised calls kept",
    "calls": "Calls",
    "short": "Hung up at once",
    "answered": "Answered",
    "call_back": "Chose to be called back",
    "abandoned_waiting": "Given up while waiting",
    "abandoned": "Given up before",
    "voicemail": "Left a message",
    "failed": "Broke down",
    "called_back": "Called back",
    "to_answer": "Time to answer",
}
GROUPS_OF_CALLS = {
    BY_RELAY: "Calls by text relay",
    ADJUSTED: "With an adjustment or by text relay",
    NOT_ADJUSTED: "Without",
}
BY = {
    "none": "Everything together",
    "team": "Team",
    "journey": "Journey",
    "channel": "Channel",
    "need": "Adjustment and vulnerability",
    "moves": "From team to team (enquiries)",
    "day": "Day (calls)",
    "hour": "Hour of the day (calls)",
    "adjusted": "With or without an adjustment (calls)",
}


def show(ask: Ask) -> Answer:
    """One report as the address asks for it; where that cannot be read, the same over the last days."""
    wanted = EVERY.get(ask.query.get("report", ""), EVERY["first-contact"])
    live, problems = ask.services.live.current(), list[Problem]()
    by = ask.query.get("by", "none")
    if by not in wanted.groups:
        problems.append(Problem("by", "This report cannot be told apart by that: choose something else"))
        by = "none"
    try:
        first, last = _days(ask)
    except WrongPeriodError as wrong:
        problems.append(Problem(wrong.field, str(wrong)))
        first, last = wanted_days("", "", live.calendar, ask.now)
    period = of_days(first, last, live.calendar)
    if not keep(ask.services, ONE_LOOK):
        return _still_counted(ask, wanted)
    rows = ask.read(lambda record: wanted.rows(record, by, period, live, ask.now))
    values = {
        "title": wanted.title,
        "report": wanted.name,
        "reports": [(each.name, each.title) for each in EVERY.values()],
        "by": by,
        "groups": [(key, BY[key]) for key in BY],
        "since": ask.query.get("since", "").strip() or first.isoformat(),
        "until": ask.query.get("until", "").strip() or last.isoformat(),
        "of_enquiries": "enquiries" in rows[0],
        "headings": [HEADINGS[name] for name in rows[0]],
        "rows": [_cells(row, list(rows[0]), by, ask.ruleset) for row in rows],
        "definitions": _definitions(rows[0], ask.ruleset),
    }
    return Page("figures.html", values, tuple(problems), 422 if problems else 200)


def _still_counted(ask: Ask, wanted: Listed) -> Page:
    """How far the counting is, after an upgrade: there is nothing to show before, as half of it would be wrong."""
    until = counted_until(ask.services, ask.services.live.current())
    again = f"{ask.path}?{urlencode(ask.query)}"
    return Page("figures_counted.html", {"title": wanted.title, "until": until, "again": again})


def _days(ask: Ask) -> tuple[date, date]:
    given = [ask.query.get(name, "").strip() for name in ("since", "until")]
    return wanted_days(given[0], given[1], ask.services.live.current().calendar, ask.now)


def _cells(row: dict[str, Any], names: Sequence[str], by: str, ruleset: Ruleset) -> list[str]:
    """A row's cells under these headings; a group of few people has hardly any."""
    cells = [shown(row.get(name, "")) for name in names]
    return [_named(cells[0], by, ruleset), *cells[1:]]


def _named(group: str, by: str, ruleset: Ruleset) -> str:
    """A group by the name that people know it by."""
    named: dict[str, Any] = {
        "team": ruleset.teams,
        "journey": ruleset.journeys,
        "channel": ruleset.channels,
        "need": ruleset.adjustments,
    }
    if by == "moves":
        return " to ".join(_named(each, "team", ruleset) for each in group.split(" -> ")) if "->" in group else "All"
    if group == "all" or group in GROUPS_OF_CALLS:
        return GROUPS_OF_CALLS.get(group, "All")
    if by in ("day", "hour"):
        return group
    return str(named[by][group].name) if group in named.get(by, {}) else group.replace("-", " ")


def _definitions(names: Sequence[str] | dict[str, Any], ruleset: Ruleset) -> list[tuple[str, str]]:
    days = ruleset.landlord.repeat_days
    return [(HEADINGS[name], DEFINITIONS[name].format(days=days)) for name in names if name in DEFINITIONS]
