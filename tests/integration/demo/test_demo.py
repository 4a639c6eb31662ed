"""The demo as a command: at full speed and paced, nothing is lost, and nothing but its own folder is touched."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from router.demo.account import CHECKS
from router.demo.plan import plan
from rules.folder import read_folder
from rules.load import load
from tests.effort import effort
from tests.servers.dovecot import Dovecot, dovecot_server
from tests.servers.serving import FIRSTCONTACT, environment

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
SEED = 3


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Dovecot]:
    with dovecot_server() as server:
        yield server


def demo(folder: Path, mailbox: str, *arguments: str) -> tuple[int, dict[str, Any], str]:
    """Run it with its record in `folder`, where the environment names other places that it has to leave alone."""
    elsewhere = {"FIRSTCONTACT_DATA": str(folder / "elsewhere"), "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    elsewhere |= {"FIRSTCONTACT_IMAP__DEMO": mailbox} if mailbox else {}
    command = [FIRSTCONTACT, "demo", "--json", "--seed", str(SEED), "--data", str(folder / "data"), *arguments]
    done = subprocess.run(
        command, env=environment(elsewhere), cwd=folder, capture_output=True, text=True, check=False, timeout=300
    )
    return done.returncode, json.loads(done.stdout or "{}"), done.stderr


@pytest.mark.parametrize(
    "minutes,speed,user", [(effort(15, 40), 0, ""), (6, 900, "demo@mill-lane.example")], ids=["fast", "paced"]
)
def test_nothing_of_a_morning_is_lost(tmp_path: Path, mailbox: Dovecot, minutes: int, speed: int, user: str) -> None:
    url = mailbox.url(user) if user else ""
    code, told, said = demo(tmp_path, url, "--minutes", str(minutes), "--speed", str(speed))
    assert told["wrong"] == {name: [] for name in CHECKS}, said
    assert told["refused_orders"] == []
    assert (code, told["clean"]) == (0, True)
    planned = plan(load(read_folder(ROOT / "config")), SEED, minutes).arrivals
    assert sum(told["figures"]["contacts"].values()) == len(planned)
    assert "Nothing is lost" in said
    assert "Traceback" not in said + (tmp_path / "data" / "demo.log").read_text()
    assert (tmp_path / "data" / "firstcontact.db").exists()
    assert [each.name for each in tmp_path.iterdir()] == ["data"]
    emails = sum(each.times for each in planned if each.channel == "email")
    if user:
        assert len(mailbox.kept(user)) == emails > 0
    if speed == 0:
        assert told["figures"]["taken"] == told["figures"]["enquiries"]
        assert told["first_contact"]["declared_count"] > 0
