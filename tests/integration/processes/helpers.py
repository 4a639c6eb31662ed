"""What the tests of processes share: looking at processes from outside, and waiting for what they do."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from tests.servers.process import wait_a_moment

PATIENCE = 30.0


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until the condition holds; fails when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        wait_a_moment()


def runs(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}


def environment() -> dict[str, str]:
    """Our environment without any setting."""
    mine = ("FIRSTCONTACT_", "TWILIO_", "DATABASE_URL", "REDIS_URL")
    return {name: value for name, value in os.environ.items() if not name.startswith(mine)}
