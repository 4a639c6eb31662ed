"""Changing many rows at once, each to values of its own: one statement that the database runs through by itself."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table

from router.store import driver
from router.store.spelling import quoted, records, recordset
from router.store.values import Convert, to_stored


def update_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set the other columns of the rows that have these `id`s; every row has the columns that the first one has.

    An id that is not there is left out. Binary columns are not for this.
    """
    if not rows:
        return
    dialect = connection.dialect.name
    columns = (*(name for name in rows[0] if name != "id"), "id")
    statement, converts = _prepared(dialect, table, columns)
    values = [tuple([_stored(row[name], convert) for name, convert in converts]) for row in rows]
    if dialect == "postgresql":
        driver.execute(connection, statement, (records(columns, values),))
    else:
        driver.execute_each(connection, statement, values)


def _stored(value: Any, convert: Convert | None) -> Any:
    return value if value is None or convert is None else convert(value)


@cache
def _prepared(
    dialect: str, table: Table, columns: tuple[str, ...]
) -> tuple[str, tuple[tuple[str, Convert | None], ...]]:
    """The statement, and what turns each column's values into what it takes."""
    statement = _for_postgres(table, columns) if dialect == "postgresql" else _for_sqlite(table, columns)
    return statement, tuple((name, to_stored(table.c[name], dialect)) for name in columns)


def _for_sqlite(table: Table, columns: Sequence[str]) -> str:
    changes = ", ".join(f"{quoted(name, 'sqlite')} = ?" for name in columns[:-1])
    return f"UPDATE {quoted(table.name, 'sqlite')} SET {changes} WHERE id = ?"  # noqa: S608 - our names


def _for_postgres(table: Table, columns: Sequence[str]) -> str:
    changes = ", ".join(f"{name} = r.{name}" for name in (quoted(each, "postgresql") for each in columns[:-1]))
    changed = quoted(table.name, "postgresql")
    return f"UPDATE {changed} AS t SET {changes} FROM {recordset(table, columns)} WHERE t.id = r.id"  # noqa: S608 - our names
