"""Findings as people, build servers and code hosts read them."""

from datetime import date

import pytest

from rules.checking.check import prove
from rules.checking.finding import Finding, FindingKind, Level, Related, of_problems
from rules.checking.reach import Witness
from rules.checking.reports import as_sarif, for_github, for_people, summed_up
from rules.checking.solver import Budget
from rules.compile import compile_rules
from rules.model import Mark
from tests.unit.rules_checking.test_tricks import compiled, proof
from tests.unit.rules_deciding.builders import TUESDAY, ruleset
from tests.unit.rules_language.landlords import problems_of

HERE = Mark("a b,c.yaml", 2, 5)
FINDING = Finding(
    FindingKind.CONFLICT, Level.WARNING, HERE, "they differ:\n50%", "agree", (Related(Mark("z.yaml", 1, 1), "x"),)
)
FILES = {"a b,c.yaml": "# żółć\n  - {rule: x}\n".encode()}


def test_people_see_the_line_and_a_caret_under_the_column() -> None:
    assert for_people(FINDING, FILES).splitlines() == [
        "warning: a b,c.yaml:2:5: they differ:",
        "50% (agree)",
        "    2 |   - {rule: x}",
        "            ^",
        "    z.yaml:1:1: x",
    ]


@pytest.mark.parametrize("files", [{}, {"a b,c.yaml": b""}, {"a b,c.yaml": b"\xff"}])
def test_a_line_that_cannot_be_shown_is_left_out(files: dict[str, bytes]) -> None:
    assert "|" not in for_people(FINDING, files)


def test_of_a_long_line_the_part_around_the_column_is_shown() -> None:
    finding = Finding(FindingKind.REMARK, Level.WARNING, Mark("l.yaml", 1, 5_001), "m")
    _, line, caret = for_people(finding, {"l.yaml": b"a" * 5_000 + b"!" + b"b" * 5_000}).splitlines()
    assert len(line) < 200
    assert line[caret.index("^")] == "!"


def test_annotations_escape_what_github_would_take_for_its_own() -> None:
    assert for_github(FINDING, "./conf:ig/") == (
        "::warning file=conf%3Aig/a b%2Cc.yaml,line=2,col=5,title=conflict::they differ:%0A50%25 (agree)"
    )


@pytest.mark.parametrize("level, command", [(Level.ERROR, "error"), (Level.NOTE, "notice")])
def test_each_level_has_its_annotation(level: Level, command: str) -> None:
    assert for_github(Finding(FindingKind.REMARK, level, HERE, "m"), "config").startswith(f"::{command} file=config/a")


def test_sarif_has_kinds_places_and_witnesses() -> None:
    rules = compiled("duty")
    (run,) = as_sarif(proof(rules).findings, "config", rules.ruleset)["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["broken-duty"]
    first = run["results"][0]
    assert (first["ruleId"], first["level"]) == ("broken-duty", "error")
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "config/case.yaml"},
                "region": {"startLine": 7, "startColumn": 5},
            }
        }
    ]
    assert first["relatedLocations"][0]["message"] == {"text": "the adjustment"}
    assert first["properties"]["witness"] == {
        "channel": "phone",
        "customer.adjustments": ["no-telephone"],
        "journey": "gas-escape",
        "kind": "message",
        "at": "2026-03-03T10:00",
    }


def test_mistakes_in_files_are_findings_too() -> None:
    found = of_problems(problems_of("teams: {hub: {}}\nowner: [{rule: r, then: {team: hub}, because: b}]"))
    assert {each.kind for each in found} >= {FindingKind.MISTAKE, FindingKind.NO_EXAMPLE}


def test_many_of_a_kind_are_one_line_but_errors_never() -> None:
    def some(count: int, level: Level) -> list[Finding]:
        return [Finding(FindingKind.NO_EXAMPLE, level, Mark("a.yaml", line, 1), "m") for line in range(count)]

    few, many, errors = some(5, Level.WARNING), some(6, Level.WARNING), some(6, Level.ERROR)
    assert summed_up(few) == few
    assert summed_up(errors) == errors
    (line,) = summed_up(many)
    places = "a.yaml:0:1, a.yaml:1:1, a.yaml:2:1, a.yaml:3:1, a.yaml:4:1"
    assert line == f"warning: 6 times no-example: A rule has no example. See {places} …; all with --json."


def test_a_finding_as_json_tells_a_witness_by_the_landlords_clock() -> None:
    finding = Finding(FindingKind.CONFLICT, Level.NOTE, HERE, "m", witness=Witness({"channel": "sms"}, TUESDAY))
    assert finding.as_dict(ruleset())["witness"] == {"channel": "sms", "at": "2026-03-03T10:00"}


def test_without_any_work_left_everything_is_said_not_to_be_decided() -> None:
    found = prove(compiled("shadowed"), date(2026, 3, 2), Budget(work=0))
    assert not found.whole
    assert {finding.kind for finding in found.findings} == {FindingKind.UNDECIDED}


def test_a_ruleset_without_owner_rules_has_nothing_to_prove() -> None:
    assert prove(compile_rules(ruleset()), date(2026, 3, 2), Budget()).reaches == ()
