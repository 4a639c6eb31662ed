"""A compiled ruleset as statements: for each rule that it fits, and that no owner rule before it does."""

from dataclasses import dataclass
from datetime import date

from rules.checking.clauses import TRUE
from rules.checking.space import Space, tests_in
from rules.compile import Compiled
from rules.normal import normal


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


def encode(compiled: Compiled, since: date) -> Encoded:
    """State a ruleset, for contacts that come in from this day on."""
    nodes = [normal(rule.when) for rule in compiled.rules]
    tests = [test for node in nodes for test in tests_in(node)]
    space = Space(compiled.ruleset, compiled.calendar, tests, since)
    parts = tuple(tuple(space.node(part) for part in node.parts) for node in nodes)
    fits = tuple(space.clauses.every(each) for each in parts)
    return Encoded(compiled, space, parts, fits, len(compiled.ruleset.owner))


def wins(encoded: Encoded) -> tuple[int, ...]:
    """For each owner rule the statement that it decides."""
    clauses = encoded.space.clauses
    found, before = [], TRUE
    for fits in encoded.fits[: encoded.owners]:
        found.append(clauses.every((before, fits)))
        before = clauses.every((before, -fits))
    return tuple(found)
