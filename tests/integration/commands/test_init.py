"""`firstcontact init`: a landlord's folder to start from, which passes every check and bears the landlord's name."""

import json
from pathlib import Path

import pytest

from router.settings import sample_folder
from rules.folder import read_folder
from rules.load import load
from rules.schema import FILE, MODELINE, NAME, schema
from tests.integration.commands.conftest import Run


@pytest.mark.parametrize(
    "name,zone",
    [
        ("Mill Lane Homes", "Europe/London"),
        ('St. Mary\'s: Homes #1 & "Friends"', "Europe/Dublin"),
        ("Cartrefi Dŵr 住宅", "Asia/Kolkata"),
        ("yes", "America/New_York"),
        ("  12:30   - {x}  ", "UTC"),
    ],
)
def test_what_it_writes_passes_every_check(run: Run, tmp_path: Path, name: str, zone: str) -> None:
    done = run("init", "ours", "--name", name, "--zone", zone)
    assert (done.code, done.err) == (0, "")
    files = read_folder(tmp_path / "ours")
    landlord = load(files).landlord
    assert (landlord.name, landlord.zone) == (" ".join(name.split()), zone)
    assert files.keys() == read_folder(sample_folder()).keys()
    assert not [file for file, content in files.items() if b"Harbour Row Homes" in content]
    kept = json.loads((tmp_path / "ours" / NAME).read_text())
    assert kept == schema(FILE, load(files))
    assert all(content.startswith(MODELINE.encode()) for content in files.values())
    for command in ("check", "test"):
        tried = run("rules", command, "ours")
        assert tried.code == 0, tried.out + tried.err


def test_it_says_what_to_edit_and_that_can_be_tried(run: Run, tmp_path: Path) -> None:
    done = run("init", "ours", "--name", "Mill Lane Homes")
    named = {word for word in done.out.split() if word.endswith(".yaml")}
    assert len(named) >= 5
    assert named <= {file.name for file in (tmp_path / "ours").iterdir()}
    tried = run("recognise", "--rules", "ours", stdin="there are rats in my loft\n")
    assert tried.rows()[0]["journey"] == "pest-control"
    doctor = run("doctor", FIRSTCONTACT_CONFIG=tmp_path / "ours")
    assert "are still the sample's" in doctor.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["ours"],
        ["ours", "--name", " "],
        ["ours", "--name", "a\x07b"],
        ["ours", "--name", "Mill Lane", "--zone", "Europe/Londres"],
        ["full", "--name", "Mill Lane"],
        ["file", "--name", "Mill Lane"],
    ],
    ids=lambda words: " ".join(words).replace("\x07", "bell"),
)
def test_what_cannot_be_is_refused_and_nothing_is_written(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    done = run("init", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err
    assert "Traceback" not in done.err
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "full", "notes.txt"]


def test_an_empty_folder_may_be_there(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    assert run("init", "ours", "--name", "Mill Lane Homes").code == 0
