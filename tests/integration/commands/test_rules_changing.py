"""A folder, such as one in git, as a way in: exported byte for byte, published, and never over what was not seen."""

import json
import shutil
from pathlib import Path

import pytest

from tests.integration.commands.conftest import Run
from tests.landlord import FOLDER

FILE = "landlord.yaml"
TEXT = (FOLDER / FILE).read_text()
MARKER = ".firstcontact-version.json"
PESTS = ("name: Pests\n    team: repairs", "name: Pests\n    team: hub")
NAME = ("Mill Lane Homes", "Long Lane Homes")
APPROVAL = ("landlord:\n", "landlord:\n  approval: required\n")


def change(folder: Path, *changes: tuple[str, str]) -> Path:
    """A folder with these changes in its file."""
    text = (folder / FILE).read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / FILE).write_text(text)
    return folder


def made(folder: Path, *changes: tuple[str, str]) -> Path:
    """A copy of the small landlord, changed."""
    shutil.copytree(FOLDER, folder)
    return change(folder, *changes)


def content(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and file.name != MARKER
    }


def exported(live: Run, folder: Path, *more: str) -> Path:
    done = live("rules", "export", folder, *more)
    assert (done.code, done.err) == (0, ""), done
    return folder


def test_files_come_back_byte_for_byte_and_round_again(live: Run, tmp_path: Path) -> None:
    odd = made(tmp_path / "odd")
    (odd / "sub").mkdir()
    (odd / "sub" / "more.yml").write_bytes("# żółć \U0001f600\r\n\r\nquestions:\r\n  q: Who?   \r\n# no end".encode())
    assert live("rules", "publish", odd, "--reason", "odd").code == 0
    out = exported(live, tmp_path / "out")
    assert content(out) == content(odd)
    marker = json.loads((out / MARKER).read_text())
    assert marker["version"] == 2
    again = live("rules", "publish", out, "--reason", "again")
    assert (again.code, again.out) == (0, "Version 2 is live already.\n")
    exported(live, out, "--version", "1")
    assert content(out) == content(FOLDER)
    assert not (out / "sub" / "more.yml").exists()
    assert json.loads((out / MARKER).read_text())["version"] == 1


def test_changes_that_are_no_version_are_overwritten_only_when_told(live: Run, tmp_path: Path) -> None:
    out = change(exported(live, tmp_path / "out"), NAME)
    refused = live("rules", "export", out)
    assert (refused.code, f"has changes that are no version: {FILE}" in refused.err) == (1, True)
    assert NAME[1] in (out / FILE).read_text()
    (out / "README.md").write_text("kept")
    exported(live, out, "--overwrite")
    assert (out / FILE).read_text() == TEXT
    assert (out / "README.md").read_text() == "kept"
    assert live("rules", "export", out / FILE).code == 1
    assert live("rules", "export", tmp_path / "x", "--version", "9").code == 1


def test_a_folder_that_was_exported_is_changed_and_published_again_and_again(live: Run, tmp_path: Path) -> None:
    out = exported(live, tmp_path / "out")
    for number, each in enumerate((PESTS, NAME), 2):
        done = live("rules", "publish", change(out, each), "--reason", f"change {number}", "--json")
        assert done.rows() == [{"version": number, "published": True}]
        assert all(line.startswith("warning: ") for line in done.err.splitlines())
    rows = live("rules", "history", "--json").rows()
    assert [(row["version"], row["parent"], row["begun_from"]) for row in rows] == [
        (3, 2, 2),
        (2, 1, 1),
        (1, None, None),
    ]


def conflict(live: Run, tmp_path: Path) -> Path:
    """A folder begun from version 1, changed, while somebody else has published version 2."""
    out = change(exported(live, tmp_path / "out"), NAME)
    theirs = change(exported(live, tmp_path / "theirs"), PESTS)
    assert live("rules", "publish", theirs, "--reason", "Pests to the Hub", "--author", "Omar").code == 0
    return out


def test_a_conflict_is_told_with_who_what_and_how_to_go_on(live: Run, tmp_path: Path) -> None:
    out = conflict(live, tmp_path)
    refused = live("rules", "publish", out, "--reason", "A name")
    assert refused.code == 1
    for said in (
        "Nothing was published",
        "by Omar: Pests to the Hub",
        "The folder was begun from version 1. Since then:",
        "changed: journey “pests”",
        "owner: Repairs, now The Hub, where the journey is Pests",
        "--onto 2",
        "rules export OTHER",
    ):
        assert said in refused.err, said
    assert live("rules", "submit", out, "--reason", "A name").code == 1
    wrong = live("rules", "publish", out, "--reason", "A name", "--onto", "1")
    assert (wrong.code, "version 1 is not live, but version 2" in wrong.err) == (1, True)
    done = live("rules", "publish", out, "--reason", "Both of it back", "--onto", "2")
    assert (done.code, done.out) == (0, "Version 3 is live.\n")
    newest = live("rules", "history", "--json").rows()[0]
    assert (newest["parent"], newest["begun_from"], newest["reason"]) == (2, 1, "Both of it back")
    assert json.loads((out / MARKER).read_text())["version"] == 3


def test_force_replaces_whatever_is_live(live: Run, tmp_path: Path) -> None:
    done = live("rules", "publish", conflict(live, tmp_path), "--reason", "It must", "--force")
    assert done.code == 0
    assert live("rules", "history", "--json").rows()[0]["begun_from"] == 1


def test_what_was_rolled_back_meanwhile_is_no_conflict(live: Run, tmp_path: Path) -> None:
    out = conflict(live, tmp_path)
    assert live("rules", "rollback", "1").code == 0
    assert live("rules", "publish", out, "--reason", "A name").code == 0


@pytest.mark.parametrize(
    "base,code,said",
    [
        ("FOLDER", 1, "The folder was begun from version 1"),
        ("1", 1, "The folder was begun from version 1"),
        ("NEXT", 0, "Version 3 is live"),
        ("2", 0, "Version 3 is live"),
        ("9", 2, "no version that was ever live"),
        ("OTHER", 2, "no version that was ever live"),
        ("", 0, "does not say which version it was begun from; it replaces version 2"),
    ],
)
def test_a_folder_without_a_marker_says_what_it_was_begun_from(
    live: Run, tmp_path: Path, base: str, code: int, said: str
) -> None:
    following = made(tmp_path / "next", PESTS)
    assert live("rules", "publish", following, "--reason", "next").code == 0
    mine, other = made(tmp_path / "mine", PESTS, NAME), made(tmp_path / "other", NAME)
    named = {"FOLDER": FOLDER, "NEXT": following, "OTHER": other}.get(base, base)
    done = live("rules", "publish", mine, "--reason", "mine", *(["--base", named] if base else []))
    assert (done.code, said in done.out + done.err) == (code, True), done
    assert not (mine / MARKER).exists(), "a folder that had no marker gets none"


@pytest.mark.parametrize(
    "marker,said",
    [
        ("not json", "cannot be read: take it away"),
        ("{}", "cannot be read: take it away"),
        ('{"version": 1, "digest": "of another"}', "names version 1 of another record"),
        ('{"version": 7, "digest": "x"}', "names version 7 of another record"),
    ],
)
def test_a_marker_that_means_nothing_is_told(live: Run, tmp_path: Path, marker: str, said: str) -> None:
    mine = made(tmp_path / "mine", NAME)
    (mine / MARKER).write_text(marker)
    done = live("rules", "publish", mine, "--reason", "mine")
    assert (done.code, said in done.err) == (1, True), done


def test_where_two_have_to_agree_a_folder_is_submitted_and_then_published(live: Run, tmp_path: Path) -> None:
    assert live("rules", "publish", made(tmp_path / "two", APPROVAL), "--reason", "Two of us").code == 0
    out = change(exported(live, tmp_path / "out"), PESTS)
    refused = live("rules", "publish", out, "--reason", "Pests")
    assert (refused.code, "rules submit" in refused.err, "--emergency" in refused.err) == (1, True, True)
    (asked,) = live("rules", "submit", out, "--reason", "Pests", "--author", "Ruth", "--json").rows()
    assert asked["live"] == 2
    assert asked["url"].endswith(f"/rules/drafts/{asked['draft']}")
    assert live("rules", "publish", out, "--reason", "Pests").code == 1
    now = live("rules", "publish", out, "--reason", "Pests are everywhere", "--emergency")
    assert (now.code, now.out) == (0, "Version 3 is live.\n")
    assert "EMERGENCY, not approved" in live("rules", "history").out
    back = live("rules", "rollback", "1")
    assert (back.code, "second person" in back.err) == (1, True)
    assert live("rules", "rollback", "1", "--emergency", "--reason", "Off").code == 0


def test_a_folder_is_packed_for_the_api(run: Run, tmp_path: Path) -> None:
    (packed,) = run("rules", "pack", FOLDER).rows()
    assert packed["files"] == {FILE: TEXT}
    assert len(packed["digest"]) == 64
    (tmp_path / "latin.yaml").write_bytes(b"# \xff")
    assert run("rules", "pack", tmp_path / "latin.yaml").code == 1


def test_a_folder_that_cannot_be_written_to_is_told(live: Run) -> None:
    shut = "/proc/landlord"  # where nobody can make a folder, root included
    done = live("rules", "export", shut)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"{shut}: ")
    assert "Traceback" not in done.err
