"""Files in the record, by their content: what a colleague sends with a reply."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from channels.inbound import Attachment
from router.store.schema import blobs


class LostFileError(LookupError):
    """A file that was to be sent is not in the record any more."""


def keep(connection: Connection, batches: list[tuple[Attachment, ...]]) -> list[None]:
    """Keep contents that are not there yet."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    for each in (file for files in batches for file in files):
        row = {"digest": each.digest, "size": each.size, "media_type": each.media_type, "content": each.content}
        connection.execute(dialect.insert(blobs).on_conflict_do_nothing(), [row])
    return [None] * len(batches)


def attachments(connection: Connection, named: Iterable[Mapping[str, Any]]) -> tuple[Attachment, ...]:
    """The files of these names, media types, digests and sizes, in order; raises LostFileError where one is missing."""
    wanted = list(named)
    if not wanted:
        return ()
    mine = select(blobs.c.digest, blobs.c.content).where(blobs.c.digest.in_([each["digest"] for each in wanted]))
    found = {row.digest: bytes(row.content) for row in connection.execute(mine)}
    if missing := [each["digest"] for each in wanted if each["digest"] not in found]:
        raise LostFileError(f"{len(missing)} files of a reply are not in the record")
    return tuple(
        Attachment(each["name"], each["media_type"], each["digest"], each["size"], found[each["digest"]])
        for each in wanted
    )


def missing(connection: Connection, digests: Iterable[str]) -> tuple[str, ...]:
    """Those of these contents that are not in the record, or were too large to be kept."""
    wanted = list(dict.fromkeys(digests))
    kept = select(blobs.c.digest).where(blobs.c.digest.in_(wanted), func.length(blobs.c.content) == blobs.c.size)
    found = set(connection.execute(kept).scalars()) if wanted else set()
    return tuple(each for each in wanted if each not in found)
