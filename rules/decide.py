"""Facts become an Outcome: the first owner rule that fits, joined with every handling rule that does."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from rules.clock import NeverOpenError, due
from rules.compile import Compiled
from rules.judge import Verdict, applied, digest, failed, judge, nearest
from rules.model import JOURNEY_TEAM, Facts, Journey, Miss, Outcome, Priority, Rule, Span, Then, Unit
from rules.wording import missed

NO_RULE = "no rule"
"""What stands for the winner when no owner rule fits: the fallback team has the contact, visibly."""


def decide(compiled: Compiled, facts: Facts, at: datetime) -> Outcome:
    """Decide one contact that was received at this moment (aware UTC); the same answer whenever it is asked.

    The most urgent priority wins among the owner rule's, every handling rule's and the journey's. Of due times with
    one name the earliest moment wins. Questions, instructions and contributing teams are all kept: the journey's
    first, then the owner rule's, then those of the handling rules in their order. The acknowledgement is the first
    that is named, by the owner rule, the handling rules or the journey. Any of the rules may ask to take over.
    """
    return outcome(compiled, facts, at, judge(compiled, facts, at))


def outcome(compiled: Compiled, facts: Facts, at: datetime, verdict: Verdict) -> Outcome:
    """The outcome that a verdict stands for."""
    winner = compiled.rules[verdict.winner] if verdict.winner >= 0 else None
    handling = applied(compiled, verdict)
    thens = [rule.then for rule in ((winner, *handling) if winner else handling)]
    journey = journey_of(compiled, facts)
    team = team_of(compiled, winner, facts)
    return Outcome(
        rule=winner.name if winner else NO_RULE,
        because=winner.because if winner else "No rule fits, so the team that takes what nobody else does has it.",
        team=team,
        also=tuple(key for key in _union(then.also for then in thens) if key != team),
        priority=_priority(thens, journey),
        ask=_union((journey.ask if journey else (), *(then.ask for then in thens))),
        instructions=_union(then.instructions for then in thens),
        due=_due(compiled, _spans(thens, journey), at, team),
        message=next((then.message for then in thens if then.message), journey.message if journey else None),
        take_over=any(then.take_over for then in thens),
        handling=tuple(rule.name for rule in handling),
        near=near(compiled, facts, at, verdict),
        digest=digest(compiled, verdict),
    )


def near(compiled: Compiled, facts: Facts, at: datetime, verdict: Verdict) -> tuple[Miss, ...]:
    """The nearest of the earlier rules that lost, each with the first condition that it failed on."""
    local = compiled.calendar.local(at)
    return tuple(
        Miss(compiled.rules[bit].name, missed(failed(compiled, verdict, bit)[0], compiled.ruleset, facts, local))
        for bit in nearest(compiled, verdict)
    )


def journey_of(compiled: Compiled, facts: Facts) -> Journey | None:
    """The journey that the facts name, if the ruleset has it."""
    return compiled.ruleset.journeys.get(str(facts.get("journey")))


def team_of(compiled: Compiled, rule: Rule | None, facts: Facts) -> str:
    """The team that a rule gives a contact to; the fallback team where it names none that exists.

    The journey's own team is that of the journey; without a journey, of the menu key or the mailbox.
    """
    named = rule.then.team if rule else None
    if named == JOURNEY_TEAM:
        journey = journey_of(compiled, facts)
        named = journey.team if journey else str(facts.get("chosen_team"))
    return compiled.ruleset.landlord.fallback if named is None or named not in compiled.ruleset.teams else named


def _priority(thens: Iterable[Then], journey: Journey | None) -> Priority:
    stated = [then.priority for then in thens if then.priority]
    return min((*stated, journey.priority) if journey else stated, key=lambda each: each.rank, default=Priority.NORMAL)


def _union(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for group in groups for each in group))


def _spans(thens: Iterable[Then], journey: Journey | None) -> Iterator[tuple[str, Span]]:
    if journey:
        yield from journey.timescales.items()
    for then in thens:
        yield from then.due


def _due(compiled: Compiled, spans: Iterable[tuple[str, Span]], at: datetime, team: str) -> dict[str, datetime]:
    """Each timescale's moment, counted from receipt, in the owning team's hours where it is in open hours."""
    moments: dict[str, datetime] = {}
    for name, span in dict.fromkeys(spans):
        moment = _moment(compiled, span, at, team)
        moments[name] = min(moments.get(name, moment), moment)
    return moments


def _moment(compiled: Compiled, span: Span, at: datetime, team: str) -> datetime:
    """Hours that never open cannot hold a promise up: they are counted by the clock instead."""
    hours = compiled.ruleset.hours[compiled.ruleset.teams[team].hours]
    try:
        return due(span, at, compiled.calendar, hours)
    except NeverOpenError:
        return due(Span(span.count, Unit.HOURS), at, compiled.calendar)
