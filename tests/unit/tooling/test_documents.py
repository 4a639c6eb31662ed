"""What the documents list is what there is: settings, packages, and lock files that name no host."""

import re
import tomllib
from pathlib import Path

import pytest

from channels.registry import SETTINGS as DECLARED
from router.settings import Settings, environment_name

ROOT = Path(__file__).parents[3]
SETTINGS = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
DEPENDENCIES = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def rows(text: str) -> dict[str, str]:
    """The rows of all tables by their first cell, without its code marks."""
    return dict(re.findall(r"^\| `?([\w.-]+)`? \| (.*) \|$", text, re.MULTILINE))


def asked_for() -> set[str]:
    project = PROJECT["project"]
    lists = [
        project["dependencies"],
        *PROJECT["dependency-groups"].values(),
        *project["optional-dependencies"].values(),
    ]
    words = [word for words in lists for word in words]
    return {re.split(r"[\[>;=]", word)[0].lower() for word in words if isinstance(word, str)}


def test_every_setting_is_documented_and_no_other() -> None:
    names = {environment_name(field) for field in Settings.model_fields} | {"FIRSTCONTACT_ENV_FILE"} | DECLARED
    assert set(rows(SETTINGS)) - {"setting"} == names


@pytest.mark.parametrize("field", [name for name, field in Settings.model_fields.items() if field.default])
def test_the_documented_default_is_the_default(field: str) -> None:
    default = Settings.model_fields[field].default
    if isinstance(default, tuple):
        default = " ".join(str(each) for each in default)
    if isinstance(default, str | int | float) and default:
        assert rows(SETTINGS)[environment_name(field)].startswith(f"`{default}` | ")


def test_every_package_is_documented_and_no_other() -> None:
    assert set(rows(DEPENDENCIES)) - {"package"} == asked_for()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_file_names_no_host_and_hashes_everything(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    pinned = re.findall(r"^[\w.-]+(?:\[[\w,-]+\])?==[^\n]*(?:\n    --hash=\S+[^\n]*)*", text, re.MULTILINE)
    assert len(pinned) > 50
    assert [pin for pin in pinned if "--hash=sha256:" not in pin] == []


def test_what_runs_is_what_was_tested() -> None:
    run, dev = (set(re.findall(r"^([\w.-]+==[^\s\\;]+)", lock.read_text(), re.MULTILINE)) for lock in LOCKS[::-1])
    assert run <= dev
