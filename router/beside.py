"""Work that takes a while, done in a process beside this one: whoever is served here meanwhile is not held up by it."""

import atexit
import contextlib
import os
import pickle
import threading
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Final, TypeVar

Result = TypeVar("Result")
SECONDS: Final = 60.0
"""How long one piece of work may take."""
MOST_AT_ONCE: Final = 4
"""Pieces of work that are done or wait at once: each keeps a thread, and threads are needed for all else."""
NICE: Final = 10
"""It yields to everything that answers customers."""


class TooLongError(Exception):
    """A piece of work took longer than it may, and was ended."""


class BusyError(Exception):
    """So much waits for its turn already that it is better to try again in a minute."""


class GoneError(Exception):
    """The process ended in the middle of its work, twice: it may have had no memory left."""


class Beside:
    """One process, started when there is work for it, that does a piece at a time and outlives nobody."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._turn = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._owner = os.getpid()

    def run(self, work: Callable[..., Result], *arguments: Any, seconds: float = SECONDS) -> Result:
        """What a function of a module gives for these arguments: all of it can be pickled, and so can what it raises.

        Waits its turn. Raises BusyError, TooLongError, GoneError, and what the work raises.
        """
        if not self._places.acquire(blocking=False):
            raise BusyError(BusyError.__doc__)
        try:
            with self._turn:
                return self._twice(work, arguments, seconds)
        finally:
            self._places.release()

    def close(self) -> None:
        """End the process, if there is one."""
        with self._turn:
            self._end()

    def _twice(self, work: Callable[..., Result], arguments: tuple[Any, ...], seconds: float) -> Result:
        for _ in range(2):
            with contextlib.suppress(EOFError, OSError):
                return self._ask(work, arguments, seconds)
            self._end()
        raise GoneError(GoneError.__doc__)

    def _ask(self, work: Callable[..., Result], arguments: tuple[Any, ...], seconds: float) -> Result:
        pipe = self._started()
        pipe.send((work, arguments))
        if not pipe.poll(seconds):
            self._end()
            raise TooLongError(TooLongError.__doc__)
        done, answer = pipe.recv()
        if not done:
            raise answer
        result: Result = answer
        return result

    def _started(self) -> Connection:
        if self._pipe is None or self._process is None or not self._process.is_alive() or self._owner != os.getpid():
            # Spawned, not forked: there are threads here, and the copy of a lock that one of them holds stays locked.
            context = get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(theirs,), name="beside", daemon=True)
            self._process.start()
            theirs.close()
            self._owner = os.getpid()
        return self._pipe

    def _end(self) -> None:
        process, pipe, self._process, self._pipe = self._process, self._pipe, None, None
        if pipe is not None:
            pipe.close()
        if process is not None and self._owner == os.getpid():
            process.kill()
            process.join()
            process.close()


def _serve(pipe: Connection) -> None:
    """In the process: do what comes, until whoever sends it is gone."""
    with contextlib.suppress(OSError):
        os.nice(NICE)
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            work, arguments = pipe.recv()
            try:
                answer = True, work(*arguments)
            except Exception as error:  # noqa: BLE001 - it is raised where the work was asked for
                answer = False, error
            pipe.send(_carried(answer))


def _carried(answer: tuple[bool, Any]) -> tuple[bool, Any]:
    """An answer as it arrives at the other end; one that does not is an error, and told by its name."""
    done, what = answer
    try:
        written = pickle.dumps(what)
        if not done:
            pickle.loads(written)  # noqa: S301 - what we have just written ourselves
    except Exception:  # noqa: BLE001 - whatever keeps it from being carried
        return False, RuntimeError(f"{type(what).__name__} cannot be carried" if done else type(what).__name__)
    return answer


_shared: Final = Beside()
run = _shared.run
atexit.register(_shared.close)
