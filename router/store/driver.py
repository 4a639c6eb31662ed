"""Statements handed to the database's own driver, for what every contact goes through.

What SQLAlchemy does around a small statement takes several times as long as the statement. Transactions remain its
own, and errors are of the classes that it raises.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, cast

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

Parameters = Sequence[Any] | Mapping[str, Any]
_CURSOR: Final = "firstcontact_cursor"


def execute(connection: Connection, statement: str, parameters: Parameters) -> int:
    """Run a statement, with the driver's placeholders, in the connection's transaction; how many rows it changed."""
    return cast("int", _run(connection, "execute", statement, parameters).rowcount)


def execute_each(connection: Connection, statement: str, several: Sequence[Parameters]) -> None:
    """Run a statement once with each of these parameters."""
    _run(connection, "executemany", statement, several)


def fetch(connection: Connection, statement: str, parameters: Parameters) -> list[tuple[Any, ...]]:
    """The rows of a query, as the driver gives them."""
    return cast("list[tuple[Any, ...]]", _run(connection, "execute", statement, parameters).fetchall())


@contextmanager
def pipelined(connection: Connection) -> Iterator[None]:
    """Send statements without waiting for what became of the one before: for those whose outcome nobody asks for.

    On PostgreSQL, how many rows one of them changed is not known, none may give any back, and what goes wrong with one
    is raised by a later one or at the end. With SQLite there is nobody to wait for.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.driver_connection
    try:
        with driver.pipeline():
            yield
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy(connection, None, error) from error


def _run(connection: Connection, how: str, statement: str, parameters: Parameters) -> Any:
    # Making a cursor takes PostgreSQL's driver as long as a statement does: a connection keeps its one.
    cursor = connection.info.get(_CURSOR)
    if cursor is None:
        cursor = connection.info[_CURSOR] = connection.connection.cursor()
    run: Callable[[str, Parameters], Any] = getattr(cursor, how)
    try:
        run(statement, parameters)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy(connection, statement, error) from error
    return cursor


def _as_sqlalchemy(connection: Connection, statement: str | None, error: Exception) -> BaseException:
    lost = connection.dialect.is_disconnect(error, connection.connection, None)  # type: ignore[arg-type] # it asks for no cursor
    wrapped = DBAPIError.instance(
        statement,
        None,
        error,
        connection.dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=connection.dialect,
    )
    if lost:
        connection.invalidate(error)
    return cast("BaseException", wrapped)
