"""Every mistake in a landlord's files is reported at once, at its file, line and column, with what was meant."""

from pathlib import Path

import pytest

from rules.load import load
from rules.problems import RulesetError
from tests.unit.rules_language.landlords import BASE, CASES, problems_of

MISTAKES = sorted((CASES / "mistakes").glob("*.yaml"))


@pytest.mark.parametrize("case", MISTAKES, ids=[case.stem for case in MISTAKES])
def test_every_mistake_is_reported_where_it_stands(case: Path) -> None:
    said = [f"{problem.severity}: {problem}" for problem in problems_of(case.read_bytes())]
    assert said == case.with_suffix(".txt").read_text().splitlines()


def test_the_landlord_that_the_cases_stand_on_has_no_mistake() -> None:
    assert not problems_of("")


LAST = "(add `- rule: everyone else` with `then: {team: …}` as the last of the owner rules)"
TOO_LARGE = "(a ruleset is written by people: look for a file that does not belong here)"


@pytest.mark.parametrize(
    "files, expected",
    [
        ({}, ".:1:1: there are no YAML files (a ruleset needs at least a landlord, teams and rules)"),
        ({"a.yaml": b""}, "a.yaml:1:1: there is no section `landlord` (add it, with `name` and `fallback`)"),
        (
            {"a.yaml": b"", "b.yaml": BASE["base.yaml"]},
            f"a.yaml:1:1: there is no rule that says who owns a contact {LAST}",
        ),
        (
            BASE | {"z.yaml": b"owner:\n- {rule: last, when: {channel: phone}, then: {team: hub}}"},
            f"z.yaml:2:3: `last` is the last of the owner rules and does not fit everybody {LAST}",
        ),
        (
            BASE | {"z.yaml": b"x" * 10_000_000},
            f"base.yaml:1:1: these files have 10 MB or more in all {TOO_LARGE}",
        ),
    ],
)
def test_what_is_missing_or_too_much_altogether(files: dict[str, bytes], expected: str) -> None:
    assert expected in problems_in(files)


@pytest.mark.parametrize(
    "written, expected",
    [
        ("zone: Europe/Lundon", "1:21: there is no time zone `Europe/Lundon` (did you mean `Europe/London` or"),
        ("zone: ../etc", "1:21: there is no time zone `../etc`"),
        ("holidays: {country: GB, subdivision: Narnia}", "1:25: GB has no part `Narnia` with bank holidays of its own"),
        (
            "holidays: {country: Narnia}",
            "1:25: no bank holidays are known for `Narnia` (write its two letters, such as GB)",
        ),
        ("holidays: {country: UK}", "1:25: no bank holidays are known for `UK` (did you mean `GB`?)"),
        ("holidays: {country: gb}", "1:25: no bank holidays are known for `gb` (did you mean `GB`?)"),
        ("holidays: {country: IRL}", "1:25: no bank holidays are known for `IRL` (did you mean `IE`?)"),
        ("holidays: GB", "1:25: this should be a mapping that describes the holidays, not `GB`"),
        ("repeat_days: 0", "1:28: this should be a whole number from 1 to 365, not `0`"),
        ("repeat_day: 5", "1:15: the landlord has no key `repeat_day` (did you mean `repeat_days`?)"),
    ],
)
def test_who_the_landlord_is(written: str, expected: str) -> None:
    files = {"a.yaml": f"landlord: {{   {written}, name: A, fallback: hub}}".encode()}
    assert any(said.startswith(f"a.yaml:{expected}") for said in problems_in(files))


def problems_in(files: dict[str, bytes]) -> list[str]:
    with pytest.raises(RulesetError) as caught:
        load(files)
    return [str(problem) for problem in caught.value.problems]


def test_past_a_thousand_mistakes_reading_stops() -> None:
    said = problems_of("".join(f"section-{number}: 1\n" for number in range(5_000)))
    assert len(said) == 1_001
    assert said[-1].message == "there are more mistakes; the first 1000 are shown"
