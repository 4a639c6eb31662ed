"""Whether a landlord's files may live: everything that a check finds in them, and how their examples come out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from router.live import prepare
from rules.checking.check import Proof, prove
from rules.checking.solver import Budget
from rules.examples import ExampleResult, run_examples
from rules.landlord import Ruleset
from rules.load import load_checked
from rules.problems import Problem, RulesetError, in_reading_order


@dataclass(frozen=True, slots=True)
class Report:
    """What a check of a landlord's files found. Without a `ruleset` no example could be tried."""

    problems: tuple[Problem, ...]
    """The mistakes and the warnings, in reading order."""
    ruleset: Ruleset | None
    examples: tuple[ExampleResult, ...]
    proof: Proof | None = None
    """What each rule can do, and what else was proven; part of the problems as well."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The mistakes."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is allowed, and should be looked at."""
        return tuple(problem for problem in self.problems if problem.severity == "warning")

    @property
    def failures(self) -> tuple[ExampleResult, ...]:
        """The examples that come out differently."""
        return tuple(result for result in self.examples if not result.passed)

    @property
    def may_live(self) -> bool:
        """Whether these files may be published."""
        return self.ruleset is not None and not self.errors and not self.failures


def look_over(files: Mapping[str, bytes]) -> Report:
    """Find everything that is wrong with a landlord's files, and how their examples come out: in a few seconds."""
    try:
        ruleset, warnings = load_checked(files)
    except RulesetError as error:
        return Report(error.problems, None, ())
    ready = prepare(0, ruleset)
    proof = prove(ready.compiled, datetime.now(UTC).date(), Budget.for_a_page())
    problems = in_reading_order((*warnings, *proof.problems))
    return Report(problems, ruleset, run_examples(ready.compiled, ready.recogniser), proof)


@dataclass(frozen=True, slots=True)
class Checked:
    """A folder that may be published: its ruleset and the warnings about it."""

    files: Mapping[str, bytes]
    ruleset: Ruleset
    warnings: tuple[Problem, ...]


class ExamplesFailedError(Exception):
    """Some examples in the rules come out differently: see `failures`."""

    def __init__(self, failures: tuple[str, ...]) -> None:
        """Keep what each failing example expected and got, in words."""
        super().__init__("\n".join(failures))
        self.failures = failures


def check(files: Mapping[str, bytes]) -> Checked:
    """Check a landlord's files before they may live: raises RulesetError or ExamplesFailedError."""
    report = look_over(files)
    if report.ruleset is None or report.errors:
        raise RulesetError(report.problems)
    if report.failures:
        raise ExamplesFailedError(tuple(map(str, report.failures)))
    return Checked(files, report.ruleset, report.problems)
