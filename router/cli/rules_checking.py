"""`firstcontact rules check`, `coverage` and `test`: what a folder's rules do, proven before they are published."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from router.cli.output import FOUND_WANTING, JSON, USED_WRONGLY, complain, forgiving, give_up, lines, say, table
from router.days import FIRST_DAY, LAST_DAY
from rules.checking.branches import Branch, branches
from rules.checking.check import Proof, prove
from rules.checking.coverage import COLUMNS, coverage
from rules.checking.finding import Finding, Level, of_examples, of_problems
from rules.checking.reach import Can, Reach
from rules.checking.reports import Files, as_sarif, for_github, for_people, summed_up
from rules.checking.solver import Budget
from rules.checking.witnesses import as_plain, in_words
from rules.compile import Compiled, compile_rules
from rules.examples import run_examples
from rules.folder import read_folder
from rules.landlord import Ruleset
from rules.load import load, load_checked
from rules.nodes import quoted
from rules.problems import RulesetError
from rules.recognise import recogniser


class Format(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


Folder = Annotated[Path, typer.Argument(help="A landlord's folder of YAML files.")]
Written = Annotated[Format, typer.Option("--format", help="How findings are written.")]
Since = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Contacts from this day on; else from today.")
]


def register(app: typer.Typer) -> None:
    """Add these commands to `rules`."""
    app.command(name="check")(check_rules)
    app.command(name="coverage")(show_coverage)
    app.command(name="test")(run)


@forgiving
def check_rules(
    folder: Folder,
    form: Written = Format.TEXT,
    since: Since = None,
    *,
    as_json: Annotated[bool, JSON] = False,
    witness: Annotated[bool, typer.Option(help="Show for each rule a contact that it decides.")] = False,
) -> None:
    """Say everything that is wrong in a folder, and prove what its rules can do. Exit code 1 if there is a mistake.

    Mistakes by file, line and column; rules that can never decide, with those that cover them; contacts that nobody
    answers; handling rules that disagree; duties that a rule would break; teams that nothing reaches.

    Example: firstcontact rules check config --format sarif > rules.sarif
    """
    files = read_folder(folder)
    findings, compiled, proof = _found(files, _day(since), plain=witness)
    _write(findings, Format.JSON if as_json else form, folder, files, compiled.ruleset if compiled else None)
    if witness and compiled and proof:
        _witnesses(compiled, proof, as_json=as_json or form is Format.JSON)
    wrong = _wrong(findings)
    if form is Format.TEXT and not as_json:
        _conclude(folder, findings, proof)
    if wrong:
        raise typer.Exit(FOUND_WANTING)


def _day(since: datetime | None) -> date:
    if since is None:
        return datetime.now(UTC).date()
    if not FIRST_DAY <= since.date() <= LAST_DAY:
        give_up(f"--from: {since.date()} is too far away.", USED_WRONGLY)
    return since.date()


def _found(files: Files, since: date, *, plain: bool) -> tuple[list[Finding], Compiled | None, Proof | None]:
    """The findings in reading order, and where the files could be read, the rules and what was proven of them."""
    try:
        ruleset, warnings = load_checked(files)
    except RulesetError as error:
        return of_problems(error.problems), None, None
    compiled = compile_rules(ruleset)
    proof = prove(compiled, since, Budget.for_rules(len(compiled.rules)), plain=plain)
    findings = [*of_problems(warnings), *proof.findings]
    findings.sort(key=lambda each: (each.mark.file, each.mark.line, each.mark.column))
    return findings, compiled, proof


def _wrong(findings: Iterable[Finding]) -> bool:
    return any(finding.level is Level.ERROR for finding in findings)


def _write(findings: Sequence[Finding], form: Format, folder: Path, files: Files, ruleset: Ruleset | None) -> None:
    match form:
        case Format.JSON:
            lines(finding.as_dict(ruleset) for finding in findings)
        case Format.SARIF:
            say(orjson.dumps(as_sarif(findings, str(folder), ruleset), option=orjson.OPT_INDENT_2).decode())
        case Format.GITHUB:
            for finding in findings:
                say(for_github(finding, str(folder)))
        case Format.TEXT:
            for each in summed_up(finding for finding in findings if finding.level is not Level.NOTE):
                say(each if isinstance(each, str) else for_people(each, files))


def _conclude(folder: Path, findings: Sequence[Finding], proof: Proof | None) -> None:
    found = "has mistakes" if _wrong(findings) else "has no mistakes; `firstcontact rules test` tries its examples"
    notes = sum(finding.level is Level.NOTE for finding in findings)
    say(f"{folder}: {found}. Remarks: {len(findings) - notes}." + (f" Notes, with --json: {notes}." if notes else ""))
    if proof:
        able = sum(reach.can is Can.WIN for reach in proof.reaches)
        say(f"{able} of {len(proof.reaches)} rules were seen to decide, or apply to, a contact.")


def _witnesses(compiled: Compiled, proof: Proof, *, as_json: bool) -> None:
    if as_json:
        return lines(_reach(compiled, reach) for reach in proof.reaches)
    for reach in proof.reaches:
        name = compiled.rules[reach.rule].name
        if reach.witness:
            say(f"{quoted(name)}: {in_words(reach.witness, compiled.ruleset)}")
        else:
            say(f"{quoted(name)}: none ({reach.can})")
    return None


def _reach(compiled: Compiled, reach: Reach) -> dict[str, Any]:
    return {
        "rule": compiled.rules[reach.rule].name,
        "can": reach.can.value,
        "witness": as_plain(reach.witness, compiled.ruleset) if reach.witness else None,
        "covered_by": [compiled.rules[number].name for number in reach.cover],
    }


@forgiving
def show_coverage(folder: Folder, since: Since = None, *, as_json: Annotated[bool, JSON] = False) -> None:
    """Show who has each kind of contact at every hour, by region, and which rule decides. Exit code 1 at a gap.

    For every journey, adjustment, channel and hour of the week: the team, and who is there when it is closed.

    Example: firstcontact rules coverage config
    """
    ruleset = load(read_folder(folder))
    regions = coverage(compile_rules(ruleset), _day(since), Budget.for_rules(len(ruleset.owner) * 10))
    if as_json:
        lines(region.as_dict() for region in regions)
    else:
        table(COLUMNS, (region.row() for region in regions))
        gaps = sum(region.gap for region in regions)
        say(f"{len(regions)} regions, {gaps or 'no'} gap{'' if gaps == 1 else 's'}.")
    if any(region.gap for region in regions):
        raise typer.Exit(FOUND_WANTING)


@forgiving
def run(
    folder: Folder,
    form: Written = Format.TEXT,
    *,
    as_json: Annotated[bool, JSON] = False,
    show_untested: Annotated[bool, typer.Option("--coverage", help="Show what no example tries.")] = False,
) -> None:
    """Run the examples of every rule. Exit code 1 if one comes out differently.

    Example: firstcontact rules test config --coverage
    """
    files = read_folder(folder)
    ruleset = load(files)
    compiled, ready = compile_rules(ruleset), recogniser(ruleset)
    results = run_examples(compiled, ready)
    failed = [result for result in results if not result.passed]
    if as_json or form is Format.JSON:
        lines(result.as_dict() for result in results)
    elif form is not Format.TEXT:
        _write(of_examples(failed), form, folder, files, ruleset)
    else:
        for result in failed:
            complain(str(result))
        say(f"{len(results) - len(failed)} examples pass, {len(failed)} fail.")
    if show_untested:
        _untested(branches(compiled, ready), as_json=as_json or form is Format.JSON)
    if failed:
        raise typer.Exit(FOUND_WANTING)


def _untested(found: Sequence[Branch], *, as_json: bool) -> None:
    """What no example tries, rule by rule, and how much of everything is tried."""
    if as_json:
        return lines(branch.as_dict() for branch in found)
    for branch in found:
        if not branch.tried:
            say(str(branch))
    rules: dict[str, list[bool]] = {}
    for branch in found:
        rules.setdefault(branch.rule, []).append(branch.tried)
    for rule, tried in rules.items():
        say(f"{sum(tried):3} of {len(tried):3} branches tried: {rule}")
    whole = sum(all(tried) for tried in rules.values())
    tried_at_all = sum(branch.tried for branch in found)
    say(f"{tried_at_all} of {len(found)} branches are tried; of {len(rules)} rules {whole} whole.")
    return None
