"""What can be wrong with a ruleset: a located problem in plain words, and the error that carries all of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Self

from rules.model import Mark

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where it stands, what it is, and what to do or what was probably meant."""

    mark: Mark
    message: str
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        """Write it as editors and terminals link it: file:line:column: message (hint)."""
        return f"{self.mark}: {self.message}" + (f" ({self.hint})" if self.hint else "")

    def as_dict(self) -> dict[str, str | int]:
        """Give it as plain values, for JSON."""
        place: dict[str, str | int] = {"file": self.mark.file, "line": self.mark.line, "column": self.mark.column}
        return place | {"severity": self.severity, "message": self.message, "hint": self.hint}


class RulesetError(Exception):
    """A ruleset that cannot be used; `problems` has every mistake that was found, and the warnings beside them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        errors = [problem for problem in self.problems if problem.severity == "error"]
        super().__init__("\n".join(str(problem) for problem in errors or self.problems))

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[Problem, ...]]]:
        """Carry the problems, not their words, to another process."""
        return type(self), (self.problems,)


def in_reading_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort by file, line and column, and drop repetitions."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda each: (each.mark.file, each.mark.line, each.mark.column)))
