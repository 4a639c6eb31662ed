"""`firstcontact rules check`, `coverage` and `test`: what is proven of a folder, in every form that it is asked for."""

import json
import shutil
from pathlib import Path

import pytest

from tests.integration.commands.conftest import Run
from tests.landlord import FOLDER

SAMPLE = Path(__file__).parents[3] / "config"
SHADOWED = """
owner:
  - rule: hidden at first
    when: {channel: phone}
    then: {team: hub}
    because: It is rung.
    examples: [{channel: phone}, {channel: sms, not: true}]
  - rule: hidden
    when: {channel: phone, journey: repair}
    then: {team: hub}
    because: It is rung about a repair.
    examples: [{channel: phone, journey: repair}]
"""
BROKEN = """
handling:
  - {rule: spoken, then: {reply: phone}, because: It is quicker., examples: [{channel: phone}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small landlord, to be made worse."""
    shutil.copytree(FOLDER, tmp_path / "landlord")
    return tmp_path / "landlord"


def test_the_sample_landlord_is_content(run: Run) -> None:
    done = run("rules", "check", SAMPLE, "--from", "2026-03-02")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-1] == "56 of 56 rules were seen to decide, or apply to, a contact."
    assert "Remarks: 0." in done.out


def test_a_rule_that_never_decides_is_shown_with_its_line_and_what_covers_it(run: Run, folder: Path) -> None:
    (folder / "a.yaml").write_text(SHADOWED)
    done = run("rules", "check", folder)
    assert done.code == 0
    told = done.out.splitlines()
    start = next(number for number, line in enumerate(told) if "a.yaml:8:5" in line)
    assert told[start].startswith("warning: a.yaml:8:5: `hidden` can never decide: `hidden at first` takes all")
    assert told[start + 1 : start + 4] == [
        "    8 |   - rule: hidden",
        "            ^",
        "    a.yaml:3:5: `hidden at first` takes a part of it",
    ]


def test_a_broken_duty_is_an_error_here_and_keeps_it_from_being_published(run: Run, folder: Path) -> None:
    (folder / "a.yaml").write_text(BROKEN)
    done = run("rules", "check", folder)
    assert done.code == 1
    assert "error: a.yaml:3:5: the `reply` of `spoken` is what “No telephone” forbids" in done.out
    refused = run("rules", "publish", folder, "--reason", "It is quicker")
    assert refused.code == 1
    assert "the `reply` of `spoken` is what “No telephone” forbids" in refused.err


def test_warnings_are_told_when_it_is_published(run: Run, folder: Path) -> None:
    (folder / "a.yaml").write_text(SHADOWED.replace("{channel: phone, journey: repair}]", "{channel: sms, not: true}]"))
    done = run("rules", "publish", folder, "--reason", "Tried")
    assert (done.code, done.out) == (0, "Version 1 is live.\n")
    assert "warning: a.yaml:8:5: `hidden` can never decide" in done.err


def test_each_form_for_machines(run: Run, folder: Path) -> None:
    (folder / "a.yaml").write_text(BROKEN)
    found = [row for row in run("rules", "check", folder, "--json").rows() if row["kind"] == "broken-duty"]
    assert [(row["line"], row["severity"], row["witness"]["customer.adjustments"]) for row in found] == [
        (3, "error", ["no-telephone"])
    ]
    annotated = run("rules", "check", folder, "--format", "github")
    assert annotated.code == 1
    assert f"::error file={folder}/a.yaml,line=3,col=5,title=broken-duty::the `reply`" in annotated.out
    sarif = run("rules", "check", folder, "--format", "sarif")
    assert sarif.code == 1
    log = json.loads(sarif.out)
    assert log["version"] == "2.1.0"
    assert "broken-duty" in [result["ruleId"] for result in log["runs"][0]["results"]]


def test_a_folder_that_cannot_be_read_has_its_mistakes_in_each_form(run: Run, folder: Path) -> None:
    (folder / "a.yaml").write_text(
        "owner: [{rule: x, when: {chanel: phone}, then: {team: hub}, because: b, examples: []}]"
    )
    for form in ("text", "json", "github", "sarif"):
        done = run("rules", "check", folder, "--format", form)
        assert done.code == 1
        assert "there is no field `chanel`" in done.out


def test_a_witness_can_be_decided_by_the_rule_that_it_is_for(run: Run, folder: Path) -> None:
    rows = run("rules", "check", folder, "--witness", "--json").rows()
    shown = [row for row in rows if "rule" in row]
    assert [row["can"] for row in shown] == ["can"] * len(shown)
    facts = "\n".join(json.dumps(row["witness"]) for row in shown)
    decided = run("rules", "decide", "--rules", folder, stdin=facts).rows()
    for row, outcome in zip(shown, decided, strict=True):
        assert row["rule"] == outcome["rule"] or row["rule"] in outcome["handling"]
    assert "`everyone else`: a contact by" in run("rules", "check", folder, "--witness").out


def test_coverage_is_a_table_whose_gaps_are_told(run: Run, folder: Path) -> None:
    shown = run("rules", "coverage", SAMPLE, "--from", "2026-03-02")
    assert shown.code == 0
    assert shown.out.splitlines()[0].split() == ["team", "who", "is", "there", "how", "rule", "journeys", "hours"]
    assert shown.out.splitlines()[-1].endswith("regions, no gaps.")
    rows = run("rules", "coverage", folder, "--json").rows()
    assert {journey for row in rows for journey in row["journeys"]} >= {"repair", "gas-escape", None}


def test_what_no_example_tries(run: Run, folder: Path) -> None:
    (folder / "a.yaml").write_text(SHADOWED)
    shown = run("rules", "test", folder, "--coverage")
    assert "a.yaml:9:12: rule “hidden” has no example with `not: true` where it is kept out" in shown.out
    assert "branches are tried" in shown.out
    rows = [row for row in run("rules", "test", folder, "--coverage", "--json").rows() if "branch" in row]
    assert {row["tried"] for row in rows} == {True, False}


def test_an_example_that_fails_is_an_annotation_too(run: Run, folder: Path) -> None:
    (folder / "a.yaml").write_text(SHADOWED)
    done = run("rules", "test", folder, "--format", "github")
    assert done.code == 1
    assert (
        f"::error file={folder}/a.yaml,line=12,col=16,title=example-fails::expected that rule “hidden” decides it"
        in done.out
    )
