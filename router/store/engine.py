"""Connections to the record: one engine for SQLite or PostgreSQL, and the two kinds of transaction on it.

A write transaction holds SQLite's one write lock from its first statement, because a transaction that begins by
reading and then writes would lose races silently. A read transaction sees one moment of the record throughout.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from router.store import driver, sqlite
from router.store.values import from_json, to_json

POOL_SIZE: Final = 5
POOL_OVERFLOW: Final = 10
POOL_WAIT_SECONDS: Final = 10
STATEMENT_SECONDS: Final = 30
LOCK_SECONDS: Final = 10

_SQLITE_CONNECT: Final = {"isolation_level": None, "check_same_thread": False, "cached_statements": 512}
_BEGINS: Final = "firstcontact_begins"
"""The execution option of a connection whose transactions begin when they are told to, and no sooner."""

_WRITE: Final = {sqlite.READS: False}
_SQLITE_READ: Final = {sqlite.READS: True}
_POSTGRES_KEPT: Final = {"isolation_level": "AUTOCOMMIT", _BEGINS: True}
_POSTGRES_READ: Final = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def make_engine(url: str, *, statement_seconds: float = STATEMENT_SECONDS) -> Engine:
    """The engine for a database address: `sqlite:////path/to/file` or `postgresql://user@host/name`.

    ValueError when the address is of neither kind. Nothing is connected yet. A PostgreSQL statement that takes longer
    than `statement_seconds` is stopped. Values never appear in the text of an error.
    """
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        return sqlite.install(create_engine(address, **_common(), connect_args=_SQLITE_CONNECT))
    engine = create_engine(address, **_common(), **_postgres_options(address, statement_seconds))
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def begin_write(engine: Engine) -> Iterator[Connection]:
    """A transaction that may write, committed at the end, rolled back on an error.

    Keep it short: on SQLite it is the only one. What it reads can still change under PostgreSQL unless locked, so
    compare and set.
    """
    with engine.connect() as connection, connection.execution_options(**_WRITE).begin():
        yield connection


@contextmanager
def begin_read(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one moment of the record throughout, and is refused any writing."""
    options: dict[str, Any] = dict(_SQLITE_READ if is_sqlite(engine) else _POSTGRES_READ)
    with engine.connect() as connection, connection.execution_options(**options).begin():
        yield connection


def connect_to_write(engine: Engine) -> Connection:
    """A connection whose every transaction may write, for who keeps one open; the caller closes it.

    What the driver is given between its transactions is a transaction of its own. On PostgreSQL it finds rows by their
    indexes however few there seem to be: a plan is kept until the statistics are gathered anew, and one made for a
    table that was small then would read all of it for each foreign key in between.
    """
    connection = engine.connect().execution_options(**_WRITE)
    if not is_sqlite(engine):
        connection = connection.execution_options(**_POSTGRES_KEPT)
        connection.exec_driver_sql("SET enable_seqscan = off")
        connection.exec_driver_sql("SET jit = off")  # what has to read a table after all seems dear enough to compile
        connection.commit()
    return connection


def is_sqlite(engine: Engine) -> bool:
    """Whether the record is the embedded one."""
    return engine.dialect.name == "sqlite"


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get(_BEGINS):
        driver.execute(connection, "BEGIN", ())


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        message = "the database address cannot be read: use sqlite:////path/to/file or postgresql://user@host/name"
        raise ValueError(message) from None
    if address.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() == "sqlite":
        return _file(address)
    message = f"the database address starts with {address.drivername}: use sqlite:////path or postgresql://…"
    raise ValueError(message)


def _file(address: URL) -> URL:
    if not address.database or address.database == ":memory:":
        message = "the database address names no file: several processes share the record, use sqlite:////path/to/file"
        raise ValueError(message)
    folder = Path(address.database).resolve().parent
    if not folder.is_dir():
        message = f"there is no folder {folder} for the database {address.database}: make it first"
        raise ValueError(message)
    return address


def _common() -> dict[str, Any]:
    return {
        "json_serializer": to_json,
        "json_deserializer": from_json,
        "hide_parameters": True,
        "pool_size": POOL_SIZE,
        "max_overflow": POOL_OVERFLOW,
        "pool_timeout": POOL_WAIT_SECONDS,
    }


def _postgres_options(address: URL, statement_seconds: float) -> dict[str, Any]:
    defaults: dict[str, Any] = {
        "application_name": "firstcontact",
        "connect_timeout": 5,
        "keepalives_idle": 30,
        "tcp_user_timeout": 15_000,
        "options": f"-c statement_timeout={statement_seconds * 1000:.0f} -c lock_timeout={LOCK_SECONDS * 1000}"
        " -c idle_in_transaction_session_timeout=60000",
    }
    given = {name: value for name, value in defaults.items() if name not in address.query}
    return {"connect_args": given, "pool_pre_ping": True, "use_native_hstore": False}
