"""The order in which locks are taken where calls are written, so that two processes never wait for each other.

1. The one lock of the line (`in_line`), first of all. Whoever has it may go on to
2. rows of enquiries, in the order of their ids, then rows of contacts (a foreign key to one takes it too), then those
   of calls.

Nobody who holds any of these may wait for the lock of the line. A transaction holds what all its operations took, so
those in line have transactions of their own (`router.store.batch`). One lock for all calls costs nothing that counts:
what is done under it takes milliseconds, and on SQLite there is only one writer anyway.
"""

from collections.abc import Callable
from functools import wraps
from typing import Final, TypeVar

from sqlalchemy import Connection

from router.store import sql
from router.store.batch import apart

Item = TypeVar("Item")
Result = TypeVar("Result")
LINE: Final = "line"


def in_line(
    operation: Callable[[Connection, list[Item]], list[Result]],
) -> Callable[[Connection, list[Item]], list[Result]]:
    """An operation that writes calls: it takes the lock of the line first, in a transaction with its like alone."""

    @wraps(operation)
    def locked(connection: Connection, items: list[Item]) -> list[Result]:
        sql.lock_names(connection, [LINE])
        return operation(connection, items)

    return apart(locked)
