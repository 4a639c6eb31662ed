"""Messages as they came, compressed and addressed by their content, for as long as the settings say."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import zstandard
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from router.store.rows import Row
from router.store.schema import parts, raw_mail

LEVEL: Final = 1
"""Taking in is what must be fast: more would save a tenth and cost twice the time."""

AT_ONCE: Final = 200
"""Messages that are let go of in one transaction."""

_LARGEST: Final = 2**30


def row_of(raw: bytes, kept_at: datetime) -> Row:
    """The row that keeps a message."""
    packed = zstandard.ZstdCompressor(level=LEVEL).compress(raw)
    return {"digest": hashlib.sha256(raw).hexdigest(), "kept_at": kept_at, "size": len(raw), "content": packed}


def keep(connection: Connection, rows: Sequence[Row]) -> None:
    """Keep messages; one that is there already stays as it is."""
    if rows:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(dialect.insert(raw_mail).on_conflict_do_nothing(), list(rows))


def of_contact(connection: Connection, contact_id: str) -> list[tuple[str, datetime, bytes | None]]:
    """Each part of a contact that came as a message: its id, when it came, and the message if it is kept yet."""
    found = connection.execute(
        select(parts.c.id, parts.c.received_at, raw_mail.c.content)
        .join(raw_mail, raw_mail.c.digest == parts.c.raw, isouter=True)
        .where(parts.c.contact_id == contact_id, parts.c.raw.is_not(None))
        .order_by(parts.c.id)
    )
    return [(row.id, row.received_at, None if row.content is None else unpacked(row.content)) for row in found]


def unpacked(content: bytes) -> bytes:
    """A message as it came."""
    return zstandard.ZstdDecompressor().decompress(content, max_output_size=_LARGEST)


def any_before(connection: Connection, before: datetime) -> bool:
    """Whether there is one that has been kept since before a moment."""
    return connection.execute(select(raw_mail.c.digest).where(raw_mail.c.kept_at < before).limit(1)).first() is not None


def let_go(connection: Connection, before: datetime) -> int:
    """Let go of some that have been kept since before a moment; gives how many they were."""
    oldest = select(raw_mail.c.digest).where(raw_mail.c.kept_at < before).order_by(raw_mail.c.kept_at).limit(AT_ONCE)
    return connection.execute(delete(raw_mail).where(raw_mail.c.digest.in_(oldest.scalar_subquery()))).rowcount
