"""One transaction for much that waits: run together, and one by one only when something in it fails."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import Connection

from router.store.trouble import Trouble, trouble

AnyOperation = Callable[[Connection, list[Any]], list[Any]]

CHUNK: Final = 128
"""How many items of one operation are run together."""

HOLD_SECONDS: Final = 0.02
"""How long a transaction goes on taking up more, while others may wait for the lock."""


@dataclass(slots=True, eq=False)
class Ticket:
    """An item that waits to be written, and where its outcome goes: a future of `loop`, or of any thread."""

    operation: AnyOperation
    item: Any
    future: Future[Any] | asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop | None
    result: Any = None
    error: BaseException | None = None


Chunk = list[Ticket]
Some = TypeVar("Some", bound=AnyOperation)
_APART: Final[set[AnyOperation]] = set()
_AT_ONCE: Final[dict[AnyOperation, AnyOperation]] = {}


def apart(operation: Some) -> Some:
    """Have an operation run in transactions with its like alone: it takes locks that others must not wait for."""
    _APART.add(operation)
    return operation


def at_once(quicker: AnyOperation) -> Callable[[Some], Some]:
    """Have the items of an operation tried by something quicker first, on PostgreSQL by one statement.

    It gives a result for each item, in order: None where it wrote nothing, which is then left to the operation.
    """

    def mark(operation: Some) -> Some:
        _AT_ONCE[operation] = quicker
        return operation

    return mark


class Lanes:
    """What waits, in order within each operation, and taken from each operation in turn."""

    def __init__(self) -> None:
        self._lanes: dict[AnyOperation, deque[Ticket]] = {}

    def __bool__(self) -> bool:
        return bool(self._lanes)

    def add(self, ticket: Ticket) -> None:
        """Put a ticket behind those of its operation."""
        lane = self._lanes.get(ticket.operation)
        if lane is None:
            lane = self._lanes[ticket.operation] = deque()
        lane.append(ticket)

    def chunks(self) -> list[Chunk]:
        """The next of every operation, at most CHUNK each; those whose turn comes first, first.

        Operations that run apart are not among others: whichever sort has its turn first.
        """
        alone = next(iter(self._lanes), None) in _APART
        lanes = [lane for operation, lane in self._lanes.items() if (operation in _APART) is alone]
        return [[lane[at] for at in range(min(CHUNK, len(lane)))] for lane in lanes]

    def done(self, chunks: Iterable[Chunk]) -> None:
        """Take away chunks that are settled; what is left of their operations goes behind the others."""
        for chunk in chunks:
            lane = self._lanes.pop(chunk[0].operation)
            for _ in chunk:
                lane.popleft()
            if lane:
                self._lanes[chunk[0].operation] = lane


def tell_waiting(tickets: Iterable[Ticket]) -> None:
    """Tell whoever waits, each event loop once for all that is its own."""
    loops: dict[asyncio.AbstractEventLoop, list[Ticket]] = {}
    for ticket in tickets:
        if ticket.loop is None:
            _tell_thread(ticket)
        else:
            loops.setdefault(ticket.loop, []).append(ticket)
    for loop, own in loops.items():
        with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
            loop.call_soon_threadsafe(_tell_loop, own)


def _tell_thread(ticket: Ticket) -> None:
    future = ticket.future
    if isinstance(future, Future) and future.set_running_or_notify_cancel():
        _tell(ticket)


def _tell_loop(tickets: Iterable[Ticket]) -> None:
    for ticket in tickets:
        if not ticket.future.done():
            _tell(ticket)


def _tell(ticket: Ticket) -> None:
    if ticket.error is None:
        ticket.future.set_result(ticket.result)
    else:
        ticket.future.set_exception(ticket.error)


def run_together(connection: Connection, chunks: list[Chunk]) -> int:
    """Run chunks in one transaction until its time is over; returns how many, committed. Any error undoes all.

    To a server each statement is a round trip: a chunk that is alone, and may be written by one, needs no transaction,
    or is partly committed before it. Running it again is harmless.
    """
    tried = len(chunks) == 1 and connection.dialect.name == "postgresql"
    if tried:
        left = _left_at_once(connection, chunks[0])
        if not left:
            return 1
        chunks = [left]
    until = time.monotonic() + HOLD_SECONDS
    count = 0
    with connection.begin():
        for chunk in chunks:
            left = chunk if tried else _left_at_once(connection, chunk)
            if left:
                _run(chunk[0].operation, connection, left)
            count += 1
            if time.monotonic() > until:
                break
    return count


def run_apart(connection: Connection, chunks: list[Chunk]) -> int:
    """Run chunks in one transaction such that an item that fails does so alone; returns how many, committed.

    Raises only what is no item's fault.
    """
    with connection.begin():
        for chunk in chunks:
            if not _run_within(connection, chunk):
                for ticket in chunk:
                    _run_within(connection, [ticket])
    return len(chunks)


def _left_at_once(connection: Connection, chunk: Chunk) -> Chunk:
    """What is left of a chunk after what its operation tries first, if it does."""
    quicker = _AT_ONCE.get(chunk[0].operation)
    if quicker is None:
        return chunk
    _run(quicker, connection, chunk)
    return [ticket for ticket in chunk if ticket.result is None]


def _run_within(connection: Connection, chunk: Chunk) -> bool:
    """Run a chunk inside a savepoint; false, with the error on its tickets, when it fails and is undone."""
    try:
        with connection.begin_nested():
            _run(chunk[0].operation, connection, chunk)
    except Exception as error:
        if trouble(error) is not Trouble.ITEM:
            raise
        for ticket in chunk:
            ticket.error = error
        return False
    return True


def _run(operation: AnyOperation, connection: Connection, chunk: Chunk) -> None:
    results = operation(connection, [ticket.item for ticket in chunk])
    if len(results) != len(chunk):
        name = getattr(operation, "__qualname__", repr(operation))
        raise TypeError(f"{name} returned {len(results)} results for {len(chunk)} items: it must return one for each")
    for ticket, result in zip(chunk, results, strict=True):
        ticket.result, ticket.error = result, None
