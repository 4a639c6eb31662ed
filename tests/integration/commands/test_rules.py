"""`firstcontact rules`: a folder checked, tried and published, and made-up contacts decided."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from rules.schema import MODELINE, NAME
from tests.integration.commands.conftest import Run
from tests.landlord import FOLDER


def test_good_folder_is_checked_and_its_examples_pass(run: Run) -> None:
    checked = run("rules", "check", FOLDER)
    assert (checked.code, checked.err) == (0, "")
    assert "has no mistakes" in checked.out
    tried = run("rules", "test", FOLDER)
    assert (tried.code, tried.out) == (0, "4 examples pass, 0 fail.\n")
    assert [row["passed"] for row in run("rules", "test", FOLDER, "--json").rows()] == [True] * 4


def test_mistake_is_told_by_file_line_and_column(run: Run, tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "wrong")
    file = tmp_path / "wrong" / "landlord.yaml"
    file.write_text(file.read_text().replace("team: repairs\n    words: [tap", "team: repiars\n    words: [tap"))
    line = next(number for number, text in enumerate(file.read_text().splitlines(), 1) if "repiars" in text)
    done = run("rules", "check", tmp_path / "wrong")
    assert done.code == 1
    assert f"error: landlord.yaml:{line}:11: " in done.out
    assert "repairs" in done.out
    (problem,) = run("rules", "check", tmp_path / "wrong", "--json").rows()
    assert (problem["severity"], problem["line"], problem["column"]) == ("error", line, 11)


@pytest.mark.parametrize(
    "facts,expected",
    [
        ({"channel": "sms", "says": "I can smell gas in my kitchen"}, {"team": "emergency", "priority": "emergency"}),
        ({"channel": "sms", "says": "My tap is dripping"}, {"team": "repairs", "journey": "repair"}),
        ({"journey": "pests", "repeat_contacts": 2}, {"team": "complaints", "take_over": True}),
        ({"channel": "phone", "menu": "1"}, {"team": "emergency"}),
        ({"channel": "email", "recipient": "complaints@mill-lane.example"}, {"team": "complaints", "journey": None}),
        ({"channel": "sms", "says": "hello"}, {"team": "hub", "journey": None}),
        ({}, {"team": "hub"}),
        (
            {"journey": "repair", "customer": {"household": ["young-child"]}},
            {"priority": "high", "handling": ["young child"], "instructions": ["A young child lives there."]},
        ),
        (
            {"journey": "gas-escape", "at": "2026-12-25T03:00"},
            {"due": {"make-safe": "2026-12-26T03:00:00Z"}},
        ),
    ],
)
def test_made_up_contact_is_decided(run: Run, facts: dict[str, Any], expected: dict[str, Any]) -> None:
    done = run("rules", "decide", "--rules", FOLDER, stdin=json.dumps(facts))
    assert (done.code, done.err) == (0, "")
    (row,) = done.rows()
    assert row | expected == row


def test_decision_is_explained(run: Run, tmp_path: Path) -> None:
    (tmp_path / "facts.jsonl").write_text('{"journey": "gas-escape"}\n\n{"journey": "repair"}\n')
    done = run("rules", "decide", "--rules", FOLDER, "--facts", tmp_path / "facts.jsonl", "--explain")
    first, second = done.rows()
    assert "gas escape" in " ".join(first["explanation"])
    assert second["near"][0]["rule"] == "gas escape"


@pytest.mark.parametrize(
    "line,problem",
    [
        ("not json", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"chanel": "sms"}', "did you mean channel"),
        ('{"channel": ["sms"]}', "channel is not text"),
        ('{"repeat_contacts": "two"}', "repeat_contacts is not a number"),
        ('{"sender": {"known": "perhaps"}}', "sender.known is neither"),
        ('{"at": "soon"}', "at is not a time"),
        ('{"at": "9999-12-31T23:59:59-23:59"}', "at is too far away"),
        ('{"at": "9999-12-31T10:00", "journey": "repair"}', "at is too far away"),
        ('{"hours": "open"}', "give `at`"),
        ("\udcff\udcfe", "not JSON"),
    ],
)
def test_line_that_cannot_be_decided_is_told_and_the_next_one_decided(run: Run, line: str, problem: str) -> None:
    stdin = line.encode("utf-8", "surrogateescape") + b'\n{"journey": "repair"}\n'
    done = run("rules", "decide", "--rules", FOLDER, stdin=stdin)
    assert done.code == 1
    wrong, right = done.rows()
    assert wrong["line"] == 1
    assert problem in wrong["error"]
    assert right["team"] == "repairs"


@pytest.mark.parametrize(
    "arguments,code,said",
    [
        ([], 0, "1. Gas escape: If the journey is Gas escape, then it goes to Emergency Line"),
        ([], 0, "If none fits, it goes to "),
        (["--rule", "gas escape"], 0, "Gas escape: If the journey is"),
        (["--json"], 0, '{"rule":"gas escape","sentence":'),
        (["--rule", "gaz escape"], 2, "There is no rule called gaz escape."),
    ],
)
def test_rules_are_read_aloud(run: Run, arguments: list[str], code: int, said: str) -> None:
    done = run("rules", "explain", FOLDER, *arguments)
    assert done.code == code
    assert said in done.out + done.err


@pytest.mark.parametrize(
    "arguments, code, said",
    [
        ([], 0, '"owner"'),
        (["owner"], 0, "The section owner of a landlord's folder"),
        (["--rules", str(FOLDER)], 0, '"emergency"'),
        (["--rules", "nowhere"], 0, '"owner"'),
        (["rules"], 2, "There is no kind rules: there are file, landlord"),
        (["--write", "nowhere"], 2, "nowhere is no folder."),
    ],
)
def test_schema_is_printed(run: Run, arguments: list[str], code: int, said: str) -> None:
    done = run("rules", "schema", *arguments)
    assert done.code == code
    assert said in done.out + done.err
    if code == 0:
        assert json.loads(done.out)["$schema"].startswith("http://json-schema.org/")


def test_schema_is_written_beside_the_files_with_their_own_names(run: Run, tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "ours")
    done = run("rules", "schema", "--write", "ours")
    assert (done.code, MODELINE in done.out) == (0, True)
    written = json.loads((tmp_path / "ours" / NAME).read_text())
    assert "emergency" in written["definitions"]["key-team"]["anyOf"][0]["enum"]


def test_version_is_published_listed_and_rolled_back(live: Run, tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "next")
    file = tmp_path / "next" / "landlord.yaml"
    file.write_text(file.read_text().replace("Mill Lane Homes", "Long Lane Homes"))
    published = live("rules", "publish", tmp_path / "next", "--reason", "A [new] name", "--author", "Ruth")
    assert (published.code, published.out) == (0, "Version 2 is live.\n")
    assert [(row["version"], row["live"]) for row in live("rules", "history", "--json").rows()] == [
        (2, True),
        (1, False),
    ]
    back = live("rules", "rollback", "1", "--reason", "The old one was better", "--author", "Omar")
    assert back.out == "Version 3 is live, with the files of version 1.\n"
    listed = live("rules", "history").out.splitlines()
    assert [line.endswith("live") for line in listed[1:]] == [True, False, False]
    assert "The old one was better" in listed[1]
    assert "A [new] name" in listed[2]
    newest = live("rules", "history", "--json").rows()[0]
    assert [newest[name] for name in ("version", "parent", "restores", "author")] == [3, 2, 1, "Omar"]
    assert "Mill Lane" in live("rules", "explain", "--json").out or live("rules", "explain").code == 0
    missing = live("rules", "rollback", "9")
    assert (missing.code, "no version 9" in missing.err) == (1, True)
    already = live("rules", "rollback", "3")
    assert (already.code, "live already" in already.err) == (1, True)


@pytest.mark.parametrize(
    "old,new,code,said",
    [
        ("1", "FOLDER", 0, "Differences: 0."),
        (
            "live",
            "NEXT",
            1,
            "changed: journey “pests”\n  team: “repairs”, now “hub”\nowner: Repairs, now The Hub, where ",
        ),
        ("NEXT", "1", 1, "team: “hub”, now “repairs”"),
        ("live", "9", 1, "There is no version 9"),
        ("live", "nowhere", 1, "there is no such folder"),
    ],
)
def test_two_rulesets_are_compared(live: Run, tmp_path: Path, old: str, new: str, code: int, said: str) -> None:
    shutil.copytree(FOLDER, tmp_path / "next")
    file = tmp_path / "next" / "landlord.yaml"
    file.write_text(file.read_text().replace("name: Pests\n    team: repairs", "name: Pests\n    team: hub"))
    named = {"FOLDER": FOLDER, "NEXT": tmp_path / "next"}
    done = live("rules", "diff", named.get(old, old), named.get(new, new))
    assert (done.code, said in done.out + done.err) == (code, True), done
    rows = (
        live("rules", "diff", named.get(old, old), named.get(new, new), "--json").rows()
        if code and "journey" in said
        else []
    )
    if rows:
        change, region = rows
        assert (change["kind"], change["name"]) == ("changed", "pests")
        assert (region["kind"], region["what"], region["before"], region["now"]) == (
            "region",
            "owner",
            "Repairs",
            "The Hub",
        )
        assert region["contact"]["journey"] == "pests"


def test_broken_folder_leaves_the_live_version(live: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("landlord: [")
    assert live("rules", "publish", tmp_path / "broken.yaml", "--reason", "x").code == 1
    assert [row["version"] for row in live("rules", "history", "--json").rows()] == [1]
