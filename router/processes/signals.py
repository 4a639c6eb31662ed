"""Waits for what concerns whoever owns processes: a signal to stop, the end of a child, or the time."""

import contextlib
import os
import select
import signal
from collections.abc import Iterator
from types import FrameType

STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopNowError(Exception):
    """A second signal to stop came while stopping: what has not finished is to be killed."""


class Signals:
    """What has been heard. `stopping` is set by the first signal to stop; a second one raises StopNowError."""

    def __init__(self, wake: int) -> None:
        """Listen for wake-ups on this descriptor."""
        self._wake = wake
        self.stopping = False

    def wait(self, seconds: float) -> None:
        """Return after so many seconds, or as soon as a signal has come."""
        if self.stopping:
            return
        if select.select([self._wake], [], [], max(seconds, 0.0))[0]:
            os.read(self._wake, 4096)

    def hear(self, _number: int, _frame: FrameType | None) -> None:
        """A signal to stop has come."""
        if self.stopping:
            raise StopNowError
        self.stopping = True


@contextlib.contextmanager
def heard() -> Iterator[Signals]:
    """Hear signals for as long as the block runs, in the main thread; afterwards they mean what they did before."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signals = Signals(reader)
    before = {number: signal.signal(number, signals.hear) for number in STOP}
    before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    wakeup_before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    try:
        yield signals
    finally:
        signal.set_wakeup_fd(wakeup_before)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reader)
        os.close(writer)
