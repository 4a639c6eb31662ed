"""What is told in the end: tables of what came in, whose it is, how fast, and that nothing is lost."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from router.demo.figures import Figures, GroupLine, Spread
from router.demo.morning import Summary
from router.reports.figures import DEFINITIONS
from router.reports.tables import shown
from rules.landlord import Ruleset

MOST_JOURNEYS, MOST_PROBLEMS = 12, 10
BEHIND = 2.0
"""Minutes of the morning by which a machine may be late before it is told."""

Report = list[dict[str, Any]]


def tell(console: Console, outcome: Summary, first_contact: Report, ruleset: Ruleset, speed: float) -> None:
    """Print all of it."""
    told = outcome.figures
    _table(console, "What came in", ("channel", "contacts", "to owner p50", "p95", "p99 (ms)"), _came_in(told))
    _table(
        console,
        "Who owns what",
        ("team", "routed to it", "owns", "resolved", "at first contact", "misroutes"),
        _owners(told, ruleset),
    )
    _table(console, "What it was about", ("journey", "contacts"), _journeys(told, ruleset))
    _table(
        console,
        "Equally for everyone",
        ("customers", "contacts", "to owner p50", "p95 (ms)", "enquiries", "resolved", "at first contact"),
        (_group(line) for line in told.groups),
    )
    console.print("Resolved at first contact, by three definitions", style="bold")
    for line in (*_firsts(first_contact, ruleset), "", *_sentences(outcome, speed)):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    _accounting(console, outcome)


def _table(console: Console, title: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    table = Table(
        title=title, title_justify="left", title_style="bold", header_style="", box=None, padding=(0, 2, 0, 0)
    )
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    console.print(table)
    console.print()


def _came_in(told: Figures) -> Iterator[tuple[str, ...]]:
    for channel, count in told.contacts.items():
        yield channel, str(count), *_spread(told.to_owner[channel])
    yield "all", str(sum(told.contacts.values())), *_spread(told.to_owner["all"])


def _spread(spread: Spread) -> tuple[str, str, str]:
    return str(spread.p50), str(spread.p95), str(spread.p99)


def _owners(told: Figures, ruleset: Ruleset) -> Iterator[tuple[str, ...]]:
    for line in told.teams:
        counts = (line.routed, line.owns, line.resolved, line.at_first_contact, line.passed_on_as_misroutes)
        yield ruleset.teams[line.team].name, *map(str, counts)


def _journeys(told: Figures, ruleset: Ruleset) -> Iterator[tuple[str, str]]:
    largest = list(told.journeys.items())
    for key, count in largest[:MOST_JOURNEYS]:
        yield ruleset.journeys[key].name if key in ruleset.journeys else key, str(count)
    if rest := largest[MOST_JOURNEYS:]:
        yield f"{len(rest)} others", str(sum(count for _, count in rest))


def _group(line: GroupLine) -> tuple[str, ...]:
    p50, p95, _ = _spread(line.to_owner)
    first = f"{_percent(line.at_first_contact, line.resolved)} of them"
    return line.group, str(line.contacts), p50, p95, str(line.enquiries), str(line.resolved), first


def _firsts(rows: Report, ruleset: Ruleset) -> Iterator[str]:
    whole = rows[0]
    for name in ("declared", "single_contact", "no_repeat"):
        definition = DEFINITIONS[name].format(days=ruleset.landlord.repeat_days)
        yield f"{name.replace('_', ' ')}: {shown(whole[name])}. {definition}"


def _percent(count: int, of: int) -> str:
    return f"{100 * count / of:.0f}%" if of else "-"


def _sentences(outcome: Summary, speed: float) -> Iterator[str]:
    told = outcome.figures
    agreed = told.taken - told.misrouted
    yield (
        f"Colleagues took {told.taken} of {told.enquiries} enquiries, and {_percent(agreed, told.taken)} of these were "
        f"with the right team at once; {told.misrouted} were misroutes, passed on with the reason. {told.resolved} are "
        f"resolved, {told.enquiries - told.resolved} go on."
    )
    orders = ", ".join(f"{count} {action}" for action, count in outcome.orders.items())
    yield f"What colleagues did: {orders or 'nothing'}."
    sent = ", ".join(f"{count} by {channel}" for channel, count in told.sent.items()) or "none"
    yield f"Messages that went out: {sent}. Left to a person, as adjustments or channels ask: {told.to_people}."
    yield (
        f"Deliveries repeated: {told.repeated}. Chats that reconnected: {told.reconnected}. "
        f"Requests that had to come again: {told.came_again}."
    )
    real = f"{outcome.real_seconds:.0f} seconds of real time"
    yield (
        "Milliseconds are real, from the receipt of what was decided on (a text, a pressed key) until it had an owner. "
        f"The morning took {real}: " + (f"its minutes were {speed:g} times as fast." if speed else "nobody waited.")
    )
    if outcome.behind >= BEHIND:
        yield (
            f"This machine was {outcome.behind:.0f} minutes of the morning behind in the end, so customers and "
            "colleagues waited for it: a lower --speed shows what it can do."
        )


def _accounting(console: Console, outcome: Summary) -> None:
    console.print()
    for name, problems in outcome.wrong.items():
        console.print(f"{'no ' if problems else 'yes'}  {name}", markup=False, highlight=False)
        for problem in problems[:MOST_PROBLEMS]:
            console.print(f"       {problem}", markup=False, highlight=False, soft_wrap=True)
        if len(problems) > MOST_PROBLEMS:
            console.print(f"       and {len(problems) - MOST_PROBLEMS} more", markup=False, highlight=False)
    for problem in outcome.refused_orders[:MOST_PROBLEMS]:
        console.print(f"     refused: {problem}", markup=False, highlight=False, soft_wrap=True)
    console.print()
    count = sum(outcome.figures.contacts.values())
    verdict = (
        f"Nothing is lost: {count} contacts are accounted for." if outcome.clean else "Not everything is accounted for."
    )
    console.print(verdict, markup=False, highlight=False)


def as_json(outcome: Summary, first_contact: Mapping[str, Any]) -> dict[str, Any]:
    """All of it as one object."""
    return {
        "clean": outcome.clean,
        "figures": outcome.figures,
        "first_contact": dict(first_contact),
        "orders": outcome.orders,
        "refused_orders": outcome.refused_orders,
        "wrong": outcome.wrong,
        "real_seconds": round(outcome.real_seconds, 1),
    }
