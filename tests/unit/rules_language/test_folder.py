"""A landlord's folder as files: which count, what they are called, and what is said when there is nothing to read."""

import pickle
from pathlib import Path

import pytest

from rules.folder import read_folder
from rules.load import load_checked
from rules.problems import RulesetError
from tests.unit.rules_language.landlords import CASES

ROOT = CASES.parents[2]


def test_every_yaml_file_below_it_is_read_and_nothing_else(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "in/c.YAML", "in/.hidden.yaml", ".git/d.yaml", "readme.md", "in/e.yaml~"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(name.encode())
    (tmp_path / "folder.yaml").mkdir()
    assert read_folder(tmp_path) == {"a.yml": b"a.yml", "b.yaml": b"b.yaml", "in/c.YAML": b"in/c.YAML"}


def test_a_single_file_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_bytes(b"a: 1")
    assert read_folder(tmp_path / "one.yaml") == {"one.yaml": b"a: 1"}


@pytest.mark.parametrize(
    "folder, expected",
    [("missing", "missing:1:1: there is no such folder"), (".", ":1:1: there are no YAML files here")],
)
def test_nothing_to_read(tmp_path: Path, folder: str, expected: str) -> None:
    with pytest.raises(RulesetError) as caught:
        read_folder(tmp_path / folder)
    assert expected in str(caught.value)


@pytest.mark.parametrize("leads_to", ["nowhere.yaml", "teams.yaml", "/dev/zero"])
def test_a_link_to_no_file_is_not_passed_over(tmp_path: Path, leads_to: str) -> None:
    (tmp_path / "rules.yaml").write_bytes(b"a: 1")
    (tmp_path / "teams.yaml").symlink_to(leads_to)
    with pytest.raises(RulesetError) as caught:
        read_folder(tmp_path)
    assert str(caught.value).startswith("teams.yaml:1:1: this is no file that can be read")


def test_a_folder_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.yaml").open("wb") as file:
        file.truncate(10_000_000)
    with pytest.raises(RulesetError, match="10 MB or more"):
        read_folder(tmp_path)


@pytest.mark.parametrize("folder", ["config", "tests/cases/landlord"])
def test_our_own_landlords_load_without_a_word(folder: str) -> None:
    assert load_checked(read_folder(ROOT / folder))[1] == ()


@pytest.mark.parametrize("folder", ["config", "tests/cases/landlord"])
def test_a_ruleset_can_be_handed_to_another_process(folder: str) -> None:
    ruleset = load_checked(read_folder(ROOT / folder))[0]
    assert pickle.loads(pickle.dumps(ruleset)) == ruleset
