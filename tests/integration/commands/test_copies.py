"""`firstcontact backup` and `restore`: what they make, what they refuse, and that nothing is half done."""

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from router.processes import locks
from tests.integration.commands.conftest import Run

MAIL = "From: a@home.example\nTo: hub@mill-lane.example\nMessage-ID: <{0}@x>\n\nThere are rats in my loft.\n"


def contacts(file: Path) -> int:
    with closing(sqlite3.connect(file)) as record:
        return int(record.execute("select count(*) from contacts").fetchone()[0])


@pytest.fixture
def filled(live: Run) -> Run:
    """A record with three contacts."""
    for number in range(3):
        assert live("deliver", stdin=MAIL.format(number)).code == 0
    return live


def test_what_was_there_is_there_again(filled: Run, tmp_path: Path) -> None:
    done = filled("backup", "copy.db")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("copy.db: 3 contacts, ")
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "data"]
    shutil.rmtree(tmp_path / "data")
    done = filled("restore", "copy.db")
    assert done.code == 0, done.err
    assert contacts(tmp_path / "data" / "firstcontact.db") == 3
    repeated = filled("deliver", stdin=MAIL.format(1))
    assert "taken in before" in repeated.out


def test_what_it_replaces_is_kept_with_its_newest_commits(filled: Run, tmp_path: Path) -> None:
    assert filled("backup", "copy.db").code == 0
    assert filled("deliver", stdin=MAIL.format(3)).code == 0
    refused = filled("restore", "copy.db")
    assert (refused.code, "--replace" in refused.err) == (1, True)
    assert filled("restore", "copy.db", "--replace").code == 0
    assert contacts(tmp_path / "data" / "firstcontact.db") == 3
    assert contacts(tmp_path / "data" / "firstcontact.db.replaced") == 4


def a_text(folder: Path) -> None:
    (folder / "copy.db").write_text("this is no database, but quite a lot of words " * 100)


def cut_short(folder: Path) -> None:
    os.truncate(folder / "copy.db", (folder / "copy.db").stat().st_size // 2)


def another_kind(folder: Path) -> None:
    (folder / "copy.db").unlink()
    with closing(sqlite3.connect(folder / "copy.db")) as other:
        other.execute("create table t (x)")


def gone(folder: Path) -> None:
    (folder / "copy.db").unlink()


@pytest.mark.parametrize("damage", [a_text, cut_short, another_kind, gone])
def test_what_is_no_back_up_replaces_nothing(filled: Run, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    assert filled("backup", "copy.db").code == 0
    damage(tmp_path)
    done = filled("restore", "copy.db", "--replace")
    assert done.code == 1
    assert "copy.db" in done.err
    assert "Traceback" not in done.err
    assert contacts(tmp_path / "data" / "firstcontact.db") == 3
    assert not [path for path in (tmp_path / "data").iterdir() if "part" in path.name]


def test_nothing_is_restored_under_a_running_engine(filled: Run, tmp_path: Path) -> None:
    assert filled("backup", "copy.db").code == 0
    with locks.held(tmp_path / "data" / "run", ["scheduler"]):
        done = filled("restore", "copy.db", "--replace")
    assert (done.code, "stop it first" in done.err) == (1, True)


@pytest.mark.parametrize(
    "arguments,settings,code,said",
    [
        (["backup", "copy.db"], {}, 1, "nothing to copy"),
        (["backup"], {}, 2, "argument"),
        (["backup", "x.db"], {"DATABASE_URL": "postgresql://h/n"}, 2, "pg_dump"),
        (["restore", "x.db"], {"DATABASE_URL": "postgresql://h/n"}, 2, "pg_restore"),
        (["restore", "nowhere.db"], {}, 1, "nowhere.db"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_is_told(run: Run, arguments: list[str], settings: dict[str, str], code: int, said: str) -> None:
    done = run(*arguments, **settings)
    assert (done.code, said in done.err) == (code, True)
    assert "Traceback" not in done.err


@pytest.mark.parametrize("target", ["there.db", "nowhere/copy.db"])
def test_a_file_that_cannot_be_made_leaves_nothing(filled: Run, tmp_path: Path, target: str) -> None:
    (tmp_path / "there.db").write_text("mine")
    done = filled("backup", target)
    assert (done.code, target in done.err) == (1, True)
    assert (tmp_path / "there.db").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "there.db"]
