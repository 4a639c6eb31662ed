"""Every kind of database error is met with what helps against it."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from router.store.trouble import Trouble, named, trouble


def of_sqlite(code: int) -> DBAPIError:
    error = sqlite3.OperationalError("said so")
    error.sqlite_errorcode = code
    return OperationalError("INSERT", None, error)


class DriverError(Exception):
    """As psycopg's errors are: a class by kind, and PostgreSQL's state where the server gave one."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("said so")
        self.sqlstate = sqlstate


class LostError(DriverError):
    """Named like psycopg's own, which is how it is known."""


LostError.__name__ = "OperationalError"


@pytest.mark.parametrize(
    "code, expected",
    [
        (sqlite3.SQLITE_BUSY, Trouble.BUSY),
        (sqlite3.SQLITE_LOCKED, Trouble.BUSY),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, Trouble.BUSY),
        (sqlite3.SQLITE_FULL, Trouble.DOWN),
        (sqlite3.SQLITE_IOERR_FSYNC, Trouble.DOWN),
        (sqlite3.SQLITE_CORRUPT, Trouble.DOWN),
        (sqlite3.SQLITE_READONLY, Trouble.DOWN),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, Trouble.ITEM),
        (sqlite3.SQLITE_TOOBIG, Trouble.ITEM),
    ],
)
def test_sqlite(code: int, expected: Trouble) -> None:
    assert trouble(of_sqlite(code)) is expected


@pytest.mark.parametrize(
    "state, expected",
    [
        ("40001", Trouble.BUSY),
        ("40P01", Trouble.BUSY),
        ("55P03", Trouble.BUSY),
        ("57014", Trouble.DOWN),
        ("53100", Trouble.DOWN),
        ("53300", Trouble.LOST),
        ("57P01", Trouble.LOST),
        ("57P03", Trouble.LOST),
        ("08006", Trouble.LOST),
        ("25006", Trouble.LOST),
        ("23505", Trouble.ITEM),
        ("22021", Trouble.ITEM),
        ("22001", Trouble.ITEM),
    ],
)
def test_postgres(state: str, expected: Trouble) -> None:
    assert trouble(OperationalError("INSERT", None, DriverError(state))) is expected


@pytest.mark.parametrize(
    "error, expected",
    [
        (ValueError("a poisoned item"), Trouble.ITEM),
        (PoolTimeoutError("no connection is free"), Trouble.BUSY),
        (PendingRollbackError("roll back first"), Trouble.LOST),
        (OperationalError("INSERT", None, LostError(None)), Trouble.LOST),
        (IntegrityError("INSERT", None, DriverError(None), connection_invalidated=True), Trouble.LOST),
        (DBAPIError("INSERT", None, DriverError(None)), Trouble.ITEM),
    ],
)
def test_others(error: Exception, expected: Trouble) -> None:
    assert trouble(error) is expected


@pytest.mark.parametrize(
    "error, expected",
    [
        (ValueError("a poisoned item"), "ValueError"),
        (DBAPIError("INSERT", None, DriverError("53100")), "DriverError"),
        (PoolTimeoutError("no connection is free"), "TimeoutError"),
    ],
)
def test_an_error_is_named_without_what_it_says(error: Exception, expected: str) -> None:
    assert named(error) == expected


def test_an_error_of_sqlite_has_its_own_name() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("pragma max_page_count = 1")
        with pytest.raises(sqlite3.OperationalError) as raised:
            connection.execute("create table full (number)")
    assert named(OperationalError("CREATE", None, raised.value)) == "SQLITE_FULL"
