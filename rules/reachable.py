"""Whether an emergency reaches somebody: each team that may have one can be told at every hour, and another is next."""

from collections.abc import Iterable, Iterator
from typing import Final

from rules.fields import WEEKDAYS
from rules.landlord import Hours, News, Ruleset, Team
from rules.model import JOURNEY_TEAM, All, Op, Priority, Rule, Test
from rules.nodes import quoted
from rules.reading import Reading

_DAY: Final = 24 * 60

Range = tuple[int, int]
"""Minutes from local midnight, the end excluded."""


def check_emergencies(reading: Reading, ruleset: Ruleset) -> None:
    """Warn of a team that can have an emergency and cannot be told of it at some hour, or has nobody after it."""
    owners = [team for team in ruleset.teams.values() if team.key in _owners(ruleset)]
    next_in_line = {key for team in owners for key in team.escalation}
    for team in ruleset.teams.values():
        news = News.NEW if team in owners else News.ESCALATED if team.key in next_in_line else None
        if news and (gap := _gap(team, news, ruleset)):
            message = f"an emergency may come to team {quoted(team.key)}, and nothing under `notify` tells it {gap}"
            reading.findings.warning(team.mark, message, "add an address without `hours`, such as a duty phone")
    for team in owners:
        if not team.escalation:
            message = f"an emergency may come to team {quoted(team.key)}, and no team is next when nobody there answers"
            reading.findings.warning(team.mark, message, "name other teams under `escalation`")


def check_loops(reading: Reading, ruleset: Ruleset) -> None:
    """Report a mailbox at which a team is told, and from which contacts are taken: each would make another."""
    for team in ruleset.teams.values():
        for address in dict.fromkeys(each.address for each in team.notify if each.address in ruleset.mailboxes):
            message = f"team {quoted(team.key)} is told at {quoted(address)}, and what comes there is a contact"
            reading.findings.error(team.mark, message, "tell it at a mailbox that is not one of `mailboxes`")


def _owners(ruleset: Ruleset) -> set[str]:
    """The teams that a journey or a rule gives an emergency to."""
    urgent = {key for key, journey in ruleset.journeys.items() if journey.priority is Priority.EMERGENCY}
    found = {ruleset.journeys[key].team for key in urgent}
    for rule in (*ruleset.owner, *ruleset.handling):
        named = [ruleset.journeys[key] for key in _journeys(rule) if key in ruleset.journeys]
        if rule.then.priority is Priority.EMERGENCY or any(journey.key in urgent for journey in named):
            own = rule.then.team in (None, JOURNEY_TEAM)
            found |= {journey.team for journey in named} if own else {str(rule.then.team)}
    return found


def _journeys(rule: Rule) -> Iterator[str]:
    """The journeys that a rule names as a condition for the whole of it."""
    parts = rule.when.conditions if isinstance(rule.when, All) else (rule.when,)
    for part in parts:
        if isinstance(part, Test) and part.field == "journey" and part.op is Op.IS:
            yield from map(str, part.operands)


def _gap(team: Team, news: News, ruleset: Ruleset) -> str:
    """When nothing tells this team of an emergency, in words; empty where something always does."""
    kept = [
        each.hours
        for each in team.notify
        if (not each.when or Priority.EMERGENCY in each.when) and (not each.what or news in each.what)
    ]
    if not kept:
        return "of it"
    if "" in kept:
        return ""
    return _closed_at([ruleset.hours[key] for key in kept if key in ruleset.hours])


def _closed_at(hours: list[Hours]) -> str:
    """The first minute of a week at which none of these is open, in words; empty where there is none."""
    for day in WEEKDAYS:
        usual = [each.days.get(day, ()) for each in hours]
        holiday = [each.days.get(day, ()) if each.holidays is None else each.holidays for each in hours]
        for ranges, also in ((usual, ""), (holiday, ", on a bank holiday")):
            closed = _first_closed(each for some in ranges for each in some)
            if closed is not None:
                return f"on {day.capitalize()} at {closed // 60:02d}:{closed % 60:02d}{also}"
    return ""


def _first_closed(ranges: Iterable[Range]) -> int | None:
    """The first minute of a day that none of these covers."""
    reached = 0
    for opens, closes in sorted(ranges):
        if opens > reached:
            break
        reached = max(reached, closes)
    return reached if reached < _DAY else None
