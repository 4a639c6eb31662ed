"""Inserting many rows at once for a fraction of what a general statement costs: the path that every contact takes."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Table

from router.store import driver
from router.store.spelling import names, quoted, records, recordset
from router.store.values import Convert, to_stored

MOST_PARAMETERS: Final = 8_000
"""Fewer than SQLite takes in one statement, whichever version it is of since 3.32."""

Row = Mapping[str, Any]


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
    statement = _statement(dialect, table, columns, only_new)
    if dialect == "postgresql":
        return driver.execute(connection, statement, (records(columns, values),))
    most = MOST_PARAMETERS // len(columns)
    return sum(_insert(connection, statement, values[at : at + most]) for at in range(0, len(values), most))


def given(table: Table, rows: Sequence[Row], dialect: str) -> Given:
    """What a driver is given for rows of a table; `dialect` is sqlite or postgresql."""
    columns, converts, pick = _columns(dialect, table, tuple(rows[0]))
    several = zip(*map(pick, rows), strict=True)
    # A value that is not there costs the driver of SQLite more than any that is.
    used = [each for each in zip(columns, converts, several, strict=True) if _is_used(each[2])]
    stored = [values if convert is None else _converted(convert, values) for _, convert, values in used]
    return Given(tuple([column for column, _, _ in used]), list(zip(*stored, strict=True)))


def _insert(connection: Connection, statement: str, values: list[tuple[Any, ...]]) -> int:
    """Insert rows into SQLite by one statement: the driver lets go of the interpreter once for it, not once a row."""
    row = f"({', '.join('?' * len(values[0]))})"
    several = statement.replace("VALUES ()", "VALUES " + ", ".join([row] * len(values)))
    return driver.execute(connection, several, tuple(chain.from_iterable(values)))


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
def _statement(dialect: str, table: Table, columns: tuple[str, ...], only_new: bool) -> str:  # noqa: FBT001 - a cache key
    listed = names(columns, dialect)
    source = f"SELECT {listed} FROM {recordset(table, columns)}" if dialect == "postgresql" else "VALUES ()"  # noqa: S608
    ending = " ON CONFLICT DO NOTHING" if only_new else ""
    return f"INSERT INTO {quoted(table.name, dialect)} ({listed}) {source}{ending}"
