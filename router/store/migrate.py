"""Bringing the tables up to date, safely while other processes start and do the same."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final, cast

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from router.store.engine import begin_read, connect_to_write
from router.store.trouble import Trouble, trouble

MIGRATIONS: Final = Path(__file__).parent / "migrations"
_LOCK_NUMBER: Final = 7_203_517_906_621
"""PostgreSQL's advisory lock that whoever changes the tables holds."""

_log = logging.getLogger(__name__)


class NewerRecordError(RuntimeError):
    """The record was made by a newer version of this program, which alone can use it."""


def upgrade(engine: Engine) -> bool:
    """Bring the tables to the newest revision in one transaction; whether there was anything to do.

    Of several processes one does it and the others wait for it. NewerRecordError when the record is ahead of us.
    """
    if is_current(engine):
        return False
    while True:
        try:
            with connect_to_write(engine) as connection, _alone(connection):
                return _upgrade(connection)
        except OperationalError as error:
            if trouble(error) is not Trouble.BUSY:
                raise
            _log.info("waiting for another process that changes the tables")


def is_current(engine: Engine) -> bool:
    """Whether the tables are at the newest revision; NewerRecordError when they are beyond it."""
    with begin_read(engine) as connection:
        return _is_at_head(connection)


def new_revision(engine: Engine, number: str, subject: str) -> None:
    """Write a revision with what tells the schema from an up-to-date database, for a developer to read and finish."""
    with connect_to_write(engine) as connection, _alone(connection):
        command.revision(_config(connection), subject, autogenerate=True, rev_id=number)


def _upgrade(connection: Connection) -> bool:
    if _is_at_head(connection):
        return False
    command.upgrade(_config(connection), "head")
    return True


def _is_at_head(connection: Connection) -> bool:
    revisions = MigrationContext.configure(connection).get_current_heads()
    unknown = [revision for revision in revisions if revision not in _known()]
    if unknown:
        raise NewerRecordError(f"the record is at revision {unknown[0]}, which this version does not know: update it")
    return set(revisions) == set(_scripts().get_heads())


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """A transaction in which nobody else changes the tables; SQLite's tables may be rebuilt in it."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # Has no effect inside a transaction, and a table that others refer to could not be rebuilt with it on.
        _outside(connection, "PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            if not sqlite:
                _wait_for_turn(connection)
            yield
            if sqlite:
                _check_references(connection)
    finally:
        if sqlite:
            _outside(connection, "PRAGMA foreign_keys=ON")


def _wait_for_turn(connection: Connection) -> None:
    connection.execute(text("set local statement_timeout = 0"))
    connection.execute(text("set local lock_timeout = 0"))
    connection.execute(text(f"select pg_advisory_xact_lock({_LOCK_NUMBER})"))


def _outside(connection: Connection, statement: str) -> None:
    cast("sqlite3.Connection", connection.connection.driver_connection).execute(statement)


def _check_references(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).first()
    if broken is not None:
        raise RuntimeError(f"a row of {broken[0]} would refer to a row of {broken[2]} that is not there")


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


@cache
def _known() -> frozenset[str]:
    return frozenset(script.revision for script in _scripts().walk_revisions())


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
