"""Files of texts that wait to be fetched: claimed under a lease, and added to their part once they are here."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection, select, text, update

from channels.inbound import Attachment
from channels.twilio_sms import NOT_FETCHED
from router.store import blobs, sql
from router.store.rows import Row
from router.store.schema import MEDIA_WAITING, media, parts
from router.store.texts import WAITING

FETCHED, GIVEN_UP = "fetched", "given-up"
MARK: Final = "media-"
"""What the marks begin with that say why a file is not here."""


class Came(NamedTuple):
    """What came of fetching a file, held under a lease: the file, or why not, and when it is tried again, if ever."""

    id: str
    held: datetime
    file: Attachment | None = None
    trouble: str = ""
    again: datetime | None = None


def claim(connection: Connection, items: Sequence[tuple[datetime, timedelta, int]]) -> list[list[Row]]:
    """Lease files that are due: for each `now`, lease and most of them, the rows."""
    return [_claim(connection, *each) for each in items]


def _claim(connection: Connection, now: datetime, lease: timedelta, most: int) -> list[Row]:
    due = select(media).where(text(MEDIA_WAITING), media.c.not_before <= now).order_by(media.c.not_before).limit(most)
    rows = sql.mappings(connection.execute(due.with_for_update(skip_locked=True)).mappings())
    if rows:
        held = update(media).where(media.c.id.in_([row["id"] for row in rows]))
        connection.execute(held.values(not_before=now + lease, attempts=media.c.attempts + 1))
    return [row | {"not_before": now + lease, "attempts": row["attempts"] + 1} for row in rows]


def settle(connection: Connection, items: Sequence[Came]) -> list[bool]:
    """Record what came of files that are still held; False where somebody else has taken one up since."""
    return [_settle(connection, each) for each in items]


def _settle(connection: Connection, came: Came) -> bool:
    state = FETCHED if came.file else WAITING if came.again else GIVEN_UP
    mine = update(media).where(media.c.id == came.id, media.c.state == WAITING, media.c.not_before == came.held)
    values = {"state": state, "not_before": came.again or came.held, "trouble": came.trouble or None}
    if connection.execute(mine.values(**values)).rowcount != 1:
        return False
    if state != WAITING:
        row = connection.execute(select(media).where(media.c.id == came.id)).mappings().one()
        _tell(connection, row["part_id"], came)
    return True


def _tell(connection: Connection, part_id: str, came: Came) -> None:
    """Add the file to its part, or say there why it is not; the mark goes when there is nothing to wait for."""
    held = select(parts.c.attachments, parts.c.marks).where(parts.c.id == part_id).with_for_update()
    part = connection.execute(held).one()
    attachments, marks = list(part.attachments), [mark for mark in part.marks if mark != NOT_FETCHED]
    if file := came.file:
        blobs.keep(connection, [(file,)])
        said = {"name": file.name, "media_type": file.media_type, "digest": file.digest, "size": file.size}
        attachments.append(said)
    else:
        marks.append(f"{MARK}{came.trouble}")
    others = select(media.c.id).where(media.c.part_id == part_id, text(MEDIA_WAITING)).limit(1)
    if connection.execute(others).first():
        marks.append(NOT_FETCHED)
    changed = {"attachments": attachments, "marks": list(dict.fromkeys(marks))}
    connection.execute(update(parts).where(parts.c.id == part_id).values(**changed))
