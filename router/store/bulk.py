"""Inserting many rows at once for a fraction of what a general statement costs: the path that every contact takes."""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Table

from router.store import driver
from router.store.rows import Row
from router.store.spelling import names, quoted, records, recordset
from router.store.values import Convert, to_stored

MOST_PARAMETERS: Final = 8_000
"""Fewer than SQLite takes in one statement, whichever version it is of since 3.32."""

_ENDING: Final = {False: "", True: " ON CONFLICT DO NOTHING"}


class Given(NamedTuple):
    """Rows as a driver takes them: the columns that any of them has a value in, and their values in that order."""

    columns: tuple[str, ...]
    values: list[tuple[Any, ...]]


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row], *, only_new: bool = False) -> int:
    """Insert rows, which all have the columns of the first; returns how many were inserted.

    With `only_new` a row whose key is there already, or twice among these, is left alone. A table's defaults do not
    apply: give every column that has no default in the database. Binary columns are not for this (TypeError).
    """
    if not rows:
        return 0
    dialect = connection.dialect.name
    columns, values = given(table, rows, dialect)
    if dialect == "postgresql":
        return driver.execute(connection, _for_postgres(table, columns, only_new), (records(columns, values),))
    most = MOST_PARAMETERS // len(columns)
    several = [values[at : at + most] for at in range(0, len(values), most)]
    # One statement for many rows: the driver lets go of the interpreter once for it, not once a row.
    return sum(
        driver.execute(connection, _for_sqlite(table, columns, len(some), only_new), tuple(chain.from_iterable(some)))
        for some in several
    )


def given(table: Table, rows: Sequence[Row], dialect: str) -> Given:
    """What a driver is given for rows of a table; `dialect` is sqlite or postgresql."""
    columns, converts, pick = _columns(dialect, table, tuple(rows[0]))
    several = zip(*map(pick, rows), strict=True)
    # A value that is not there costs the driver of SQLite more than any that is.
    used = [each for each in zip(columns, converts, several, strict=True) if _is_used(each[2])]
    stored = [values if convert is None else _converted(convert, values) for _, convert, values in used]
    return Given(tuple([column for column, _, _ in used]), list(zip(*stored, strict=True)))


def _is_used(values: tuple[Any, ...]) -> bool:
    return values[0] is not None or values.count(None) < len(values)


def _converted(convert: Convert, values: tuple[Any, ...]) -> list[Any]:
    return [None if value is None else convert(value) for value in values]


@cache
def _columns(
    dialect: str, table: Table, names: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[Convert | None, ...], Callable[[Row], tuple[Any, ...]]]:
    """The columns as plain strings, what each value goes through, and what picks them all out of a row."""
    # A name may be of a subclass of str, which the keys of JSON may not be.
    columns = tuple(str(name) for name in names)
    pick = itemgetter(*columns) if len(columns) > 1 else lambda row: (row[columns[0]],)
    return columns, tuple(to_stored(table.c[column], dialect) for column in columns), pick


@cache
def _for_postgres(table: Table, columns: tuple[str, ...], only_new: bool) -> str:  # noqa: FBT001 - a cache key
    listed = names(columns, "postgresql")
    source = f"SELECT {listed} FROM {recordset(table, columns)}"  # noqa: S608 - our names
    return f"INSERT INTO {quoted(table.name, 'postgresql')} ({listed}) {source}{_ENDING[only_new]}"


@lru_cache(maxsize=1024)
def _for_sqlite(table: Table, columns: tuple[str, ...], count: int, only_new: bool) -> str:  # noqa: FBT001 - a cache key
    listed, source = names(columns, "sqlite"), f"VALUES {placeholders(len(columns), count)}"
    return f"INSERT INTO {quoted(table.name, 'sqlite')} ({listed}) {source}{_ENDING[only_new]}"


def placeholders(columns: int, rows: int) -> str:
    """Where SQLite is to put the values of so many rows."""
    return ", ".join([f"({', '.join('?' * columns)})"] * rows)
