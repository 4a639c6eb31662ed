"""How often work was begun and never ended: a count in a file, which only the death of the process leaves behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Tries:
    """The count of one piece of work. A power cut may lose it, which costs another try and nothing else."""

    def __init__(self, file: Path) -> None:
        """Count in this file; its folder is made when there is something to count."""
        self._file = file

    @property
    def failed(self) -> int:
        """How many tries in a row have ended with their process."""
        try:
            return int(self._file.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return 0

    @contextmanager
    def counted(self) -> Iterator[int]:
        """Count a try for as long as the block runs; gives how many before it have failed."""
        before = self.failed
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file.write_text(str(before + 1), encoding="ascii")
        try:
            yield before
        finally:
            self._file.unlink(missing_ok=True)
