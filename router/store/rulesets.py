"""Versions of the ruleset in the record: stored whole, and made live by flipping one row."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, func, select, update

from router.store import sql
from router.store.bulk import insert_rows
from router.store.schema import live_ruleset, rulesets

_BESIDE_FILES: Final = [column for column in rulesets.c if column.name != "files"]


def live_version(connection: Connection, *, hold: bool = False) -> int | None:
    """The number of the live version, None where nothing was ever published; `hold` keeps it until the commit."""
    statement = select(live_ruleset.c.version).where(live_ruleset.c.id == 1)
    if hold:
        statement = statement.with_for_update(read=True)
    return connection.execute(statement).scalar()


def version(connection: Connection, number: int) -> dict[str, Any] | None:
    """One version with its files, as it was published."""
    row = connection.execute(select(rulesets).where(rulesets.c.version == number)).mappings().first()
    return dict(row) if row else None


def by_digest(connection: Connection, digest: str) -> int | None:
    """The newest version with this content, if it ever was one."""
    return connection.execute(select(func.max(rulesets.c.version)).where(rulesets.c.digest == digest)).scalar()


def without_files(connection: Connection, number: int) -> dict[str, Any] | None:
    """One version without its files, None where there never was one of this number."""
    row = connection.execute(select(*_BESIDE_FILES).where(rulesets.c.version == number)).mappings().first()
    return dict(row) if row else None


def history(connection: Connection, *, before: int | None = None, limit: int | None = None) -> list[dict[str, Any]]:
    """Versions without their files, newest first: all of them, or at most `limit` from below a number on."""
    statement = select(*_BESIDE_FILES).order_by(rulesets.c.version.desc()).limit(limit)
    if before is not None:
        statement = statement.where(rulesets.c.version < before)
    return sql.mappings(connection.execute(statement).mappings())


def publish(connection: Connection, items: list[dict[str, Any]]) -> list[int]:
    """Store checked versions (rows without number and parent) and make each live in turn; gives their numbers."""
    sql.lock_names(connection, ["rulesets"])
    return [_publish(connection, item, live_version(connection)) for item in items]


def publish_over(connection: Connection, items: list[tuple[int | None, dict[str, Any]]]) -> list[int | None]:
    """The same for each whose publisher still sees the version that is live; None where it is another by now."""
    sql.lock_names(connection, ["rulesets"])
    return [_publish_over(connection, seen, item) for seen, item in items]


@dataclass(frozen=True, slots=True)
class RollBack:
    """Which version to bring back, which is live in the eyes of who asks for it, and who does, why and when."""

    to: int
    seen: int | None
    author: str
    reason: str
    at: datetime


def roll_back(connection: Connection, items: list[RollBack]) -> list[int | None]:
    """Publish the files of earlier versions again, as new versions, so that the history tells who did, when and why.

    Gives the new number; None where the live version is not the one that was seen, or there is no such version.
    """
    sql.lock_names(connection, ["rulesets"])
    return [_roll_back(connection, item) for item in items]


def _roll_back(connection: Connection, item: RollBack) -> int | None:
    earlier = version(connection, item.to)
    if earlier is None:
        return None
    kept = {name: earlier[name] for name in ("digest", "origin", "files")}
    mine = {"restores": item.to, "author": item.author, "reason": item.reason, "at": item.at}
    return _publish_over(connection, item.seen, kept | mine)


def _publish_over(connection: Connection, seen: int | None, item: dict[str, Any]) -> int | None:
    live = live_version(connection)
    if live == seen:
        return _publish(connection, item, live)
    return live if live is not None and _is_mine(connection, live, item) else None


def _is_mine(connection: Connection, live: int, item: dict[str, Any]) -> bool:
    """Whether the live version is this very item: a commit that was cut off is run again, and publishes once."""
    row = without_files(connection, live)
    return row is not None and all(row[name] == item[name] for name in ("digest", "author", "reason", "at"))


def _publish(connection: Connection, item: dict[str, Any], parent: int | None) -> int:
    number = (connection.execute(select(func.max(rulesets.c.version))).scalar() or 0) + 1
    connection.execute(rulesets.insert(), item | {"version": number, "parent": parent})
    insert_rows(connection, live_ruleset, [{"id": 1, "version": number}], only_new=True)
    connection.execute(update(live_ruleset).where(live_ruleset.c.id == 1).values(version=number))
    return number
