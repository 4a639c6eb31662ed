"""Sessions and failed sign-ins in the record, so that both hold for every web process and over a restart."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.sql.elements import ColumnElement

from router.store import sql
from router.store.bulk import insert_rows
from router.store.rows import Row
from router.store.schema import attempts, sessions, users

IDLE: Final = timedelta(hours=2)
"""A session that is not used for so long has ended."""

LONGEST: Final = timedelta(hours=12)
"""However much it is used, a session has ended after so long."""

SEEN_EVERY: Final = timedelta(minutes=1)
"""How exactly it is known when a session was last used: not every page has to write."""

WINDOW: Final = timedelta(minutes=15)
MOST_BY_ACCOUNT: Final = 10
MOST_BY_ADDRESS: Final = 50
"""Failed tries within the window, for one account and from one address, which many people may share."""

KEPT: Final = timedelta(days=1)


def begin(connection: Connection, rows: list[Row]) -> list[None]:
    """Begin sessions; what has long ended is forgotten meanwhile."""
    insert_rows(connection, sessions, rows, only_new=True)
    oldest = min(row["created_at"] for row in rows) - LONGEST
    connection.execute(delete(sessions).where(sessions.c.created_at < oldest))
    return [None] * len(rows)


def find(connection: Connection, digest: str, now: datetime) -> Row | None:
    """The user whose session this is, with its `seen_at`; None once it has ended or they may not sign in any more."""
    good = (
        sessions.c.digest == digest,
        sessions.c.seen_at > now - IDLE,
        sessions.c.created_at > now - LONGEST,
        users.c.disabled_at.is_(None),
    )
    statement = select(users, sessions.c.seen_at).join(users, users.c.id == sessions.c.user_id).where(*good)
    row = connection.execute(statement).mappings().first()
    return dict(row) if row else None


def seen(connection: Connection, items: list[tuple[str, datetime]]) -> list[None]:
    """Note that sessions were used."""
    for digest, at in items:
        connection.execute(update(sessions).where(sessions.c.digest == digest).values(seen_at=at))
    return [None] * len(items)


def end(connection: Connection, digests: list[str]) -> list[None]:
    """End sessions."""
    connection.execute(delete(sessions).where(sessions.c.digest.in_(digests)))
    return [None] * len(digests)


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """A sign-in that is about to be tried: for which account (a digest), from which address, when."""

    id: str
    account: str
    address: str
    at: datetime


def attempt(connection: Connection, items: list[SignInAttempt]) -> list[datetime | None]:
    """Count tries before they are made; for one that there have been too many before: when the next is taken.

    Counted first and forgiven on success, so that guesses sent all at once are counted too.
    """
    sql.lock_names(connection, [f"sign-in {name}" for each in items for name in (each.account, each.address)])
    return [_attempt(connection, each) for each in items]


def _attempt(connection: Connection, attempt: SignInAttempt) -> datetime | None:
    until = max(
        _held_until(connection, attempts.c.account == attempt.account, MOST_BY_ACCOUNT, attempt),
        _held_until(connection, attempts.c.address == attempt.address, MOST_BY_ADDRESS, attempt),
    )
    if until > attempt.at:
        return until
    row = {"id": attempt.id, "account": attempt.account, "address": attempt.address, "at": attempt.at}
    insert_rows(connection, attempts, [row], only_new=True)
    connection.execute(delete(attempts).where(attempts.c.at < attempt.at - KEPT))
    return None


def _held_until(connection: Connection, whose: ColumnElement[bool], most: int, attempt: SignInAttempt) -> datetime:
    """When the next try is taken: once the oldest of the last `most` has left the window."""
    recent = select(attempts.c.at).where(whose, attempts.c.at > attempt.at - WINDOW, attempts.c.id != attempt.id)
    oldest = connection.execute(recent.order_by(attempts.c.at.desc()).offset(most - 1).limit(1)).scalar()
    return oldest + WINDOW if oldest else attempt.at


def forgive(connection: Connection, accounts: list[str]) -> list[None]:
    """Forget the failed tries for accounts, whose owners have now signed in or been given a new link."""
    connection.execute(delete(attempts).where(attempts.c.account.in_(accounts)))
    return [None] * len(accounts)
