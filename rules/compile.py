"""A ruleset made ready for deciding: all its rules, owner rules first, as bits of one plane of masks."""

from dataclasses import dataclass

from rules.axes import Axes, axes
from rules.clock import Calendar, calendar_of
from rules.landlord import Ruleset
from rules.model import Rule
from rules.normal import Node, normal, tests_of
from rules.planes import Plane, build, placed
from rules.unrolled import Decider, decider


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """A compiled ruleset: never changed once made, so that any number of threads may share it.

    Bit n of every mask is rule n: the owner rules in their order, then the handling rules in theirs.
    """

    ruleset: Ruleset
    calendar: Calendar
    rules: tuple[Rule, ...]
    owners: int
    """The mask of the owner rules."""
    decider: Decider
    """Axes and plane as functions: the only way from facts to a verdict."""
    axes: Axes
    plane: Plane
    parts: tuple[tuple[tuple[int, Node], ...], ...]
    """For each rule its conditions as it states them, each with the row of the plane that tells whether it holds."""


def compile_rules(ruleset: Ruleset) -> Compiled:
    """Compile a ruleset that has been checked: every key that its rules name must exist."""
    rules = (*ruleset.owner, *ruleset.handling)
    nodes = [normal(rule.when) for rule in rules]
    calendar = calendar_of(ruleset.landlord)
    lines = axes(ruleset, calendar, [test for node in nodes for test in tests_of(node)])
    plane = build(lines, list(enumerate(nodes)), (1 << len(rules)) - 1, every=True)
    row = {place: number for number, place in enumerate(plane.places)}
    parts = tuple(tuple((row[place], part) for place, part in placed(lines, node)) for node in nodes)
    return Compiled(
        ruleset=ruleset,
        calendar=calendar,
        rules=rules,
        owners=(1 << len(ruleset.owner)) - 1,
        decider=decider(lines, plane, len(ruleset.owner)),
        axes=lines,
        plane=plane,
        parts=parts,
    )
