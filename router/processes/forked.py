"""Starts a process as a copy of this one, which has loaded what it needs: it shares that memory, and starts at once.

Only for a process with one thread. The copy keeps of its owner what is loaded and nothing else: no descriptor but those
it is given, no way of hearing signals, no other environment.
"""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence

from router import settings
from router.processes import tied
from router.processes.signals import STOP

LOOK_EVERY = 0.01
MOST_FILES = 65_536
Body = Callable[[], None]


class Forked:
    """A copy that runs, with as much of subprocess.Popen as is asked of it."""

    def __init__(self, pid: int) -> None:
        """Stand for the child of this number."""
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code, below zero for the signal that ended it; None while it runs."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, as soon as it has one; raises subprocess.TimeoutExpired."""
        deadline = time.monotonic() + (timeout if timeout is not None else float("inf"))
        while (code := self.poll()) is None:
            if time.monotonic() >= deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
            time.sleep(LOOK_EVERY)
        return code

    def terminate(self) -> None:
        """Ask it to end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self._send(signal.SIGKILL)

    def _send(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def start(body: Body, name: str, environment: Mapping[str, str], files: Sequence[int] = ()) -> Forked:
    """Run the body in a copy of this process, tied to it as `tied.start` ties a program; call it from the main thread.

    The copy ends with the body: with exit code 1 where that raises, which is told to sys.excepthook.
    """
    tie = tied.kernel_tie(name)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    # A signal that came before the copy has forgotten our way of hearing it would be lost.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP)
    pid = os.fork()
    if pid == 0:
        _become(body, tie, environment, files, before)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return Forked(pid)


def _become(body: Body, tie: Body | None, environment: Mapping[str, str], files: Sequence[int], mask: set[int]) -> None:
    """In the copy: let go of everything, run the body, and end without going back to where the owner was."""
    code = 1
    try:
        os.setsid()
        if tie is not None:
            tie()
        _let_go(files)
        settings.adopt(environment)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        code = _run(body)
    finally:
        os._exit(code)


def _let_go(files: Sequence[int]) -> None:
    signal.set_wakeup_fd(-1)
    for number in (*STOP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    kept = sorted({0, 1, 2, *files})
    for low, high in zip(kept, [*kept[1:], MOST_FILES], strict=True):
        os.closerange(low + 1, high)


def _run(body: Body) -> int:
    code = 0
    try:
        body()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException as error:  # noqa: BLE001 - whatever it was, it is told as at the end of any program
        sys.excepthook(type(error), error, error.__traceback__)
        code = 1
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return code
