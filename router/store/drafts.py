"""Drafts of the ruleset in the record: begun from a version, changed a file at a time, never by two people unawares."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, select, update

from router.store import sql, submissions
from router.store.rows import Row
from router.store.schema import ruleset_drafts

_BESIDE_FILES: Final = [column for column in ruleset_drafts.c if column.name != "files"]


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of a draft as somebody leaves it: `text` None takes it out; `was` is the text that they began with.

    `was` None says that there was no such file.
    """

    draft: str
    name: str
    was: str | None
    text: str | None
    by: str
    at: datetime


def get(connection: Connection, draft_id: str) -> Row | None:
    """One draft with its files."""
    row = connection.execute(select(ruleset_drafts).where(ruleset_drafts.c.id == draft_id)).mappings().first()
    return dict(row) if row else None


def every(connection: Connection) -> list[Row]:
    """Every draft without its files, the last changed first."""
    order = (ruleset_drafts.c.changed_at.desc(), ruleset_drafts.c.id.desc())
    return sql.mappings(connection.execute(select(*_BESIDE_FILES).order_by(*order)).mappings())


def writers_of(row: Row) -> list[str]:
    """Everybody who has had a hand in a draft; one from before this was kept knows its first and its last."""
    return list(row["writers"] or sorted({row["author"], row["changed_by"]}))


def add(connection: Connection, items: list[Row]) -> list[None]:
    """Begin drafts."""
    for item in items:
        if get(connection, item["id"]) is None:  # a commit that was cut off is run again
            connection.execute(ruleset_drafts.insert(), item)
    return [None] * len(items)


def change_file(connection: Connection, items: list[FileChange]) -> list[bool]:
    """Change files of drafts; False where a file is no longer as its editor began with it, and stays as it is."""
    sql.lock_names(connection, {lock(item.draft) for item in items})
    return [_change_file(connection, item) for item in items]


def _change_file(connection: Connection, item: FileChange) -> bool:
    row = get(connection, item.draft)
    if row is None:
        return False
    files: Mapping[str, str] = row["files"]
    now = files.get(item.name)
    if now == item.text:
        return True
    if now != item.was:
        return False
    others = {name: text for name, text in files.items() if name != item.name}
    changed = others if item.text is None else others | {item.name: item.text}
    writers = sorted({*writers_of(row), item.by})
    values = {"files": changed, "changed_by": item.by, "changed_at": item.at, "writers": writers}
    connection.execute(update(ruleset_drafts).where(ruleset_drafts.c.id == item.draft).values(values))
    return True


@dataclass(frozen=True, slots=True)
class Discard:
    """A draft that somebody throws away as it was last `changed_at`."""

    draft: str
    changed_at: datetime
    by: str
    at: datetime


def discard(connection: Connection, items: list[Discard]) -> list[bool]:
    """Throw drafts away, and take back what was asked of them; False where somebody has changed one since."""
    sql.lock_names(connection, {lock(item.draft) for item in items})
    return [_discard(connection, item) for item in items]


def _discard(connection: Connection, item: Discard) -> bool:
    row = get(connection, item.draft)
    if row is None:
        return True
    if row["changed_at"] != item.changed_at:
        return False
    submissions.withdraw(connection, item.draft, item.by, item.at)
    connection.execute(delete(ruleset_drafts).where(ruleset_drafts.c.id == item.draft))
    return True


def lock(draft_id: str) -> str:
    """The name of the lock that changes of a draft are made under."""
    return f"draft:{draft_id}"
