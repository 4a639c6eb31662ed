"""Threads for pages and the API, apart from those in which calls are answered: no caller waits until a page is done."""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, TypeVar

Done = TypeVar("Done")
MOST_AT_ONCE: Final = 8
"""As each may hold a connection to the record, of which those who answer calls need some too."""

_threads: Final = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="pages")


async def apart(work: Callable[..., Done], *given: Any) -> Done:
    """What a function gives that takes its time, done in one of these threads."""
    inside = partial(contextvars.copy_context().run, work, *given)
    return await asyncio.get_running_loop().run_in_executor(_threads, inside)
