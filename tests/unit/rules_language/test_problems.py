"""Problems as people and programs read them, and the guess at what was meant."""

import pytest

from rules.findings import Findings
from rules.model import Mark
from rules.problems import Problem, RulesetError, in_reading_order

HERE = Mark("teams.yaml", 3, 7)


@pytest.mark.parametrize(
    "problem, written",
    [
        (Problem(HERE, "wrong"), "teams.yaml:3:7: wrong"),
        (Problem(HERE, "wrong", "put it right"), "teams.yaml:3:7: wrong (put it right)"),
        (Problem(HERE, "odd", severity="warning"), "teams.yaml:3:7: odd"),
    ],
)
def test_a_problem_links_to_its_place(problem: Problem, written: str) -> None:
    assert str(problem) == written
    assert str(RulesetError([problem])) == written


def test_a_problem_as_plain_values() -> None:
    expected = {"file": "teams.yaml", "line": 3, "column": 7, "severity": "error", "message": "m", "hint": "h"}
    assert Problem(HERE, "m", "h").as_dict() == expected


def test_reading_order() -> None:
    marks = [Mark("b", 1, 1), Mark("a", 10, 1), Mark("a", 9, 2), Mark("a", 9, 1), Mark("a", 9, 1)]
    ordered = in_reading_order(Problem(mark, "m") for mark in marks)
    assert [str(each.mark) for each in ordered] == ["a:9:1", "a:9:2", "a:10:1", "b:1:1"]


@pytest.mark.parametrize(
    "name, choices, hint",
    [
        ("safer-estate", ["safer-estates", "repairs"], "did you mean `safer-estates`?"),
        ("Safer_Estates", ["safer-estates", "repairs"], "did you mean `safer-estates`?"),
        ("zzz", ["b", "a"], "one of: a, b"),
        ("zzz", [], ""),
        ("zzz", [f"name-{number}" for number in range(40)], ""),
        ("x" * 1_000_000, ["a", "b"], "one of: a, b"),
    ],
)
def test_what_was_meant(name: str, choices: list[str], hint: str) -> None:
    assert Findings().meant(name, choices) == hint


def test_guessing_takes_bounded_work() -> None:
    findings = Findings(comparisons=3)
    choices = ["alpha", "beta", "gamma"]
    assert findings.meant("alhpa", choices) == "did you mean `alpha`?"
    assert findings.meant("alhpa", choices) == "one of: alpha, beta, gamma"
