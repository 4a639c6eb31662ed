"""Says who runs on a data folder: one lock for each role, let go by the system when its holder ends."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

TRIES = (0.0, 0.05)
"""Seconds before each try to take a role: who only looks whether it is held has it for a moment."""


class TakenError(Exception):
    """Another process has this role on this data folder."""

    def __init__(self, role: str, pid: int | None) -> None:
        """Name the role and, where it is known, the process that has it."""
        super().__init__(f"{role} is run by process {pid or 'unknown'}")
        self.role, self.pid = role, pid


@contextlib.contextmanager
def held(folder: Path, roles: Sequence[str]) -> Iterator[None]:
    """Hold these roles for as long as the block runs; raises TakenError when one is held elsewhere."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as stack:
        for role in roles:
            stack.enter_context(_lock(folder / f"{role}.lock", role))
        yield


def holder(folder: Path, role: str) -> int | None:
    """The process that has a role on this data folder, 0 where its number is not known; None when nobody has it."""
    try:
        file = (folder / f"{role}.lock").open(encoding="ascii")
    except OSError:
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _written(file) or 0
    return None


def _takes(file: TextIO, after: float) -> bool:
    time.sleep(after)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _written(file: TextIO) -> int | None:
    holder = file.read().strip()
    return int(holder) if holder.isdigit() else None


@contextlib.contextmanager
def _lock(path: Path, role: str) -> Iterator[None]:
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="ascii") as file:
        if not any(_takes(file, seconds) for seconds in TRIES):
            raise TakenError(role, _written(file))
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
