"""A compiled ruleset as statements: for each rule that it fits, and who owns what it decides."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rules.checking.clauses import TRUE
from rules.checking.space import Space, tests_in
from rules.compile import Compiled
from rules.fields import KINDS
from rules.landlord import Ruleset
from rules.model import JOURNEY_TEAM, Mark, Op, Rule, Test
from rules.normal import normal

_NOWHERE = Mark("", 1, 1)


@dataclass(frozen=True, slots=True)
class Encoded:
    """The statements of one ruleset, in the order of its compiled rules: owner rules first."""

    compiled: Compiled
    space: Space
    parts: tuple[tuple[int, ...], ...]
    """For each rule, its conditions as it states them."""
    fits: tuple[int, ...]
    owners: int
    """How many of the rules are owner rules."""

    @property
    def ruleset(self) -> Ruleset:
        """What is stated."""
        return self.compiled.ruleset

    def is_(self, field: str, *values: str) -> int:
        """The statement that a field has one of these values."""
        return self.space.test(Test(field, Op.IS, values, _NOWHERE)) if values else -TRUE


def encode(compiled: Compiled, since: date) -> Encoded:
    """State a ruleset, for contacts that come in from this day on."""
    nodes = [normal(rule.when) for rule in compiled.rules]
    tests = [test for node in nodes for test in tests_in(node)]
    space = Space(compiled.ruleset, compiled.calendar, [*tests, *_besides(compiled.ruleset)], since)
    parts = tuple(tuple(space.node(part) for part in node.parts) for node in nodes)
    fits = tuple(space.clauses.every(each) for each in parts)
    return Encoded(compiled, space, parts, fits, len(compiled.ruleset.owner))


def _besides(ruleset: Ruleset) -> Iterator[Test]:
    """Tests of what is asked about besides the rules' own conditions."""
    wanted = {
        "kind": KINDS,
        "channel": tuple(ruleset.channels),
        "journey": tuple(ruleset.journeys),
        "customer.adjustments": tuple(ruleset.adjustments),
    }
    for field, values in wanted.items():
        if values:
            yield Test(field, Op.IS, values, _NOWHERE)
    if any(rule.then.team == JOURNEY_TEAM for rule in ruleset.owner):
        yield Test("chosen_team", Op.ABSENT, (), _NOWHERE)


def wins(encoded: Encoded) -> tuple[int, ...]:
    """For each owner rule the statement that it decides."""
    clauses = encoded.space.clauses
    found, before = [], TRUE
    for fits in encoded.fits[: encoded.owners]:
        found.append(clauses.every((before, fits)))
        before = clauses.every((before, -fits))
    return tuple(found)


def owning(encoded: Encoded, number: int) -> dict[str, int]:
    """The teams that an owner rule gives a contact to, each with the statement of when it does."""
    ruleset, named = encoded.ruleset, encoded.compiled.rules[number].then.team
    if named != JOURNEY_TEAM:
        return {named if named is not None and named in ruleset.teams else ruleset.landlord.fallback: TRUE}
    some, every, known = encoded.space.clauses.some, encoded.space.clauses.every, encoded.space.known
    found = {
        team: [encoded.is_("journey", *(each.key for each in ruleset.journeys.values() if each.team == team))]
        for team in ruleset.teams
    }
    journey, chosen = known("journey") or -TRUE, known("chosen_team") or -TRUE
    for team in encoded.space.values("chosen_team"):
        if team in found:
            found[team].append(every((-journey, encoded.is_("chosen_team", team))))
    found[ruleset.landlord.fallback].append(every((-journey, -chosen)))
    return {team: when for team, ways in found.items() if (when := some(ways)) != -TRUE}


def tests_of(rule: Rule) -> Iterator[Test]:
    """Every test of a rule."""
    return tests_in(normal(rule.when))
