"""Versions of the ruleset in the record: stored whole, and made live by flipping one row."""

from typing import Any

from sqlalchemy import Connection, func, select, update

from router.store import sql
from router.store.bulk import insert_rows
from router.store.schema import live_ruleset, rulesets


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


def history(connection: Connection) -> list[dict[str, Any]]:
    """Every version without its files, newest first."""
    columns = [column for column in rulesets.c if column.name != "files"]
    return sql.mappings(connection.execute(select(*columns).order_by(rulesets.c.version.desc())).mappings())


def publish(connection: Connection, items: list[dict[str, Any]]) -> list[int]:
    """Store checked versions (rows without number and parent) and make each live in turn; gives their numbers."""
    sql.lock_names(connection, ["rulesets"])
    return [_publish(connection, item, live_version(connection)) for item in items]


def publish_over(connection: Connection, items: list[tuple[int | None, dict[str, Any]]]) -> list[int | None]:
    """The same for each whose publisher still sees the version that is live; None where it is another by now."""
    sql.lock_names(connection, ["rulesets"])
    return [_publish(connection, item, seen) if live_version(connection) == seen else None for seen, item in items]


def _publish(connection: Connection, item: dict[str, Any], parent: int | None) -> int:
    number = (connection.execute(select(func.max(rulesets.c.version))).scalar() or 0) + 1
    connection.execute(rulesets.insert(), item | {"version": number, "parent": parent})
    _make_live(connection, number)
    return number


def roll_back(connection: Connection, items: list[int]) -> list[None]:
    """Make each of these stored versions live again."""
    for number in items:
        _make_live(connection, number)
    return [None] * len(items)


def _make_live(connection: Connection, number: int) -> None:
    insert_rows(connection, live_ruleset, [{"id": 1, "version": number}], only_new=True)
    connection.execute(update(live_ruleset).where(live_ruleset.c.id == 1).values(version=number))
