"""People who may sign in: their accounts, sessions, one-time links and failed tries, as the record keeps them.

What is secret (a session's token, a link) is random and long, so its plain SHA-256 is kept; a password's slow hash is
made in `router.accounts`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, select, update

from router.store import keys, sql
from router.store.bulk import insert_rows
from router.store.ids import new_id
from router.store.rows import Row
from router.store.schema import events, links, sessions, users

A_USER: Final = "user:"
A_KEY: Final = "key:"


def get(connection: Connection, user_id: str) -> Row | None:
    """A user by id."""
    row = connection.execute(select(users).where(users.c.id == user_id)).mappings().first()
    return dict(row) if row else None


def by_email(connection: Connection, email: str) -> Row | None:
    """A user by their address, written in our own form."""
    row = connection.execute(select(users).where(users.c.email == email)).mappings().first()
    return dict(row) if row else None


def every(connection: Connection) -> list[Row]:
    """Every user ever made, by name."""
    return sql.mappings(connection.execute(select(users).order_by(users.c.name, users.c.id)).mappings())


def names(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """The names of users by id."""
    rows = connection.execute(select(users.c.id, users.c.name).where(users.c.id.in_(list(ids))))
    return {row.id: row.name for row in rows}


def signed(connection: Connection, rows: Sequence[Mapping[str, Any]], *columns: str) -> list[Row]:
    """Rows with the names of users and keys in place of `user:ID` and `key:ID` in these columns; all else stays."""
    said = {str(row[column]) for row in rows for column in columns}
    known: dict[str, str] = {}
    for prefix, named, shown in ((A_USER, names, "{}"), (A_KEY, keys.names, "key {}")):
        ids = [each.removeprefix(prefix) for each in said if each.startswith(prefix)]
        if ids:
            known |= {f"{prefix}{key}": shown.format(name) for key, name in named(connection, ids).items()}
    return [{**row, **{column: known.get(row[column], row[column]) for column in columns}} for row in rows]


def any_at_all(connection: Connection) -> bool:
    """Whether there is any user yet."""
    return connection.execute(select(users.c.id).limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A user to add, the one-time link by which they choose their password, and who adds them."""

    user: Row
    link: Row
    actor: str


def add(connection: Connection, items: list[Newcomer]) -> list[bool]:
    """Add users with their links; False where there is one with that address, whose account stays as it is."""
    return [_add(connection, each) for each in items]


def _add(connection: Connection, newcomer: Newcomer) -> bool:
    if not insert_rows(connection, users, [newcomer.user], only_new=True):
        known = by_email(connection, newcomer.user["email"])
        return known is not None and known["id"] == newcomer.user["id"]  # our own, before a cut-off commit
    insert_rows(connection, links, [newcomer.link])
    data = {"roles": newcomer.user["roles"], "teams": newcomer.user["teams"]}
    _tell(connection, "user.added", newcomer.user["id"], newcomer.actor, newcomer.user["created_at"], data)
    return True


@dataclass(frozen=True, slots=True)
class UserChange:
    """What is to be different about a user, why the history says so, by whom and when."""

    user_id: str
    values: Row
    kind: str
    actor: str
    at: datetime


def change(connection: Connection, items: list[UserChange]) -> list[bool]:
    """Change users; a new password or being disabled ends their sessions and links. False where there is none."""
    return [_change(connection, each) for each in items]


def _change(connection: Connection, change: UserChange) -> bool:
    if connection.execute(update(users).where(users.c.id == change.user_id).values(**change.values)).rowcount != 1:
        return False
    if change.values.get("password_hash") or change.values.get("disabled_at"):
        _end_all(connection, change.user_id)
    told = {name: value for name, value in change.values.items() if name in ("roles", "teams")}
    _tell(connection, change.kind, change.user_id, change.actor, change.at, told)
    return True


def _end_all(connection: Connection, user_id: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.user_id == user_id))
    connection.execute(delete(links).where(links.c.user_id == user_id))


def _tell(connection: Connection, kind: str, user_id: str, actor: str, at: datetime, data: Row) -> None:
    event = {"id": new_id(), "at": at, "kind": kind, "enquiry_id": None, "contact_id": None, "team": None}
    insert_rows(connection, events, [event | {"actor": actor, "data": {"user": user_id, **data}}])


# One-time links ------------------------------------------------------------------------------------------------------


def add_link(connection: Connection, rows: list[Row]) -> list[None]:
    """Keep a new link; an earlier one of the same user is no longer good."""
    for row in rows:
        connection.execute(delete(links).where(links.c.user_id == row["user_id"], links.c.used_at.is_(None)))
    insert_rows(connection, links, rows, only_new=True)
    return [None] * len(rows)


def link(connection: Connection, digest: str, now: datetime) -> Row | None:
    """A link that is good now, with its `user`, which is None for the first administrator's while there is nobody."""
    good = (links.c.digest == digest, links.c.used_at.is_(None), links.c.expires_at > now)
    row = connection.execute(select(links).where(*good)).mappings().first()
    if row is None:
        return None
    user = get(connection, row["user_id"]) if row["user_id"] else None
    useless = user["disabled_at"] is not None if user else any_at_all(connection)
    return None if useless else {**row, "user": user}


@dataclass(frozen=True, slots=True)
class Use:
    """A link that is used: to make the first administrator, who is `user`, or to set a user's password."""

    digest: str
    password_hash: str
    at: datetime
    user: Row | None = None


def use_link(connection: Connection, items: list[Use]) -> list[str | None]:
    """Use links, each once only; gives whose account it is, None where a link is not good any more."""
    return [_use(connection, each) for each in items]


def _use(connection: Connection, use: Use) -> str | None:
    sql.lock_names(connection, ["first administrator"] if use.user else [])
    row = link(connection, use.digest, use.at)
    if row is None or (row["user"] is None) != (use.user is not None):
        return None
    spent = update(links).where(links.c.digest == use.digest, links.c.used_at.is_(None)).values(used_at=use.at)
    if connection.execute(spent).rowcount != 1:
        return None
    if use.user is not None:
        insert_rows(connection, users, [use.user | {"password_hash": use.password_hash}])
        _tell(connection, "user.added", use.user["id"], "first-link", use.at, {"roles": use.user["roles"]})
        return str(use.user["id"])
    user = row["user"]
    values = {"password_hash": use.password_hash}
    _change(connection, UserChange(user["id"], values, "user.password-set", f"user:{user['id']}", use.at))
    return str(user["id"])
