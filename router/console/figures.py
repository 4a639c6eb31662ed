"""The figures, for supervisors: any report, told apart by any group, over any days, each with its definition."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from router.console.exchange import Answer, Ask, Page, Problem
from router.reports.figures import DEFINITIONS
from router.reports.reading import Period, report
from router.reports.tables import GROUPS, REPORTS, shown
from rules.landlord import Ruleset

DAYS = 30
FARTHEST = date(1990, 1, 1), date(2100, 1, 1)
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
}
BY = {
    "none": "Everything together",
    "team": "Team",
    "journey": "Journey",
    "channel": "Channel",
    "need": "Adjustment and vulnerability",
    "moves": "From team to team",
}


def show(ask: Ask) -> Answer:
    """One report as the address asks for it; where that cannot be read, the same over the last days."""
    wanted = REPORTS.get(ask.query.get("report", ""), REPORTS["first-contact"])
    by = ask.query.get("by", "none")
    by = by if by in GROUPS else "none"
    first, last, problems = _days(ask)
    live = ask.services.live.current()
    period = Period(live.calendar.at(first), live.calendar.at(last, 1440))
    rows = ask.read(lambda record: report(record, wanted, by, period, live, ask.now))
    values = {
        "title": wanted.title,
        "report": wanted.name,
        "reports": [(each.name, each.title) for each in REPORTS.values()],
        "by": by,
        "groups": [(key, BY[key]) for key in GROUPS],
        "since": ask.query.get("since", "") if problems else first.isoformat(),
        "until": ask.query.get("until", "") if problems else last.isoformat(),
        "headings": [HEADINGS[name] for name in rows[0]],
        "rows": [_cells(row, by, ask.ruleset) for row in rows],
        "definitions": _definitions(rows[0], ask.ruleset),
    }
    return Page("figures.html", values, problems, 422 if problems else 200)


def _days(ask: Ask) -> tuple[date, date, tuple[Problem, ...]]:
    today = ask.services.live.current().calendar.local(ask.now).date()
    found: list[date] = []
    problems: list[Problem] = []
    for name, usual in (("since", today - timedelta(days=DAYS)), ("until", today)):
        day = _day(ask.query.get(name, ""), usual)
        found.append(day or usual)
        if day is None:
            problems.append(Problem(name, "Enter a day such as 2026-11-24"))
    if found[0] > found[1]:
        problems.append(Problem("since", "The first day has to be before the last"))
        found = [found[1] - timedelta(days=DAYS), found[1]]
    return found[0], found[1], tuple(problems)


def _day(written: str, usual: date) -> date | None:
    if not written.strip():
        return usual
    try:
        day = date.fromisoformat(written.strip())
    except ValueError:
        return None
    return day if FARTHEST[0] <= day <= FARTHEST[1] else None


def _cells(row: dict[str, Any], by: str, ruleset: Ruleset) -> list[str]:
    cells = [shown(cell) for cell in row.values()]
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
    if group == "all":
        return "All"
    return str(named[by][group].name) if group in named.get(by, {}) else group.replace("-", " ")


def _definitions(names: Sequence[str] | dict[str, Any], ruleset: Ruleset) -> list[tuple[str, str]]:
    days = ruleset.landlord.repeat_days
    return [(HEADINGS[name], DEFINITIONS[name].format(days=days)) for name in names if name in DEFINITIONS]
