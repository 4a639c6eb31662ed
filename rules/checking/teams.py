"""Teams to which no contact can ever come: no rule, journey, menu key, mailbox or escalation leads to them."""

from collections.abc import Collection, Iterator

from rules.checking.dependencies import ways_in
from rules.compile import Compiled
from rules.landlord import Team
from rules.model import Then


def unreached(compiled: Compiled, dead: Collection[int]) -> list[Team]:
    """The teams that nothing leads to; `dead` are the rules that can never decide or apply."""
    found = {compiled.ruleset.landlord.fallback, *_leading(compiled, dead)}
    while more := {key for team in found & compiled.ruleset.teams.keys() for key in _path(compiled, team)} - found:
        found |= more
    return [team for key, team in compiled.ruleset.teams.items() if key not in found]


def _path(compiled: Compiled, team: str) -> tuple[str, ...]:
    return compiled.ruleset.teams[team].escalation


def _leading(compiled: Compiled, dead: Collection[int]) -> Iterator[str]:
    ruleset = compiled.ruleset
    for number, rule in enumerate(compiled.rules):
        if number not in dead:
            yield from _named(rule.then)
    for journey in ruleset.journeys.values():
        yield journey.team
        yield from (step.team for step in journey.steps)
    for way in ways_in(ruleset):
        if way.team:
            yield way.team


def _named(then: Then) -> Iterator[str]:
    if then.team:
        yield then.team
    yield from then.also
    if then.escalate:
        yield from then.escalate.to
