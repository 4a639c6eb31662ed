"""What the checks look at: the settings, the present moment, and the record as it was found, asked once for all."""

import os
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from router.services import utc_now
from router.settings import Settings
from router.store import rulesets
from router.store.engine import begin_read, connect_to_write, is_sqlite, make_engine
from router.store.migrate import NewerRecordError, is_current
from router.store.schema import contacts
from router.store.trouble import cause
from rules.folder import read_folder
from rules.landlord import Ruleset
from rules.load import load
from rules.problems import RulesetError

HASTY = ("fsync", "full_page_writes", "synchronous_commit")
"""PostgreSQL's settings that have to be on for a commit to outlive a power cut."""


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server: its version, which of HASTY are off, how its texts are encoded, and its clock."""

    version: int
    hasty: tuple[str, ...]
    encoding: str
    clock: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """A record that answers. `newer` says by what it is ahead of this program; `unwritable` why nothing can be written.

    The version that is live and the newest contact's moment are only known where the tables are up to date.
    """

    is_current: bool
    newer: str
    unwritable: str
    server: Server | None
    live: int | None
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Away:
    """There is no record to look at, and why; `not_yet` where the first start is going to make it."""

    why: str
    not_yet: bool = False


@dataclass(frozen=True)
class Look:
    """What every check is given."""

    settings: Settings
    at: datetime

    @cached_property
    def record(self) -> Record | Away:
        """The record, asked the first time that a check wants to know."""
        return seen(self.settings)

    @cached_property
    def ruleset(self) -> Ruleset | None:
        """The landlord's folder; None where it has mistakes, which are told by the check of it."""
        try:
            return load(read_folder(self.settings.config))
        except RulesetError:
            return None


def look(settings: Settings) -> Look:
    """Look with these settings, now."""
    return Look(settings, utc_now())


def seen(settings: Settings) -> Record | Away:
    """Ask the record how it is; changes nothing, and makes none."""
    file = Path(settings.record_url.removeprefix("sqlite:///"))
    if settings.record_url.startswith("sqlite:"):
        if not file.exists():
            return Away(f"there is no {file} yet", not_yet=True)
        if not _ours(file.parent):
            return Away(f"{file.parent} belongs to another user, who alone may open it")
    try:
        engine = make_engine(settings.record_url)
    except ValueError as error:
        return Away(str(error))
    try:
        return _ask(engine)
    except SQLAlchemyError as error:
        return Away(cause(error))
    finally:
        engine.dispose()


def _ours(folder: Path) -> bool:
    """Opening SQLite's file makes files beside it, which are to belong to whoever serves."""
    return folder.stat().st_uid == os.geteuid()


def _ask(engine: Engine) -> Record:
    newer = ""
    try:
        current = is_current(engine)
    except NewerRecordError as error:
        current, newer = False, str(error)
    with begin_read(engine) as connection:
        server = None if is_sqlite(engine) else _server(*connection.execute(_ABOUT).one())
        live = rulesets.live_version(connection) if current else None
        newest = connection.execute(select(func.max(contacts.c.received_at))).scalar() if current else None
    return Record(current, newer, _unwritable(engine) if current else "", server, live, newest)


_ABOUT = text(
    "select current_setting('server_version_num')::int, current_setting('server_encoding'), clock_timestamp(), "
    + ", ".join(f"current_setting('{name}')" for name in HASTY)
)


def _server(version: int, encoding: str, clock: datetime, *on: str) -> Server:
    return Server(
        version, tuple(name for name, value in zip(HASTY, on, strict=True) if value == "off"), encoding, clock
    )


def _unwritable(engine: Engine) -> str:
    """Why nothing can be written; nothing where it can. What is tried changes no row, and is taken back."""
    try:
        with connect_to_write(engine) as connection, connection.begin() as attempt:
            connection.execute(update(contacts).where(text("1 = 0")).values(attempts=contacts.c.attempts))
            attempt.rollback()
    except SQLAlchemyError as error:
        return cause(error)
    return ""
