"""A small disk for tests, which can be filled to the last byte and freed again: only root can make one."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

BLOCKS = (65_536, 4_096, 512)
"""Bytes that are written at a time, ever fewer, so that nothing is left over."""


@dataclass(frozen=True, slots=True)
class Disk:
    """A file system of its own, mounted at `folder`."""

    folder: Path

    def fill(self) -> None:
        """Take up whatever is free."""
        with (self.folder / "ballast").open("ab", buffering=0) as ballast:
            for block in BLOCKS:
                with suppress(OSError):
                    while True:
                        ballast.write(bytes(block))

    def free(self) -> None:
        """Give back what was taken up."""
        (self.folder / "ballast").unlink()


def can_be_made() -> bool:
    """Whether this user may mount anything here."""
    if os.geteuid() != 0:
        return False
    tried = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False)
    return tried.returncode == 0


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """A disk of so many megabytes at an empty folder that everybody may enter, gone afterwards."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(folder)], check=True)
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
