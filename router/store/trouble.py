"""What went wrong with the record, told by what to do about it: blame the item, try again, reconnect, or give up."""

import sqlite3
from enum import Enum
from typing import Final

from sqlalchemy.exc import DBAPIError, PendingRollbackError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from router.store import sqlite


class WriterError(RuntimeError):
    """Nothing is wrong with the item: the record could not take it now, and it may come again."""


class OverloadedError(WriterError):
    """Too much waits to be written: refuse what comes, and let whoever sent it come back."""


class UnavailableError(WriterError):
    """The record cannot be written to now. Whether this was written is not known; doing it again is harmless."""


class Trouble(Enum):
    """What an error is about, and so what helps."""

    ITEM = "the item itself: it fails alone"
    BUSY = "somebody else is in the way: try again"
    LOST = "the connection is gone: connect and try again"
    DOWN = "the record cannot be written to, and trying again at once will not help"


_BUSY_STATES: Final = {"40001", "40P01", "55P03"}
_DOWN_STATES: Final = {"53100", "57014"}
"""Disk full, and a statement that ran past its time."""

_LOST_CLASSES: Final = {"08", "53", "57"}
_LOST_STATES: Final = {"25006"}
"""Read-only: we still talk to what was the primary server."""

_SQLITE_DOWN: Final = {
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOTADB,
}


def trouble(error: BaseException) -> Trouble:
    """What an error of a statement, of a commit or of an operation's own code is about."""
    if isinstance(error, PendingRollbackError):
        return Trouble.LOST
    if isinstance(error, PoolTimeoutError):
        return Trouble.BUSY
    if not isinstance(error, DBAPIError):
        return Trouble.ITEM
    if isinstance(error.orig, sqlite3.Error):
        return _of_sqlite(error.orig)
    return Trouble.LOST if error.connection_invalidated else _of_postgres(error)


def cause(error: SQLAlchemyError) -> str:
    """What the database itself said, in one line, without the statement."""
    return " ".join(str(getattr(error, "orig", None) or error).split())


def named(error: BaseException) -> str:
    """What the database calls it, such as SQLITE_FULL or DiskFull, and else what Python does: never what it says."""
    own = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return str(getattr(own, "sqlite_errorname", None) or type(own).__name__)


def _of_sqlite(error: sqlite3.Error) -> Trouble:
    if sqlite.is_busy(error):
        return Trouble.BUSY
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return Trouble.DOWN if code in _SQLITE_DOWN else Trouble.ITEM


def _of_postgres(error: DBAPIError) -> Trouble:
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        # psycopg gives no state when there is no server to give one.
        return Trouble.LOST if type(error.orig).__name__ in {"OperationalError", "ConnectionTimeout"} else Trouble.ITEM
    if state in _BUSY_STATES:
        return Trouble.BUSY
    if state in _DOWN_STATES:
        return Trouble.DOWN
    return Trouble.LOST if state[:2] in _LOST_CLASSES or state in _LOST_STATES else Trouble.ITEM
