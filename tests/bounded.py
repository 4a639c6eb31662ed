"""Work that has to come to an end, whatever it is given: input that was made to keep a process busy cannot."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

import pytest

SECONDS: Final = 10
"""Of processor time: many times what any of the inputs takes, and less than one whose cost grows with its square."""


@contextmanager
def comes_to_an_end() -> Iterator[None]:
    """Stop the block, and fail, once it has kept the processor busy for longer than any input may."""
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    # No Exception, which whoever reads hostile input may take for a fault of the input.
    pytest.fail(f"it went on for more than {SECONDS} seconds of processor time")
