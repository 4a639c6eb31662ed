"""Small statements that every part of the store shares, where the two databases spell the same thing differently."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Result, RowMapping, Table, select
from sqlalchemy.sql.elements import ColumnElement

from router.store import driver
from router.store.rows import Row


def lock_names(connection: Connection, names: Iterable[str]) -> None:
    """Hold a lock on each name until the transaction ends, so that one of two writers on a matter waits.

    PostgreSQL takes advisory locks, in sorted order so that two writers never wait for each other; on SQLite a write
    transaction has the whole database to itself already.
    """
    if connection.dialect.name != "postgresql":
        return
    numbers = sorted({_number(name) for name in names})
    if numbers:
        given = "{" + ",".join(map(str, numbers)) + "}"  # the driver takes long over a list
        driver.fetch(connection, "SELECT pg_advisory_xact_lock(n) FROM unnest(%s::bigint[]) n", (given,))


def _number(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


def page(
    connection: Connection, table: Table, where: Sequence[ColumnElement[bool]], before: str | None, limit: int
) -> list[Row]:
    """Rows that match, newest first, from before an id on."""
    statement = select(table).where(*where).order_by(table.c.id.desc()).limit(limit)
    if before:
        statement = statement.where(table.c.id < before)
    return mappings(connection.execute(statement).mappings())


def dicts(result: Result[Any]) -> list[Row]:
    """The rows of a result as plain dictionaries, which outlive their transaction: the quick way, for many of them."""
    names = tuple(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result]


def mappings(rows: Iterable[RowMapping]) -> list[Row]:
    """Plain dictionaries of result rows, which outlive their transaction."""
    return [dict(row) for row in rows]
