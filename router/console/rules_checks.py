"""What a check found, for the pages: counts, each problem with a link to its line, and how the examples came out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from router.checking import Files, report_on
from router.console.rules_text import Part, parts
from router.publishable import Report
from rules.examples import ExampleResult
from rules.landlord import Ruleset
from rules.model import Mark
from rules.problems import Problem

LARGEST_FILE: Final = 500_000
"""Characters of the largest file that a page takes."""
MOST_LINES: Final = 10_000
"""Lines of such a file."""
LARGEST_DRAFT: Final = 1_000_000
"""Characters of all files of a draft together; the sample landlord has some 150,000."""
MOST_SHOWN: Final = 50
"""Problems, and examples that fail, that a page shows; the others come up when these are put right."""
WINDOW: Final = 1_500
"""Lines of a file that a page shows at once."""


def ruleset_of(files: Files) -> Ruleset | None:
    """The ruleset of a version or a draft; None where the files cannot be read as one."""
    return report_on(files).ruleset


@dataclass(frozen=True, slots=True)
class FileAddresses:
    """The addresses of files and lines of a draft or version; a draft has an editor for each of the `parts`."""

    base: str
    parts: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)

    def file(self, name: str, **more: str | int) -> str:
        """Where a file is shown or edited."""
        return f"{self.base}/file?{urlencode({'name': name, **more})}"

    def line(self, mark: Mark) -> str:
        """Where a line is shown: beside the editor of its part, or among the lines of the whole file."""
        part = next((part for part in self.parts.get(mark.file, ()) if part.first <= mark.line <= part.last), None)
        start = window_start(mark.line)
        where = {"part": part.begins} if part else {"from": start} if start > 1 else {}
        return f"{self.file(mark.file, **where)}#line-{mark.line}"


def can_be_edited(text: str) -> bool:
    """Whether a file is small enough for a page."""
    return len(text) <= LARGEST_FILE and text.count("\n") <= MOST_LINES


def editors(base: str, files: Files) -> FileAddresses:
    """The places of a draft."""
    return FileAddresses(base, {name: parts(text) for name, text in files.items() if can_be_edited(text)})


def window_start(line: int) -> int:
    """The first line that is shown of a long file where this line is to be seen."""
    return (max(line, 1) - 1) // WINDOW * WINDOW + 1


def shown(report: Report, places: FileAddresses) -> dict[str, Any]:
    """A check as pages show it."""
    return {
        "errors": [_problem(problem, places) for problem in report.errors[:MOST_SHOWN]],
        "warnings": [_problem(problem, places) for problem in report.warnings[:MOST_SHOWN]],
        "failures": [_example(result, places) for result in report.failures[:MOST_SHOWN]],
        "tried": report.ruleset is not None,
        "counts": list(_counts(report)),
        "may_live": report.may_live,
    }


def _counts(report: Report) -> Iterator[str]:
    """How much there is of everything, in words."""
    yield counted(len(report.errors), "mistake")
    yield counted(len(report.warnings), "warning")
    if report.ruleset is None:
        yield "the examples cannot be tried before the mistakes are put right"
    else:
        passed = len(report.examples) - len(report.failures)
        yield f"{passed} of {counted(len(report.examples), 'example')} come out as they say"
    if report.proof and not report.proof.whole:
        yield "not everything was decided in the time that a page has: `firstcontact rules check` takes longer"


def counted(count: int, what: str) -> str:
    """A number of things: "no mistakes", "1 mistake", "2 mistakes"."""
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"


def _problem(problem: Problem, places: FileAddresses) -> dict[str, Any]:
    return {
        "file": problem.mark.file,
        "line": problem.mark.line,
        "column": problem.mark.column,
        "message": sentence_case(problem.message),
        "hint": problem.hint,
        "severity": problem.severity,
        "href": places.line(problem.mark),
    }


def _example(result: ExampleResult, places: FileAddresses) -> dict[str, Any]:
    return result.as_dict() | {"href": places.line(result.mark)}


def sentence_case(text: str) -> str:
    """A text with a capital at its start, for where it stands by itself."""
    return f"{text[:1].upper()}{text[1:]}"
