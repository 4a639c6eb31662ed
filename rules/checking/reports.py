"""Findings as people, build servers and code hosts read them: with the source line, as annotations, as SARIF."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote

from rules.checking.finding import MEANINGS, Finding, Level
from rules.landlord import Ruleset
from rules.model import Mark

Files = Mapping[str, bytes]

MOST_ALIKE: Final = 5
"""Findings of one kind that people are shown one by one; of more they are told the number."""
_WIDEST: Final = 160
_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_COMMANDS: Final = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def for_people(finding: Finding, files: Files) -> str:
    """A finding with the line that it is about, and a caret under the column."""
    said = f"{finding.level}: {finding}"
    shown = _source(finding.mark, files)
    others = "".join(f"\n    {each.mark}: {each.says}" for each in finding.related)
    return f"{said}{shown}{others}"


def _source(mark: Mark, files: Files) -> str:
    lines = files.get(mark.file, b"").decode(errors="replace").splitlines()
    if not 0 < mark.line <= len(lines):
        return ""
    line = lines[mark.line - 1].replace("\t", " ")
    before = max(0, mark.column - _WIDEST // 2)
    number = f"{mark.line:5} | "
    caret = " " * (len(number) + mark.column - 1 - before) + "^"
    return f"\n{number}{line[before : before + _WIDEST].rstrip()}\n{caret}"


def for_github(finding: Finding, folder: str) -> str:
    """A finding as a workflow command, which GitHub shows beside the line."""
    path = _escaped(_path(folder, finding.mark.file)).replace(":", "%3A").replace(",", "%2C")
    place = f"file={path},line={finding.mark.line},col={finding.mark.column},title={finding.kind}"
    hint = f" ({finding.hint})" if finding.hint else ""
    return f"::{_COMMANDS[finding.level]} {place}::{_escaped(finding.message + hint)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def as_sarif(findings: Iterable[Finding], folder: str, ruleset: Ruleset | None) -> dict[str, Any]:
    """All findings as one SARIF 2.1.0 log; paths begin with the folder as it was named."""
    findings = list(findings)
    kinds = sorted({finding.kind for finding in findings})
    rules = [{"id": kind.value, "shortDescription": {"text": MEANINGS[kind]}} for kind in kinds]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "firstcontact rules check", "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, folder, ruleset) for finding in findings],
            }
        ],
    }


def _result(finding: Finding, folder: str, ruleset: Ruleset | None) -> dict[str, Any]:
    hint = f" ({finding.hint})" if finding.hint else ""
    result: dict[str, Any] = {
        "ruleId": finding.kind.value,
        "level": finding.level.value,
        "message": {"text": finding.message + hint},
        "locations": [_location(finding.mark, folder)],
    }
    if finding.related:
        result["relatedLocations"] = [
            {**_location(each.mark, folder), "message": {"text": each.says}} for each in finding.related
        ]
    if witness := finding.as_dict(ruleset)["witness"]:
        result["properties"] = {"witness": witness}
    return result


def _location(mark: Mark, folder: str) -> dict[str, Any]:
    region = {"startLine": mark.line, "startColumn": mark.column}
    return {"physicalLocation": {"artifactLocation": {"uri": quote(_path(folder, mark.file))}, "region": region}}


def _path(folder: str, file: str) -> str:
    return f"{folder.rstrip('/')}/{file}".removeprefix("./")


def summed_up(findings: Iterable[Finding]) -> list[Finding | str]:
    """Findings for people: those of a kind that there are many of are one line, but for errors, with their number."""
    findings = list(findings)
    many = {kind for kind in {each.kind for each in findings} if _count(findings, kind) > MOST_ALIKE}
    shown: list[Finding | str] = [each for each in findings if each.level is Level.ERROR or each.kind not in many]
    for kind in sorted(many):
        few = [each for each in findings if each.kind is kind and each.level is not Level.ERROR]
        if few:
            places = ", ".join(str(each.mark) for each in few[:MOST_ALIKE])
            shown.append(f"{few[0].level}: {len(few)} times {kind}: {MEANINGS[kind]} See {places} …; all with --json.")
    return shown


def _count(findings: Iterable[Finding], kind: str) -> int:
    return sum(each.kind == kind for each in findings)
