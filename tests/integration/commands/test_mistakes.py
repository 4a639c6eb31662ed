"""What users and servers do wrong is told in plain words, with an exit code, and never as a traceback."""

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.commands.conftest import Run
from tests.landlord import FOLDER

AWAY = "postgresql://nobody@127.0.0.1:1/away"
MAIL = "From: a@home.example\nTo: hub@mill-lane.example\n\nMy tap is dripping.\n"
TEMPORARY = 75


def broken_yaml(folder: Path) -> Path:
    (folder / "broken").mkdir()
    (folder / "broken" / "landlord.yaml").write_text("landlord:\n  nam: X\n")
    return folder / "broken"


def failing_example(folder: Path) -> Path:
    shutil.copytree(FOLDER, folder / "failing")
    file = folder / "failing" / "landlord.yaml"
    text = file.read_text()
    assert "[{journey: gas-escape}]" in text
    file.write_text(text.replace("[{journey: gas-escape}]", "[{journey: pests}]"))
    return folder / "failing"


def nothing_there(folder: Path) -> Path:
    return folder / "nowhere"


def no_yaml(folder: Path) -> Path:
    (folder / "empty").mkdir()
    return folder / "empty"


def not_utf8(folder: Path) -> Path:
    (folder / "latin").mkdir()
    (folder / "latin" / "landlord.yaml").write_bytes(b"landlord: {name: Caf\xe9}\n")
    return folder / "latin"


def binary(folder: Path) -> Path:
    (folder / "binary.yaml").write_bytes(bytes(range(256)) * 10)
    return folder / "binary.yaml"


Made = Callable[[Path], Path]
FOLDERS: list[Made] = [broken_yaml, nothing_there, no_yaml, not_utf8, binary]


@pytest.mark.parametrize(
    "command,made",
    [(["rules", "publish", "{folder}", "--reason", "x"], made) for made in (*FOLDERS, failing_example)]
    + [(["rules", "test", "{folder}"], made) for made in (broken_yaml, failing_example)],
)
def test_folder_that_may_not_live(run: Run, tmp_path: Path, command: list[str], made: Made) -> None:
    folder = made(tmp_path)
    done = run(*(word.format(folder=folder) for word in command))
    assert done.code == 1
    assert done.err.strip()
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "command,made",
    [(["rules", "check", "{folder}"], made) for made in FOLDERS]
    + [(["rules", "explain", "{folder}"], nothing_there)]
    + [(["rules", "decide", "--rules", "{folder}"], broken_yaml)]
    + [(["recognise", "--rules", "{folder}"], not_utf8)],
)
def test_folder_that_cannot_be_read(run: Run, tmp_path: Path, command: list[str], made: Made) -> None:
    folder = made(tmp_path)
    done = run(*(word.format(folder=folder) for word in command), stdin="x\n")
    assert done.code == 1
    assert re.search(r":\d+:\d+: ", done.out + done.err)
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "command,said",
    [
        (["rules", "check", str(FOLDER), "--from", "0001-01-01"], "--from: 0001-01-01 is too far away."),
        (["rules", "check", str(FOLDER), "--from", "9999-12-31"], "--from: 9999-12-31 is too far away."),
        (["rules", "coverage", str(FOLDER), "--from", "0001-01-01"], "--from: 0001-01-01 is too far away."),
        (["rules", "rollback", "9" * 20], "Invalid value"),
        (["rules", "export", "x", "--version", "9" * 20], "Invalid value"),
        (["rules", "publish", str(FOLDER), "--reason", "x", "--onto", "9" * 20], "Invalid value"),
    ],
    ids=lambda given: " ".join(given[:2]) if isinstance(given, list) else "",
)
def test_days_and_versions_beyond_all_that_there_is(live: Run, command: list[str], said: str) -> None:
    done = live(*command)
    assert done.code == 2
    assert said in " ".join(done.err.split())
    assert "Traceback" not in done.err


def _newer(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "data" / "firstcontact.db")) as record, record:
        record.execute("update alembic_version set version_num = '9999'")


def _no_database(folder: Path) -> None:
    (folder / "data" / "firstcontact.db").write_bytes(b"this is no database" * 1000)


def _a_file(folder: Path) -> None:
    shutil.rmtree(folder / "data")
    (folder / "data").write_text("a file where the folder should be")


@pytest.mark.parametrize(
    "damage,settings,said",
    [
        (_newer, {}, "9999"),
        (_no_database, {}, "record cannot be used"),
        (_a_file, {}, "data"),
        (None, {"DATABASE_URL": AWAY}, "record cannot be used"),
        (None, {"DATABASE_URL": "mysql://h/n"}, "DATABASE_URL"),
        (None, {"FIRSTCONTACT_PORT": "http"}, "FIRSTCONTACT_PORT"),
        (None, {"FIRSTCONTACT_ENV_FILE": "/nowhere"}, "/nowhere"),
    ],
    ids=["newer", "no-database", "a-file", "away", "another-kind", "setting", "env-file"],
)
@pytest.mark.parametrize(
    "command",
    [["keys", "list"], ["customers", "preview", "-"], ["deliver"]],
    ids=" ".join,
)
def test_what_is_wrong_around_it_is_told(
    live: Run,
    tmp_path: Path,
    command: list[str],
    damage: Callable[[Path], None] | None,
    settings: dict[str, str],
    said: str,
) -> None:
    if damage is not None:
        damage(tmp_path)
    done = live(*command, stdin=MAIL, **settings)
    wrong_setting = settings and settings != {"DATABASE_URL": AWAY}
    assert done.code == (TEMPORARY if command == ["deliver"] else 2 if wrong_setting else 1)
    assert said in done.err
    assert "Traceback" not in done.err
    assert "My tap" not in done.err


@pytest.mark.parametrize("made", FOLDERS, ids=lambda made: made.__name__)
def test_a_demo_of_a_landlord_that_cannot_be_read_says_why(run: Run, tmp_path: Path, made: Made) -> None:
    done = run("demo", FIRSTCONTACT_CONFIG=made(tmp_path))
    assert (done.code, done.out) == (1, "")
    assert done.err.strip()
    assert "Traceback" not in done.err
