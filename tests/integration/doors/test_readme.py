"""The README is true: its shell blocks, as they stand there, run against a started server and come out as it says."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.process import free_port
from tests.servers.serving import Serving, environment

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text()
DEFAULT = "http://127.0.0.1:8000"
WAIT = """
found() { curl -s -H "Authorization: Bearer $KEY" "$URL/api/v1/contacts?conversation=SM1"; }
until found | grep -q '"decided"'; do :; done
ID=$(found | grep -o '"id":"[^"]*"' | cut -d'"' -f4)
SHOWN=$(curl -s -H "Authorization: Bearer $KEY" "$URL/api/v1/contacts/$ID")
REFERENCE=$(echo "$SHOWN" | grep -o '"reference":"[^"]*"' | cut -d'"' -f4)
"""


def blocks() -> list[str]:
    """Every block of shell in the README."""
    return re.findall(r"```sh\n(.*?)```", README, re.DOTALL)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like a fresh clone with its environment set up."""
    folder = tmp_path_factory.mktemp("clone")
    (folder / ".venv").symlink_to(Path(sys.executable).parents[1])
    (folder / "config").symlink_to(ROOT / "config")
    return folder


@pytest.fixture(scope="module")
def said(clone: Path) -> Iterator[str]:
    """What a newcomer's terminal shows who runs one block after the other beside `make run`."""
    settings = {"FIRSTCONTACT_DATA": str(clone / "var"), "FIRSTCONTACT_PORT": str(free_port())}
    running = Serving(settings, clone / "log", installed=True)
    try:
        running.start()
        yield _run("\n".join(_steps(running.url)), clone)
    finally:
        running.stop()


def _steps(url: str) -> list[str]:
    """The blocks, with the address that this server has, and what a person fills in or waits for."""
    assert any(DEFAULT in block for block in blocks())
    steps = [block.replace(DEFAULT, url) for block in blocks()]
    at = next(number for number, block in enumerate(steps) if "THE-ID" in block)
    steps = [step.replace("THE-ID", "$ID").replace("THE-REFERENCE", "$REFERENCE") for step in steps]
    return [*steps[:at], WAIT, *steps[at:]]


def _run(script: str, folder: Path) -> str:
    done = subprocess.run(
        ["/bin/sh", "-e", "-c", script],
        cwd=folder,
        env=environment({}),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "expected",
    [
        '"status":"ok"',
        "200 OK",
        "x-firstcontact-contact: ",
        '"key": "emergency-repairs"',
        '"because": "',
        '"sentences": [',
        "<Gather ",
        'action="/channels/twilio/voice/menu"',
        "<Dial ",
        " taken in",
        '"repeated":false,"state":"waiting"',
        '"resolution":{"how":"answered","at_first_contact":true}',
        "100% (1 of 1)",
        "config: has no mistakes",
        "examples pass, 0 fail.",
        '"team":"assets"',
        '"explanation":[',
    ],
)
def test_readme_shows_what_it_promises(said: str, expected: str) -> None:
    assert expected in said


def test_readme_names_the_address_and_the_page_that_serve(clone: Path) -> None:
    assert f"<{DEFAULT}/chat>" in README
    assert clone.joinpath("config").is_dir()
