"""Whether an emergency reaches somebody: each team that may have one can be told at every hour, and another is next."""

from collections.abc import Collection, Iterable, Iterator

from rules.checking.finding import Finding, FindingKind, Level
from rules.checking.moment import DAY, Span, merged
from rules.fields import WEEKDAYS
from rules.landlord import Hours, News, Ruleset, Team
from rules.model import Priority
from rules.nodes import quoted


def untold(ruleset: Ruleset, owners: Collection[str]) -> Iterator[Finding]:
    """Teams that can have an emergency and cannot be told of it at some hour, or have nobody after them."""
    having = [team for key, team in ruleset.teams.items() if key in owners]
    next_in_line = {key for team in having for key in team.escalation}
    for team in ruleset.teams.values():
        news = News.NEW if team in having else News.ESCALATED if team.key in next_in_line else None
        if news and (gap := _gap(team, news, ruleset)):
            message = f"an emergency may come to team {quoted(team.key)}, and nothing under `notify` tells it {gap}"
            hint = "add an address without `hours`, such as a duty phone"
            yield Finding(FindingKind.EMERGENCY_UNTOLD, Level.WARNING, team.mark, message, hint)
    for team in having:
        if not team.escalation:
            message = f"an emergency may come to team {quoted(team.key)}, and no team is next when nobody there answers"
            yield Finding(
                FindingKind.EMERGENCY_UNTOLD, Level.WARNING, team.mark, message, "name other teams under `escalation`"
            )


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


def _first_closed(ranges: Iterable[Span]) -> int | None:
    """The first minute of a day that none of these covers."""
    whole = merged(ranges)
    reached = whole[0][1] if whole and not whole[0][0] else 0
    return reached if reached < DAY else None
