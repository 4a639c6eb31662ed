"""Versions of the ruleset in the record: stored whole, and made live by flipping one row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, func, select, update

from router.store import sql, submissions
from router.store.bulk import insert_rows
from router.store.prepared import Prepared
from router.store.rows import Row
from router.store.schema import live_ruleset, rulesets

LARGEST: Final = 2**31 - 1
"""No version has a larger number than this."""
_BESIDE_FILES: Final = [column for column in rulesets.c if column.name != "files"]


_LIVE = select(live_ruleset.c.version).where(live_ruleset.c.id == 1)
_LIVE_NOW, _LIVE_HELD = Prepared(_LIVE), Prepared(_LIVE.with_for_update(read=True))


def live_version(connection: Connection, *, hold: bool = False) -> int | None:
    """The number of the live version, None where nothing was ever published; `hold` keeps it until the commit."""
    rows = (_LIVE_HELD if hold else _LIVE_NOW).rows(connection)
    return rows[0]["version"] if rows else None


def as_bytes(files: Mapping[str, str]) -> dict[str, bytes]:
    """The files of a version or a draft, which the record keeps as text, as the rules are loaded from them."""
    return {name: text.encode() for name, text in files.items()}


def version(connection: Connection, number: int) -> Row | None:
    """One version with its files, as it was published."""
    row = connection.execute(select(rulesets).where(rulesets.c.version == number)).mappings().first()
    return dict(row) if row else None


def by_digest(connection: Connection, digest: str) -> int | None:
    """The newest version with this content, if it ever was one."""
    return connection.execute(select(func.max(rulesets.c.version)).where(rulesets.c.digest == digest)).scalar()


def without_files(connection: Connection, number: int) -> Row | None:
    """One version without its files, None where there never was one of this number."""
    row = connection.execute(select(*_BESIDE_FILES).where(rulesets.c.version == number)).mappings().first()
    return dict(row) if row else None


def history(connection: Connection, *, before: int | None = None, limit: int | None = None) -> list[Row]:
    """Versions without their files, newest first: all of them, or at most `limit` from below a number on."""
    statement = select(*_BESIDE_FILES).order_by(rulesets.c.version.desc()).limit(limit)
    if before is not None:
        statement = statement.where(rulesets.c.version < before)
    return sql.mappings(connection.execute(statement).mappings())


class Refusal(StrEnum):
    """Why a change of the ruleset was not made."""

    OVERTAKEN = "overtaken"
    """Another version is live than the one that was seen."""
    NOT_APPROVED = "not-approved"
    """The live version asks for a second person's approval, and there is none of this content over that version."""
    CHANGED = "changed"
    """The draft is not what it was any more."""
    OWN = "own"
    """Who wrote a draft asked to approve it."""
    SETTLED = "settled"
    """It was approved, refused or withdrawn before."""
    UNKNOWN = "unknown"
    """There is no such version, draft or submission."""


WHICHEVER: Final = -1
"""As the version that was seen: whatever is live is to be replaced."""


@dataclass(frozen=True, slots=True)
class Publishing:
    """A checked version (its row without number and parent) and which version is live in the eyes of who publishes it.

    `emergency` does without an approval where one is needed.
    """

    row: Row
    seen: int | None = WHICHEVER
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class RollBack:
    """Which version to bring back, which is live in the eyes of who asks for it, and who does, why and when."""

    to: int
    seen: int | None
    author: str
    reason: str
    at: datetime
    emergency: bool = False


def publish(connection: Connection, items: list[Publishing]) -> list[int | Refusal]:
    """Store checked versions and make each live in turn; gives their numbers, or why one is not live."""
    sql.lock_names(connection, ["rulesets"])
    return [_publish_over(connection, item, approved=False) for item in items]


def roll_back(connection: Connection, items: list[RollBack]) -> list[int | Refusal]:
    """Publish the files of earlier versions again, as new versions, so that the history tells who did, when and why.

    A version needs no approval to come back that keeps asking for approvals itself, and was no emergency.
    """
    sql.lock_names(connection, ["rulesets"])
    return [_roll_back(connection, item) for item in items]


def _roll_back(connection: Connection, item: RollBack) -> int | Refusal:
    earlier = version(connection, item.to)
    if earlier is None:
        return Refusal.UNKNOWN
    kept = {name: earlier[name] for name in ("digest", "origin", "files", "needs_approval")}
    mine = {"restores": item.to, "author": item.author, "reason": item.reason, "at": item.at}
    trusted = bool(earlier["needs_approval"]) and not earlier["emergency"]
    return _publish_over(connection, Publishing(kept | mine, item.seen, item.emergency), approved=trusted)


def _publish_over(connection: Connection, item: Publishing, *, approved: bool) -> int | Refusal:
    live = live_version(connection)
    if live is not None and live != item.seen and _is_mine(connection, live, item.row):
        return live
    if item.seen not in (live, WHICHEVER):
        return Refusal.OVERTAKEN
    said = {} if approved else _approval(connection, live, item)
    return said if isinstance(said, Refusal) else _publish(connection, {**item.row, **said}, live)


def _approval(connection: Connection, live: int | None, item: Publishing) -> Row | Refusal:
    """What the history has to say about who approved; nothing where the live version does not ask for it."""
    current = without_files(connection, live) if live is not None else None
    if current is None or not current["needs_approval"]:
        return {}
    granted = submissions.granted(connection, item.row["digest"], current["version"])
    if granted:
        submissions.published(connection, granted["id"])
        names = {"approved_by": "decided_by", "approved_at": "decided_at", "approval": "words"}
        return {column: granted[name] for column, name in names.items()}
    return {"emergency": True} if item.emergency else Refusal.NOT_APPROVED


def _is_mine(connection: Connection, live: int, item: Row) -> bool:
    """Whether the live version is this very item: a commit that was cut off is run again, and publishes once."""
    row = without_files(connection, live)
    return row is not None and all(row[name] == item[name] for name in ("digest", "author", "reason", "at"))


def _publish(connection: Connection, item: Row, parent: int | None) -> int:
    number = (connection.execute(select(func.max(rulesets.c.version))).scalar() or 0) + 1
    connection.execute(rulesets.insert(), item | {"version": number, "parent": parent})
    insert_rows(connection, live_ruleset, [{"id": 1, "version": number}], only_new=True)
    connection.execute(update(live_ruleset).where(live_ruleset.c.id == 1).values(version=number))
    return number
