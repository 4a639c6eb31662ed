"""Changing many rows at once, each to values of its own: one statement that the database runs through by itself."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, Table
from sqlalchemy.engine import Dialect

from router.store.types import Json, UtcDateTime, to_micros

Convert = Callable[[Any], Any]


def update_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set the other columns of the rows that have these `id`s; every row has the columns that the first one has.

    An id that is not there is left out. Binary columns are not for this.
    """
    if not rows:
        return
    names = (*(name for name in rows[0] if name != "id"), "id")
    statement, converts = _prepared(connection.dialect, table, names)
    values = [
        tuple([None if (value := row[name]) is None else convert(value) for name, convert in converts]) for row in rows
    ]
    if connection.dialect.name == "postgresql":
        # As one JSON text, which orjson writes faster than the driver adapts a single row.
        connection.exec_driver_sql(statement, (_json([dict(zip(names, each, strict=True)) for each in values]),))
    else:
        connection.exec_driver_sql(statement, values)


@lru_cache(maxsize=256)
def _prepared(dialect: Dialect, table: Table, names: tuple[str, ...]) -> tuple[str, tuple[tuple[str, Convert], ...]]:
    """The statement, and what turns each column's values into what it takes."""
    converts = tuple((name, _convert(dialect, table, name)) for name in names)
    return (_for_postgres if dialect.name == "postgresql" else _for_sqlite)(dialect, table, names), converts


def _convert(dialect: Dialect, table: Table, name: str) -> Convert:
    kind = table.c[name].type
    if isinstance(kind, UtcDateTime):
        return to_micros
    return _json if isinstance(kind, Json) and dialect.name == "sqlite" else _same


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _same(value: Any) -> Any:
    return value


def _for_sqlite(dialect: Dialect, table: Table, names: tuple[str, ...]) -> str:
    quote = dialect.identifier_preparer.quote
    changes = ", ".join(f"{quote(name)} = ?" for name in names[:-1])
    return f"UPDATE {quote(table.name)} SET {changes} WHERE id = ?"  # noqa: S608 - our names


def _for_postgres(dialect: Dialect, table: Table, names: tuple[str, ...]) -> str:
    quote = dialect.identifier_preparer.quote
    changes = ", ".join(f"{quote(name)} = r.{quote(name)}" for name in names[:-1])
    types = ", ".join(f"{quote(name)} {table.c[name].type.compile(dialect)}" for name in names)
    given = f"jsonb_to_recordset(%s::jsonb) AS r({types})"
    return f"UPDATE {quote(table.name)} AS t SET {changes} FROM {given} WHERE t.id = r.id"  # noqa: S608
