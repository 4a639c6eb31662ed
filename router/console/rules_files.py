"""A file of a version or a draft as its page shows it: numbered lines with what is wrong at each, and its parts."""

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from router.checking import Files
from router.console.rules_checks import WINDOW, FileAddresses, sentence_case, window_start
from router.console.rules_text import Part, split
from router.publishable import Report
from rules.landlord import Ruleset
from rules.model import Mark, Rule
from rules.problems import Problem

RULE: Final = re.compile(r" *- *\{? *rule:")
"""How the part of a rule begins."""
FOR_EDITORS: Final = "# yaml-language-server:"
"""How the line begins by which editors find the schema of a file."""
REMARK: Final = 1_000
"""Characters at the head of a file in which the remark is looked for that says what it is about."""


def numbered(name: str, text: str, report: Report, places: FileAddresses, start: int = 1) -> dict[str, Any]:
    """A file's lines from one on, as many as a page shows, with the problems and failing examples at them.

    `start` is moved back to where a page begins; `earlier` and `later` are the addresses of the other pages.
    """
    count, start = len(split(text)), window_start(start)
    stop = min(count, start + WINDOW - 1)
    return {
        "lines": list(_lines(name, text, report, places, start, stop)),
        "first": start,
        "last": stop,
        "count": count,
        "earlier": places.file(name, **{"from": start - WINDOW}) if start > 1 else "",
        "later": places.file(name, **{"from": stop + 1}) if stop < count else "",
    }


def numbered_part(name: str, text: str, report: Report, part: Part) -> dict[str, Any]:
    """The same of one part of a file."""
    lines = list(_lines(name, text, report, FileAddresses(""), part.first, part.last))
    return {"lines": lines, "first": part.first, "last": part.last, "count": part.last, "earlier": "", "later": ""}


def _lines(
    name: str, text: str, report: Report, places: FileAddresses, first: int, last: int
) -> Iterator[dict[str, Any]]:
    lines, notes = split(text), _notes(name, report)
    names = {part.begins: part.name for part in places.parts.get(name, ())}
    for number in range(first, last + 1):
        part, said = names.get(number, ""), notes.get(number, [])
        yield {"number": number, "text": lines[number - 1], "part": part, "notes": said}


def _notes(name: str, report: Report) -> Mapping[int, list[dict[str, Any]]]:
    """What is said about each line; an example that fails stands at its own."""
    notes: dict[int, list[dict[str, Any]]] = {}
    for problem in report.problems:
        if problem.mark.file == name:
            notes.setdefault(problem.mark.line, []).append(_note(problem))
    for result in report.failures:
        if result.mark.file == name:
            words = f"Expected {result.expected}, but {result.actual}: {result.deciding}"
            note = {"kind": "Example fails", "caret": 0, "words": words}
            notes.setdefault(result.mark.line, []).append(note)
    return notes


def _note(problem: Problem) -> dict[str, Any]:
    kind = "Mistake" if problem.severity == "error" else "Warning"
    words = sentence_case(problem.message) + (f" ({problem.hint})" if problem.hint else "")
    return {"kind": kind, "caret": problem.mark.column, "words": words}


def listed(files: Files, report: Report, places: FileAddresses, before: Files | None = None) -> list[dict[str, Any]]:
    """Every file with what it has in it and how much is wrong with it, and whether it differs from `before`."""
    problems = [problem.mark.file for problem in report.errors]
    failures = [result.mark.file for result in report.failures]
    return [
        {
            "name": name,
            "href": places.file(name),
            "about": _about(text),
            "has": ", ".join(_sections_in(text)),
            "state": _state(name, text, before),
            "wrong": problems.count(name) + failures.count(name),
        }
        for name, text in sorted(files.items())
    ]


def _about(text: str) -> str:
    """The first sentence of the remark that a file begins with."""
    lines = [line for line in split(text[:REMARK]) if not line.startswith(FOR_EDITORS)]
    remark = itertools.takewhile(lambda line: line.startswith("#"), lines)
    return " ".join(line.strip("# ") for line in remark).partition(". ")[0].removesuffix(".")


def _sections_in(text: str) -> Iterator[str]:
    """The names of the sections in a file, as they are written."""
    for line in split(text):
        if line[:1].isalpha() and ":" in line:
            yield line.partition(":")[0]


def _state(name: str, text: str, before: Files | None) -> str:
    if before is None or before.get(name) == text:
        return ""
    return "changed" if name in before else "added"


def rules_in(ruleset: Ruleset, places: FileAddresses) -> list[dict[str, Any]]:
    """Every rule in its order, by list, with the address of where it stands."""
    lists = (("Who owns it", ruleset.owner), ("How it is handled", ruleset.handling))
    return [{"heading": heading, "rules": [_rule(rule, places) for rule in rules]} for heading, rules in lists]


def _rule(rule: Rule, places: FileAddresses) -> dict[str, str]:
    return {"name": rule.name, "because": rule.because, "href": places.line(rule.mark)}


def rules_as_written(files: Files, places: FileAddresses) -> list[dict[str, Any]]:
    """The rules by file, read off the text alone, for files with a mistake in them."""
    found = []
    for name, text in sorted(files.items()):
        lines = split(text)
        rules = [part for part in places.parts.get(name, ()) if RULE.match(lines[part.begins - 1])]
        shown = [{"name": part.name, "because": "", "href": places.line(Mark(name, part.begins, 1))} for part in rules]
        found += [{"heading": name, "rules": shown}] if shown else []
    return found
