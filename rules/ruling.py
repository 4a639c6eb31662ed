"""What the rules that fit say together: it depends on a contact only by its journey, so it is worked out once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rules.compile import Compiled
from rules.landlord import Journey
from rules.masks import bits_of
from rules.model import JOURNEY_TEAM, Facts, Priority, Rule, Span, Then, Unit
from rules.outcomes import Escalation, QueuePosition, Wishes
from rules.precedence import escalation, settled, value_of, wishes

NO_RULE = "no rule"
"""What stands for the winner when no owner rule fits: the fallback team has the contact, visibly."""

KEPT = 4_096
"""Rulings that are kept: far more than the contacts of a day lead to."""

_ELAPSING = (Unit.HOURS, Unit.OPEN_HOURS)
"""What is counted from the minute of receipt; the rest is counted from its day."""


@dataclass(frozen=True, slots=True, eq=False)
class Ruling:
    """The part of an outcome that is the same whenever these rules fit.

    `by_clock` and `by_day` are its timescales, by name: those counted from the minute of receipt, and from its day.
    """

    rule: str
    because: str
    team: str
    also: tuple[str, ...]
    priority: Priority
    ask: tuple[str, ...]
    instructions: tuple[str, ...]
    by_clock: tuple[tuple[str, Span], ...]
    by_day: tuple[tuple[str, Span], ...]
    message: str | None
    take_over: bool
    handling: tuple[str, ...]
    queue: QueuePosition | None
    escalate: Escalation | None
    wishes: Wishes


@lru_cache(maxsize=KEPT)
def ruling(compiled: Compiled, winner: int, others: int, journey: str | None, chosen: str | None) -> Ruling:
    """What the owner rule of this number (-1 for none) and the handling rules of this mask say about a journey.

    Bit n of `others` is handling rule n; `chosen` is the team that the menu key or the mailbox stands for.
    """
    rule = compiled.rules[winner] if winner >= 0 else None
    topic = compiled.ruleset.journeys.get(journey) if journey else None
    handling = [compiled.ruleset.handling[bit] for bit in bits_of(others)]
    fitting = [rule, *handling] if rule else handling
    thens = [each.then for each in fitting]
    spans = dict.fromkeys(_spans(thens, topic))
    said = settled(fitting)
    team = team_of(compiled, rule, journey, chosen)
    return Ruling(
        rule=rule.name if rule else NO_RULE,
        because=rule.because if rule else "No rule fits, so the team that takes what nobody else does has it.",
        team=team,
        also=tuple(key for key in _union(then.also for then in thens) if key != team),
        priority=_priority(thens, topic),
        ask=_union((topic.ask if topic else (), *(then.ask for then in thens))),
        instructions=_union(then.instructions for then in thens),
        by_clock=tuple(each for each in spans if each[1].unit in _ELAPSING),
        by_day=tuple(each for each in spans if each[1].unit not in _ELAPSING),
        message=value_of(said, "message") or (topic.message if topic else None),
        take_over=any(then.take_over for then in thens),
        handling=tuple(each.name for each in handling),
        queue=value_of(said, "queue"),
        escalate=escalation(said),
        wishes=wishes(said),
    )


def about(facts: Facts) -> tuple[str | None, str | None]:
    """What of a contact's facts a ruling rests on: its journey, and the team that the way in stands for."""
    journey, chosen = facts.get("journey"), facts.get("chosen_team")
    return None if journey is None else str(journey), None if chosen is None else str(chosen)


def team_of(compiled: Compiled, rule: Rule | None, journey: str | None, chosen: str | None) -> str:
    """The team that a rule gives a contact to; the fallback team where it names none that exists.

    The journey's own team is that of the journey; without a journey, of the menu key or the mailbox.
    """
    named = rule.then.team if rule else None
    if named == JOURNEY_TEAM:
        topic = compiled.ruleset.journeys.get(journey) if journey else None
        named = topic.team if topic else chosen
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
