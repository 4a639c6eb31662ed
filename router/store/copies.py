"""Copies of the embedded record: taken at one moment while it serves, looked over, and put in its place again."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

PART: Final = ".part"
REPLACED: Final = ".replaced"
_COMPANIONS: Final = ("", "-wal", "-shm")


class CopyError(Exception):
    """A copy could not be made or is of no use; the text says why."""


def copy_out(record: Path, copy: Path) -> int:
    """Copy the record as it is at one moment into a new file; gives how many contacts are in it.

    Those who write go on meanwhile. The file has its name only once it is whole, looked over and on the disk. Raises
    CopyError, also where the file is there already.
    """
    if copy.exists():
        raise CopyError(f"{copy} is there already: name a new file")
    part = copy.with_name(copy.name + PART)
    try:
        _make_private(part)
        with closing(_open(record)) as source, closing(_open(part)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")  # one file alone, without companions
        count = _look_over(part, copy)
        _flush(part)
        part.rename(copy)
        _flush(copy.parent)
    except (sqlite3.Error, OSError) as error:
        raise CopyError(f"{copy} could not be written: {error}") from None
    finally:
        part.unlink(missing_ok=True)
    return count


def copy_in(copy: Path, record: Path, *, replace: bool = False) -> int:
    """Put a copy in the record's place; gives how many contacts are in it. Nobody may be using the record.

    A record that is there is kept beside it where `replace` says that it may be replaced. Raises CopyError.
    """
    if record.exists() and not replace:
        raise CopyError(f"{record} is there: it would be replaced")
    part = record.with_name(record.name + PART)
    try:
        _make_private(part)
        shutil.copyfile(copy, part)
        count = _look_over(part, copy)
        _flush(part)
        _set_aside(record)
        part.rename(record)
        _flush(record.parent)
    except (sqlite3.Error, OSError) as error:
        raise CopyError(f"{copy} could not be put in place: {error}") from None
    finally:
        part.unlink(missing_ok=True)
    return count


def _look_over(copy: Path, name: Path) -> int:
    """How many contacts are in a copy of this name; raises CopyError where it is no record of ours, or damaged."""
    try:
        with closing(_open(copy)) as found:
            [damage] = found.execute("PRAGMA quick_check(1)").fetchone()
            found.execute("select version_num from alembic_version").fetchone()
            [count] = found.execute("select count(*) from contacts").fetchone()
    except sqlite3.Error as error:
        raise CopyError(f"{name} is no record of ours: {error}") from None
    if damage != "ok":
        raise CopyError(f"{name} is damaged: {damage}")
    return int(count)


def _open(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None)


def _make_private(file: Path) -> None:
    file.unlink(missing_ok=True)
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _set_aside(record: Path) -> None:
    """Keep what is there under another name, with what belongs to it: its newest commits may be in there only."""
    for ending in _COMPANIONS:
        kept = record.with_name(record.name + REPLACED + ending)
        kept.unlink(missing_ok=True)
        there = record.with_name(record.name + ending)
        if there.exists():
            there.rename(kept)


def _flush(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
