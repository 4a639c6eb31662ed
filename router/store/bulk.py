"""Inserting many rows at once for a fraction of what a general statement costs: the path that every contact takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, Final

from sqlalchemy import Connection, Table

from router.store import driver
from router.store.spelling import names, quoted, records, recordset
from router.store.values import Convert, to_stored

MOST_PARAMETERS: Final = 8_000
"""Fewer than SQLite takes in one statement, whichever version it is of since 3.32."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """A statement for rows of certain columns, and what turns the values of some of them into stored ones."""

    statement: str
    columns: tuple[str, ...]
    converts: Mapping[str, Convert]


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row], *, only_new: bool = False) -> int:
    """Insert rows, which all have the columns of the first; returns how many were inserted.

    With `only_new` a row whose key is there already, or twice among these, is left alone. A table's defaults do not
    apply: give every column that has no default in the database. Binary columns are not for this (TypeError).
    """
    if not rows:
        return 0
    dialect = connection.dialect.name
    # A value that is not there costs the driver of SQLite more than any that is.
    plan = _plan(dialect, table, tuple([column for column in rows[0] if _is_used(column, rows)]), only_new)
    values = list(zip(*[_column(plan, column, rows) for column in plan.columns], strict=True))
    if dialect == "postgresql":
        return driver.execute(connection, plan.statement, (records(plan.columns, values),))
    most = MOST_PARAMETERS // len(plan.columns)
    return sum(_insert(connection, plan, values[start : start + most]) for start in range(0, len(values), most))


def _insert(connection: Connection, plan: Plan, values: list[tuple[Any, ...]]) -> int:
    """Insert rows into SQLite by one statement: the driver lets go of the interpreter once for it, not once a row."""
    row = f"({', '.join('?' * len(plan.columns))})"
    statement = plan.statement.replace("VALUES ()", "VALUES " + ", ".join([row] * len(values)))
    return driver.execute(connection, statement, tuple(chain.from_iterable(values)))


def _is_used(column: str, rows: Sequence[Row]) -> bool:
    return rows[0][column] is not None or any(row[column] is not None for row in rows)


def _column(plan: Plan, name: str, rows: Sequence[Row]) -> list[Any]:
    convert = plan.converts.get(name)
    if convert is None:
        return [row[name] for row in rows]
    return [None if (value := row[name]) is None else convert(value) for row in rows]


@cache
def _plan(dialect: str, table: Table, columns: tuple[str, ...], only_new: bool) -> Plan:  # noqa: FBT001 - a cache key
    converts = {column: convert for column in columns if (convert := to_stored(table.c[column], dialect))}
    listed = names(columns, dialect)
    source = f"SELECT {listed} FROM {recordset(table, columns)}" if dialect == "postgresql" else "VALUES ()"  # noqa: S608
    ending = " ON CONFLICT DO NOTHING" if only_new else ""
    statement = f"INSERT INTO {quoted(table.name, dialect)} ({listed}) {source}{ending}"
    # Names may be of a subclass of str, which JSON keys may not be.
    return Plan(statement, tuple(str(column) for column in columns), converts)
