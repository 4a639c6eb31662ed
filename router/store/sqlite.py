"""SQLite as a record for several processes: durable settings, and write transactions that take turns.

SQLite's own waiting sleeps ever longer and favours whoever has just committed. Here the next writer stands at a
turnstile (a lock on a file beside the database) until it has the write lock, so nobody gets in twice before it.
The file only orders the writers: SQLite's lock is what keeps them apart, so a program that knows nothing of the
turnstile is merely less polite.
"""

import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

if sys.platform != "win32":
    import fcntl

READS: Final = "firstcontact_reads"
"""The execution option that tells a reading connection from a writing one."""

BUSY_SECONDS: Final = 10.0
_POLL_SECONDS: Final = 0.0004
_TURNSTILE: Final = "firstcontact_turnstile"
_ROLE: Final = "firstcontact_role"
_ON_CONNECT: Final = (
    "PRAGMA busy_timeout=10000",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-16384",
    "PRAGMA mmap_size=268435456",
    "PRAGMA journal_size_limit=67108864",
)
# A writer asks again by itself, in turn; a reader waits only for a recovery, and SQLite's own waiting will do.
_READER: Final = "PRAGMA query_only=ON", "PRAGMA busy_timeout=10000"
_WRITER: Final = "PRAGMA query_only=OFF", "PRAGMA busy_timeout=0"


def install(engine: Engine) -> Engine:
    """Make every connection of this SQLite engine durable, and its transactions begin in their turn."""
    turnstile = f"{Path(str(engine.url.database)).resolve()}-turn"

    def connected(connection: sqlite3.Connection, record: Any) -> None:
        for statement in _ON_CONNECT:
            connection.execute(statement)
        record.info[_TURNSTILE] = os.open(turnstile, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o666)

    def closed(connection: sqlite3.Connection, record: Any) -> None:
        del connection
        if record is not None and (turn := record.info.pop(_TURNSTILE, None)) is not None:
            os.close(turn)

    event.listen(engine, "connect", connected)
    event.listen(engine, "close", closed)
    event.listen(engine, "begin", _begin)
    return engine


def is_busy(error: BaseException | None) -> bool:
    """Whether an SQLite error says that somebody else has the lock."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _begin(connection: Connection) -> None:
    driver = cast("sqlite3.Connection", connection.connection.driver_connection)
    try:
        if connection.get_execution_options().get(READS, False):
            _take_role(connection, driver, _READER)
            driver.execute("BEGIN")
        else:
            _take_role(connection, driver, _WRITER)
            _begin_in_turn(driver, connection.info[_TURNSTILE])
    except sqlite3.Error as error:
        raise OperationalError("BEGIN", None, error) from error


def _take_role(connection: Connection, driver: sqlite3.Connection, role: tuple[str, ...]) -> None:
    if connection.info.get(_ROLE) is not role:
        for statement in role:
            driver.execute(statement)
        connection.info[_ROLE] = role


def _begin_in_turn(driver: sqlite3.Connection, turnstile: int) -> None:
    deadline = time.monotonic() + BUSY_SECONDS
    with _at_turnstile(turnstile, deadline):
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if not is_busy(error) or time.monotonic() > deadline:
                    raise
                time.sleep(_POLL_SECONDS)
            else:
                return


if sys.platform == "win32":

    @contextmanager
    def _at_turnstile(turnstile: int, deadline: float) -> Iterator[None]:  # noqa: ARG001 - as below
        """Without file locks writers are only less fair."""
        yield
else:

    @contextmanager
    def _at_turnstile(turnstile: int, deadline: float) -> Iterator[None]:
        """Stand in the turnstile, or go past it when its holder is stuck: the database's own lock decides."""
        while not _locked(turnstile) and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        try:
            yield
        finally:
            fcntl.flock(turnstile, fcntl.LOCK_UN)

    def _locked(turnstile: int) -> bool:
        try:
            fcntl.flock(turnstile, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
