"""Threads for pages and the API, apart from those in which calls are answered: no caller waits until a page is done."""

import asyncio
import contextvars
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, TypeVar

Done = TypeVar("Done")
MOST_AT_ONCE: Final = 8
"""As each may hold a connection to the record, of which those who answer calls need some too."""

SHORT: Final = 0.0005
"""Seconds for which a page may keep what answers a call waiting for the interpreter, which is needed some twenty times.
While nobody makes a page turns are as long as the process has them: taking in messages is quicker by long ones."""

_threads: Final = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="pages")


async def apart(work: Callable[..., Done], *given: Any) -> Done:
    """What a function gives that takes its time, done in one of these threads."""
    inside = partial(contextvars.copy_context().run, _in_short_turns, work, *given)
    return await asyncio.get_running_loop().run_in_executor(_threads, inside)


def _in_short_turns(work: Callable[..., Done], *given: Any) -> Done:
    with _turns.short():
        return work(*given)


class _Turns:
    """How long a thread has the interpreter at a time, which is one setting of the whole process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._usual = 0.0

    @contextmanager
    def short(self) -> Iterator[None]:
        """Have turns be short while this or another piece of work goes on."""
        with self._lock:
            self._users += 1
            if self._users == 1:
                self._usual = sys.getswitchinterval()
                sys.setswitchinterval(min(SHORT, self._usual))
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                if not self._users:
                    sys.setswitchinterval(self._usual)


_turns: Final = _Turns()
