"""docs/rules.md, followed to the letter: its files written, its commands run, what it shows found in what they say."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest

from rules.folder import read_folder
from rules.load import load_checked
from tests.integration.commands.conftest import Run

pytestmark = pytest.mark.slow
PAGE = Path(__file__).parents[3] / "docs" / "rules.md"
FENCED = re.compile(r"^```(yaml|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"# (mill-lane/\S+)\n")


@dataclass(frozen=True)
class Step:
    """A command of the page, with the lines that are shown of what it says."""

    command: str
    shown: list[str]


def steps(block: str) -> list[Step]:
    """The commands of a block, each with what stands below it."""
    return [Step(command, lines) for command, *lines in (part.splitlines() for part in block.split("$ ")[1:])]


def occurs(shown: str, said: str) -> bool:
    """Whether a line is among what was said; `…` stands for anything."""
    return re.search(".*".join(map(re.escape, shown.strip().split("…"))).replace(r"\ .*", ".*"), said) is not None


def follow(run: Run, step: Step) -> None:
    before, piped, command = step.command.rpartition(" | ")
    words = shlex.split(command)
    assert words[0] == "firstcontact"
    stdin = shlex.split(before)[1] if piped else ""
    done = run(*words[1:], stdin=stdin)
    said = done.out + done.err
    assert done.code in (0, 1), said
    assert [line for line in step.shown if line.strip() and not occurs(line, said)] == [], said


def test_the_page_is_true(run: Run, tmp_path: Path) -> None:
    followed, tried = 0, 0
    for kind, block in FENCED.findall(PAGE.read_text(encoding="utf-8")):
        if kind == "console":
            for step in steps(block):
                follow(run, step)
                followed += 1
        elif named := NAMED.match(block):
            (tmp_path / named[1]).write_text(block, encoding="utf-8")
        else:
            load_checked(read_folder(tmp_path / "mill-lane") | {"z.yaml": block.encode()})
            (tmp_path / "mill-lane" / "tried.yaml").write_text(block, encoding="utf-8")
            passed = run("rules", "test", "mill-lane")
            assert (passed.code, "0 fail" in passed.out) == (0, True), passed.out + passed.err
            (tmp_path / "mill-lane" / "tried.yaml").unlink()
            tried += 1
    assert (followed, tried) == (13, 2)
