"""API keys in the record: only their digests, what each may do, and when it was withdrawn."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from router.store import sql
from router.store.bulk import insert_rows
from router.store.ids import new_id
from router.store.rows import Row
from router.store.schema import keys

PREFIX = "fck_"
USUAL = ("read", "write")
"""What a key is for unless told: contacts and enquiries, with what customers said."""
SCOPES = (*USUAL, "rules:read", "rules:draft", "rules:publish", "rules:approve", "rules:emergency", "line:switch")
"""What a key may be for, the last for the announcements of the phone line.

With those of the rules, and of the line, alone it sees nothing of any customer."""


def digest(key: str) -> str:
    """What is kept of a key. Plain SHA-256 is enough: a key is 256 random bits, not a word that can be guessed."""
    return hashlib.sha256(key.encode()).hexdigest()


def make(name: str, scopes: list[str], at: datetime) -> tuple[str, Row]:
    """A new key, to be shown once, and the row to keep."""
    key = PREFIX + secrets.token_urlsafe(32)
    row = {"id": new_id(), "name": name, "digest": digest(key), "scopes": scopes, "created_at": at, "revoked_at": None}
    return key, row


def add(connection: Connection, rows: list[Row]) -> list[None]:
    """Keep new keys."""
    insert_rows(connection, keys, rows)
    return [None] * len(rows)


def find(connection: Connection, key: str) -> Row | None:
    """The row of a key that is valid now."""
    statement = select(keys).where(keys.c.digest == digest(key), keys.c.revoked_at.is_(None))
    row = connection.execute(statement).mappings().first()
    return dict(row) if row else None


def names(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """The names of keys by id, also of those that were withdrawn."""
    rows = connection.execute(select(keys.c.id, keys.c.name).where(keys.c.id.in_(list(ids))))
    return {row.id: row.name for row in rows}


def every(connection: Connection) -> list[Row]:
    """Every key ever made, oldest first."""
    return sql.mappings(connection.execute(select(keys).order_by(keys.c.id)).mappings())


def revoke(connection: Connection, items: list[tuple[str, datetime]]) -> list[bool]:
    """Withdraw keys by id; False where there is no such valid key."""
    done = []
    for id_, at in items:
        statement = update(keys).where(keys.c.id == id_, keys.c.revoked_at.is_(None)).values(revoked_at=at)
        done.append(connection.execute(statement).rowcount == 1)
    return done
