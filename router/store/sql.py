"""Small statements that every part of the store shares, where the two databases spell the same thing differently."""

import hashlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, RowMapping, text


def lock_names(connection: Connection, names: Iterable[str]) -> None:
    """Hold a lock on each name until the transaction ends, so that one of two writers on a matter waits.

    PostgreSQL takes advisory locks, in sorted order so that two writers never wait for each other; on SQLite a write
    transaction has the whole database to itself already.
    """
    if connection.dialect.name != "postgresql":
        return
    numbers = sorted({_number(name) for name in names})
    if numbers:
        connection.execute(text("select pg_advisory_xact_lock(n) from unnest(cast(:n as bigint[])) n"), {"n": numbers})


def _number(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


def mappings(rows: Iterable[RowMapping]) -> list[dict[str, Any]]:
    """Plain dictionaries of result rows, which outlive their transaction."""
    return [dict(row) for row in rows]
