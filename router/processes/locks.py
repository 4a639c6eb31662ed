"""Says who runs on a data folder: one lock for each role, let go by the system when its holder ends."""

import contextlib
import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path


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


@contextlib.contextmanager
def _lock(path: Path, role: str) -> Iterator[None]:
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = file.read().strip()
            raise TakenError(role, int(holder) if holder.isdigit() else None) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
