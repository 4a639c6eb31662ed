"""What a check finds: one thing about a place in the files, of a kind that has a name, with what shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rules.checking.reach import Witness
from rules.checking.witnesses import as_plain
from rules.examples import ExampleResult
from rules.landlord import Ruleset
from rules.model import Mark
from rules.problems import Problem


class Level(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """It keeps the ruleset from being published."""
    WARNING = "warning"
    NOTE = "note"
    """Nothing is wrong; somebody may want to know."""


class FindingKind(StrEnum):
    """The kinds of findings, by the names that outputs and the documentation use."""

    MISTAKE = "mistake"
    REMARK = "remark"
    NO_EXAMPLE = "no-example"
    EXAMPLE_FAILS = "example-fails"
    NEVER_WINS = "never-wins"
    NEVER_HOLDS = "never-holds"
    DOUBT = "doubt"
    UNDECIDED = "not-decided"
    NOBODY_ANSWERS = "nobody-answers"
    EMERGENCY_UNHEARD = "emergency-unheard"
    EMERGENCY_UNTOLD = "emergency-untold"
    CONFLICT = "conflict"
    BROKEN_DUTY = "broken-duty"
    TEAM_UNREACHED = "team-unreached"


MEANINGS = {
    FindingKind.MISTAKE: "The files cannot be read as a ruleset.",
    FindingKind.REMARK: "This is allowed, and probably not meant.",
    FindingKind.NO_EXAMPLE: "A rule has no example.",
    FindingKind.EXAMPLE_FAILS: "An example comes out differently.",
    FindingKind.NEVER_WINS: "A rule never decides anything, because earlier rules together take all that it fits.",
    FindingKind.NEVER_HOLDS: "A rule fits no contact, because its own conditions exclude each other.",
    FindingKind.DOUBT: "Whether a rule can ever decide depends on texts of which none could be found.",
    FindingKind.UNDECIDED: "Something was not decided within what a check may spend on it.",
    FindingKind.NOBODY_ANSWERS: "A contact comes to a team that is closed, and nobody says when it is answered.",
    FindingKind.EMERGENCY_UNHEARD: "An emergency comes to a team at an hour at which nobody hears of it.",
    FindingKind.EMERGENCY_UNTOLD: (
        "An emergency may come to a team that is not told of it at some hour, or has nobody next."
    ),
    FindingKind.CONFLICT: "Two handling rules that can meet say different things.",
    FindingKind.BROKEN_DUTY: "A rule asks for what an adjustment forbids.",
    FindingKind.TEAM_UNREACHED: "No contact can ever come to a team.",
}


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a finding is about."""

    mark: Mark
    says: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: what, where, what to do, and what shows it."""

    kind: FindingKind
    level: Level
    mark: Mark
    message: str
    hint: str = ""
    related: tuple[Related, ...] = ()
    witness: Witness | None = None

    def __str__(self) -> str:
        """Write it as editors and terminals link it."""
        return f"{self.mark}: {self.message}" + (f" ({self.hint})" if self.hint else "")

    def as_dict(self, ruleset: Ruleset | None) -> dict[str, Any]:
        """Give it as plain values, for JSON; a witness needs its ruleset, whose clock it is told by."""
        return {
            "file": self.mark.file,
            "line": self.mark.line,
            "column": self.mark.column,
            "severity": self.level.value,
            "kind": self.kind.value,
            "message": self.message,
            "hint": self.hint,
            "related": [
                {"file": each.mark.file, "line": each.mark.line, "column": each.mark.column, "says": each.says}
                for each in self.related
            ],
            "witness": as_plain(self.witness, ruleset) if self.witness and ruleset else None,
        }


def of_problems(problems: Iterable[Problem]) -> list[Finding]:
    """What reading the files found, as findings."""
    return [
        Finding(_kind(problem), Level(problem.severity), problem.mark, problem.message, problem.hint)
        for problem in problems
    ]


def of_examples(failed: Iterable[ExampleResult]) -> list[Finding]:
    """Examples that come out differently, as findings."""
    return [
        Finding(
            FindingKind.EXAMPLE_FAILS,
            Level.ERROR,
            each.mark,
            f"expected {each.expected}, but {each.actual}: {each.deciding}",
            "change the example or the rules, whichever is wrong",
        )
        for each in failed
    ]


def _kind(problem: Problem) -> FindingKind:
    if problem.severity == "error":
        return FindingKind.MISTAKE
    return FindingKind.NO_EXAMPLE if problem.message.endswith("has no `examples`") else FindingKind.REMARK
