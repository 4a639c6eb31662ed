"""What docs/checking-rules.md says that the check says is what it says; every kind of finding is explained there."""

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from rules.checking.check import prove
from rules.checking.finding import MEANINGS, FindingKind, Level
from rules.checking.reports import for_people
from rules.checking.solver import Budget
from rules.compile import compile_rules
from rules.folder import read_folder
from rules.load import load

pytestmark = pytest.mark.usefixtures("quick_loads")

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "checking-rules.md").read_text()
CASES = re.findall(r"### ([a-z-]+)\n(?:(?!###).)*?```yaml\n(.*?)```\n\n```text\n(.*?)```", DOCUMENT, re.DOTALL)


@cache
def sample() -> dict[str, bytes]:
    return read_folder(ROOT / "config")


def found(written: str) -> str:
    """What the check says of the sample landlord with one more file, of that file."""
    files = sample() | {"new.yaml": written.encode()}
    findings = prove(compile_rules(load(files)), date(2026, 3, 2), Budget()).findings
    here = [each for each in findings if each.mark.file == "new.yaml" or "new.yaml" in str(each.related)]
    shown = [each for each in here if each.level is not Level.NOTE and each.mark.file == "new.yaml"] or here
    return "".join(f"{for_people(each, files)}\n" for each in shown)


@pytest.mark.parametrize("written, expected", [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_the_document_shows_is_what_the_check_says(written: str, expected: str) -> None:
    assert found(written) == expected
    assert expected.count("\n") > 2


@pytest.mark.parametrize("kind", FindingKind)
def test_every_kind_of_finding_is_explained(kind: FindingKind) -> None:
    assert re.search(rf"^### .*\b{kind}\b", DOCUMENT, re.MULTILINE)
    assert MEANINGS[kind]


def test_there_are_cases() -> None:
    assert len(CASES) == 8
