"""Inserting many rows at once for a fraction of what a general statement costs: the path that every contact takes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, Final

import orjson
from sqlalchemy import Boolean, Connection, LargeBinary, Table, make_url
from sqlalchemy.engine import Dialect

from router.store.types import Json, UtcDateTime, to_micros

MOST_PARAMETERS: Final = 8_000
"""Fewer than SQLite takes in one statement, whichever version it is of since 3.32."""

Row = Mapping[str, Any]
Convert = Callable[[Any], Any]
_DIALECTS: Final[Mapping[str, Dialect]] = {
    name: make_url(f"{name}://").get_dialect()() for name in ("sqlite", "postgresql+psycopg")
}


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
    name = connection.dialect.name
    # A value that is not there costs the driver of SQLite more than any that is.
    plan = _plan(name, table, tuple([column for column in rows[0] if _is_used(column, rows)]), only_new)
    values = list(zip(*[_column(plan, column, rows) for column in plan.columns], strict=True))
    if name == "postgresql":
        return connection.exec_driver_sql(plan.statement, _as_json(plan, values)).rowcount
    most = MOST_PARAMETERS // len(plan.columns)
    return sum(_insert(connection, plan, values[start : start + most]) for start in range(0, len(values), most))


def _insert(connection: Connection, plan: Plan, values: list[tuple[Any, ...]]) -> int:
    """Insert rows into SQLite by one statement: the driver lets go of the interpreter once for it, not once a row."""
    row = f"({', '.join('?' * len(plan.columns))})"
    statement = plan.statement.replace("VALUES ()", "VALUES " + ", ".join([row] * len(values)))
    return connection.exec_driver_sql(statement, tuple(chain.from_iterable(values))).rowcount


def _as_json(plan: Plan, values: list[tuple[Any, ...]]) -> tuple[str]:
    """All rows as one JSON text, which orjson writes faster than the driver adapts a single row."""
    return (_json([dict(zip(plan.columns, each, strict=True)) for each in values]),)


def _is_used(column: str, rows: Sequence[Row]) -> bool:
    return rows[0][column] is not None or any(row[column] is not None for row in rows)


def _column(plan: Plan, name: str, rows: Sequence[Row]) -> list[Any]:
    convert = plan.converts.get(name)
    if convert is None:
        return [row[name] for row in rows]
    return [None if (value := row[name]) is None else convert(value) for row in rows]


@cache
def _plan(name: str, table: Table, columns: tuple[str, ...], only_new: bool) -> Plan:  # noqa: FBT001 - a cache key
    types = {column: table.c[column].type for column in columns}
    if any(isinstance(kind, LargeBinary) for kind in types.values()):
        raise TypeError(f"{table.name} has a binary column: insert its rows with an ordinary statement")
    converts: dict[str, Convert] = {}
    for column, kind in types.items():
        if isinstance(kind, UtcDateTime):
            converts[column] = to_micros
        elif isinstance(kind, Json) and name == "sqlite":
            converts[column] = _json
        elif isinstance(kind, Boolean) and name == "sqlite":
            converts[column] = int  # which is what it becomes there, and the driver takes long over
    statement = (_postgres_statement if name == "postgresql" else _sqlite_statement)(table, columns)
    ending = " ON CONFLICT DO NOTHING" if only_new else ""
    # Names may be of a subclass of str, which JSON keys may not be.
    return Plan(statement + ending, tuple(str(column) for column in columns), converts)


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _sqlite_statement(table: Table, columns: tuple[str, ...]) -> str:
    quote = _DIALECTS["sqlite"].identifier_preparer.quote
    names = ", ".join(map(quote, columns))
    return f"INSERT INTO {quote(table.name)} ({names}) VALUES ()"  # noqa: S608 - our names


def _postgres_statement(table: Table, columns: tuple[str, ...]) -> str:
    dialect = _DIALECTS["postgresql+psycopg"]
    quote = dialect.identifier_preparer.quote
    names = ", ".join(map(quote, columns))
    types = ", ".join(f"{quote(name)} {table.c[name].type.compile(dialect)}" for name in columns)
    return f"INSERT INTO {quote(table.name)} ({names}) SELECT {names} FROM jsonb_to_recordset(%s::jsonb) AS r({types})"  # noqa: S608
