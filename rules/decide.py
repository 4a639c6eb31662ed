"""Facts become an Outcome: the first owner rule that fits, joined with every handling rule that does."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

from rules.clock import NeverOpenError, due
from rules.compile import Compiled
from rules.judge import Verdict, digest, judge, nearest
from rules.model import Facts, Outcome, Span, Unit
from rules.ruling import KEPT, Ruling, about, ruling

_ELAPSING = (Unit.HOURS, Unit.OPEN_HOURS)
"""What is counted from the minute of receipt; the rest is counted from its day."""

_NOON = 12 * 60


def decide(compiled: Compiled, facts: Facts, at: datetime) -> Outcome:
    """Decide one contact that was received at this moment (aware UTC); the same answer whenever it is asked.

    The most urgent priority wins among the owner rule's, every handling rule's and the journey's. Of due times with
    one name the earliest moment wins. Questions, instructions and contributing teams are all kept: the journey's
    first, then the owner rule's, then those of the handling rules in their order. Of the acknowledgement, the place in
    the queue, the reply, the escalation, the call back and the menu one thing counts: see rules/precedence.py. The
    journey's own acknowledgement comes after all rules. Any of the rules may ask to take over.
    """
    return outcome(compiled, facts, at, judge(compiled, facts, at))


def outcome(compiled: Compiled, facts: Facts, at: datetime, verdict: Verdict) -> Outcome:
    """The outcome that a verdict stands for."""
    said = ruling(compiled, verdict.winner, verdict.fits & ~compiled.owners, *about(facts))
    return Outcome(
        rule=said.rule,
        because=said.because,
        team=said.team,
        also=said.also,
        priority=said.priority,
        ask=said.ask,
        instructions=said.instructions,
        due=_due(compiled, said, at),
        message=said.message,
        take_over=said.take_over,
        handling=said.handling,
        near=tuple([compiled.rules[bit].name for bit in nearest(compiled, verdict)]),
        digest=digest(compiled, verdict),
        queue=said.queue,
        escalate=said.escalate,
        wishes=said.wishes,
    )


def _due(compiled: Compiled, said: Ruling, at: datetime) -> dict[str, datetime]:
    """Each timescale's moment, counted from receipt, in the owning team's hours where it is in open hours."""
    moments = dict(_by_day(compiled, said, compiled.calendar.local(at).date()))
    for name, span in said.spans:
        if span.unit in _ELAPSING:
            moment = _moment(compiled, span, at, said.team)
            moments[name] = min(moments.get(name, moment), moment)
    return moments


@lru_cache(maxsize=KEPT)
def _by_day(compiled: Compiled, said: Ruling, day: date) -> Mapping[str, datetime]:
    """The moments of timescales in whole days, which are the same for every contact received on a day."""
    moments: dict[str, datetime] = {}
    noon = compiled.calendar.at(day, _NOON)
    for name, span in said.spans:
        if span.unit not in _ELAPSING:
            moment = _moment(compiled, span, noon, said.team)
            moments[name] = min(moments.get(name, moment), moment)
    return moments


def _moment(compiled: Compiled, span: Span, at: datetime, team: str) -> datetime:
    """Hours that never open cannot hold a promise up: they are counted by the clock instead."""
    hours = compiled.ruleset.hours[compiled.ruleset.teams[team].hours]
    try:
        return due(span, at, compiled.calendar, hours)
    except NeverOpenError:
        return due(Span(span.count, Unit.HOURS), at, compiled.calendar)
