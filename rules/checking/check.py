"""Everything that can be found out about a ruleset that loads: its findings, and what each rule can do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rules.checking import said
from rules.checking.agreement import disagreements
from rules.checking.emergencies import untold
from rules.checking.encoded import Encoded, encode
from rules.checking.finding import Finding, FindingKind, Level
from rules.checking.gaps import Gaps
from rules.checking.reach import Can, Reach, reaches
from rules.checking.solver import Budget
from rules.checking.teams import unreached
from rules.compile import Compiled
from rules.problems import Problem

DEAD = (Can.COVERED, Can.NEVER)


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proven of a ruleset: what each rule can do, in the order of the compiled rules, and all findings."""

    reaches: tuple[Reach, ...]
    findings: tuple[Finding, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What keeps the ruleset from being published, and what should be looked at; no notes."""
        return tuple(
            Problem(each.mark, each.message, each.hint, "error" if each.level is Level.ERROR else "warning")
            for each in self.findings
            if each.level is not Level.NOTE
        )

    @property
    def whole(self) -> bool:
        """Whether everything was decided."""
        return all(finding.kind is not FindingKind.UNDECIDED for finding in self.findings)


def prove(compiled: Compiled, since: date, budget: Budget, *, plain: bool = False) -> Proof:
    """Check a compiled ruleset for contacts from this day on; `plain` looks for the plainest witness of each rule."""
    encoded = encode(compiled, since)
    gaps = Gaps(encoded)
    found = reaches(encoded, budget, (gaps.look,), plain=plain)
    return Proof(tuple(found), tuple(_findings(encoded, found, gaps, budget)))


def _findings(encoded: Encoded, found: list[Reach], gaps: Gaps, budget: Budget) -> Iterator[Finding]:
    compiled = encoded.compiled
    for reach in found:
        yield from said.of_reach(compiled, reach)
    for gap in gaps.found:
        yield said.of_gap(compiled, gap)
    yield from untold(encoded.ruleset, gaps.urgent)
    conflicts, broken = disagreements(encoded, budget)
    for conflict in conflicts:
        yield said.of_conflict(encoded, conflict)
    for each in broken:
        yield said.of_broken(encoded, each)
    for team in unreached(compiled, {reach.rule for reach in found if reach.can in DEAD}):
        yield said.of_team(team)
