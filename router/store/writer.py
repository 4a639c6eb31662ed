"""The one thread of a process that writes: whatever waits is committed together, and told of only afterwards."""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine

from router.logs import log
from router.store.batch import Chunk, Lanes, Ticket, run_apart, run_together, tell_waiting
from router.store.engine import connect_to_write
from router.store.trouble import OverloadedError, Trouble, UnavailableError, WriterError, named, trouble

Item = TypeVar("Item")
Result = TypeVar("Result")
Operation = Callable[[Connection, list[Item]], list[Result]]
"""A module's function that writes items and returns one result for each, in order.

It must be **idempotent**, because what was cut off during its commit is run again; it must touch nothing but the
connection and its items, because a batch in which something fails is undone and run again; and it must not commit.
What can be expected to go wrong for one item is a result; an error is for what cannot.
"""

__all__ = ["Operation", "OverloadedError", "UnavailableError", "Writer", "WriterError"]

LIMIT: Final = 5_000
GATHERS: Final = 0.002
"""Seconds for which more is gathered at most, while more comes: a transaction costs far more than what is in it."""

RETRY_SECONDS: Final = 8.0
TROUBLE_SECONDS: Final = 10.0
"""For so long a batch that failed counts, where none is written after it: whoever is sent nothing can show nothing."""

_PAUSES: Final = (0.0, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0)


class Writer:
    """Group commit for one process. `limit` bounds what may wait; `observe` is told of each batch: items, seconds."""

    def __init__(
        self, engine: Engine, *, limit: int = LIMIT, observe: Callable[[int, float], None] | None = None
    ) -> None:
        self._engine = engine
        self._limit = limit
        self._observe = observe
        self._queue: deque[Ticket] = deque()
        self._bell = threading.Event()
        self._ringing: set[asyncio.AbstractEventLoop] = set()
        self._lanes = Lanes()
        self._held = 0
        self._connection: Connection | None = None
        self._trouble, self._failed_at = "", 0.0
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many items are not settled yet, roughly."""
        return len(self._queue) + self._held

    @property
    def trouble(self) -> str:
        """Why the last batch could not be written, as the database calls it; empty when it was, or that is long ago."""
        return self._trouble if time.monotonic() - self._failed_at < TROUBLE_SECONDS else ""

    def submit(self, operation: Operation[Item, Result], item: Item) -> Future[Result]:
        """Have an item written; the future gives its result once it is committed.

        Items of one operation are written in order; those of different operations in any. Raises OverloadedError when
        too much waits; the future raises UnavailableError when the record is down, or the operation's own error.
        """
        future: Future[Result] = Future()
        self._put(Ticket(operation, item, future, None))
        self._bell.set()
        return future

    async def write(self, operation: Operation[Item, Result], item: Item) -> Result:
        """As `submit`, for a coroutine. One that is cancelled meanwhile may still have been written."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._put(Ticket(operation, item, future, loop))
        self._ring_once_quiet(loop)
        return await future

    def close(self, timeout: float | None = 30.0) -> None:
        """Write all that waits, then end the thread; what comes later, or is left after `timeout` seconds, fails."""
        if not self._closed.is_set():
            self._closed.set()
            self._bell.set()
        self._thread.join(timeout)
        late = list(self._drain())
        _fail(late, UnavailableError("the writer was closed before this could be written"))
        tell_waiting(late)

    def _put(self, ticket: Ticket) -> None:
        if self._closed.is_set():
            raise UnavailableError("the writer is closed: this process is ending")
        if self.waiting >= self._limit:
            raise OverloadedError(f"{self._limit} items wait to be written already: try again shortly")
        self._queue.append(ticket)

    def _ring_once_quiet(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wake the thread when a turn of the loop brings nothing more, so that what comes together is committed so."""
        if loop not in self._ringing:
            self._ringing.add(loop)
            loop.call_soon(self._ring, loop, 0, time.monotonic() + GATHERS)

    def _ring(self, loop: asyncio.AbstractEventLoop, before: int, deadline: float) -> None:
        waiting = len(self._queue)
        if waiting > before and time.monotonic() < deadline:
            loop.call_soon(self._ring, loop, waiting, deadline)
            return
        self._ringing.discard(loop)
        self._bell.set()

    def _drain(self) -> Iterable[Ticket]:
        with suppress(IndexError):  # at the end, two threads may be at it
            while True:
                yield self._queue.popleft()

    def _work(self) -> None:
        while self._collect():
            self._write_some()
        self._disconnect()

    def _collect(self) -> bool:
        """Sort what has come into the lanes, waiting for it only when there is nothing to do; false at the end."""
        while not (self._lanes or self._queue):
            if self._closed.is_set():
                return False
            self._bell.wait()
            self._bell.clear()
        for ticket in self._drain():
            self._held += 1
            self._lanes.add(ticket)
        return True

    def _write_some(self) -> None:
        chunks, started = self._lanes.chunks(), time.monotonic()
        try:
            chunks = chunks[: self._commit(chunks)]
        except Exception as error:  # noqa: BLE001 - the thread outlives whatever happens, and callers hear of it
            log("record.failed", logging.ERROR, error=named(error.__cause__ or error))
            _fail((ticket for chunk in chunks for ticket in chunk), error)
        self._lanes.done(chunks)
        tickets = [ticket for chunk in chunks for ticket in chunk]
        self._held -= len(tickets)
        if self._observe is not None:
            self._observe(len(tickets), time.monotonic() - started)
        tell_waiting(tickets)

    def _commit(self, chunks: list[Chunk]) -> int:
        """Commit as many chunks as time allows, at least one, in as many tries as it takes; returns how many."""
        # While the record is known to be down, a batch has one try, so that callers hear of it at once.
        deadline = time.monotonic() + (0.0 if self._trouble else RETRY_SECONDS)
        pauses, run = iter(_PAUSES), run_together
        while True:
            try:
                done = run(self._connected(), chunks)
            except Exception as error:  # noqa: BLE001 - sorted by what helps
                if run is run_together and trouble(error) is Trouble.ITEM:
                    run = run_apart
                else:
                    self._recover(error, next(pauses, _PAUSES[-1]), deadline)
            else:
                self._trouble = ""
                return done

    def _recover(self, error: Exception, pause: float, deadline: float) -> None:
        """Make ready for another try; UnavailableError, or the error itself, when there is no use in one."""
        kind = trouble(error)
        if kind is Trouble.ITEM:
            raise error
        if kind is not Trouble.BUSY:
            self._disconnect()
        if kind is Trouble.DOWN or time.monotonic() + pause > deadline:
            self._trouble, self._failed_at = named(error), time.monotonic()
            raise UnavailableError(f"the record cannot be written to now: {kind.value}") from error
        time.sleep(pause)

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = connect_to_write(self._engine)
        return self._connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # it may be gone already
                connection.invalidate()
            with suppress(Exception):
                connection.close()


def _fail(tickets: Iterable[Ticket], error: Exception) -> None:
    for ticket in tickets:
        ticket.error = error
