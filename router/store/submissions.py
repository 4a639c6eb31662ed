"""Asking a second person to approve a draft, in the record: exactly its content, over exactly the live version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, select, update

from router.store import sql
from router.store.rows import Row
from router.store.schema import ruleset_submissions as table

NEWEST_FIRST: Final = table.c.id.desc()


class SubmissionEnd(StrEnum):
    """How a submission ended."""

    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """Its draft was submitted again or thrown away."""
    PUBLISHED = "published"
    """It was approved, and is a version."""


@dataclass(frozen=True, slots=True)
class Review:
    """What somebody says to a submission, and when."""

    submission: str
    outcome: SubmissionEnd
    by: str
    words: str
    at: datetime


def get(connection: Connection, submission_id: str) -> Row | None:
    """One submission."""
    row = connection.execute(select(table).where(table.c.id == submission_id)).mappings().first()
    return dict(row) if row else None


def of_draft(connection: Connection, draft_id: str) -> Row | None:
    """The newest submission of a draft."""
    statement = select(table).where(table.c.draft_id == draft_id).order_by(NEWEST_FIRST).limit(1)
    row = connection.execute(statement).mappings().first()
    return dict(row) if row else None


def newest(connection: Connection) -> Mapping[str, Row]:
    """The newest submission of each draft that has any which was not withdrawn."""
    open_ = table.c.outcome.is_(None) | (table.c.outcome != SubmissionEnd.WITHDRAWN.value)
    rows = sql.mappings(connection.execute(select(table).where(open_).order_by(table.c.id)).mappings())
    return {row["draft_id"]: row for row in rows}


def granted(connection: Connection, digest: str, live_version: int) -> Row | None:
    """The approval of exactly this content over exactly this live version, if there is one."""
    mine = (
        table.c.digest == digest,
        table.c.live_version == live_version,
        table.c.outcome == SubmissionEnd.APPROVED.value,
    )
    row = connection.execute(select(table).where(*mine).order_by(NEWEST_FIRST).limit(1)).mappings().first()
    return dict(row) if row else None


def add(connection: Connection, row: Row) -> None:
    """Keep a submission; what was asked of the same draft before is withdrawn."""
    if get(connection, row["id"]) is None:  # a commit that was cut off is run again
        withdraw(connection, row["draft_id"], row["author"], row["at"])
        connection.execute(table.insert(), row)


def settle(connection: Connection, verdict: Review) -> None:
    """Write down what somebody said to a submission that nobody has decided on."""
    said = {"outcome": verdict.outcome.value, "decided_by": verdict.by, "decided_at": verdict.at}
    mine = (table.c.id == verdict.submission, table.c.outcome.is_(None))
    connection.execute(update(table).where(*mine).values(said | {"words": verdict.words}))


def withdraw(connection: Connection, draft_id: str, by: str, at: datetime) -> None:
    """Take back what of a draft waits for a word, and what was approved and is not published: it counts no longer."""
    mine, gone = table.c.draft_id == draft_id, {"outcome": SubmissionEnd.WITHDRAWN.value}
    waits = update(table).where(mine, table.c.outcome.is_(None))
    connection.execute(waits.values(gone | {"decided_by": by, "decided_at": at}))
    connection.execute(update(table).where(mine, table.c.outcome == SubmissionEnd.APPROVED.value).values(gone))


def published(connection: Connection, submission_id: str) -> None:
    """Note that what was approved is a version now."""
    connection.execute(update(table).where(table.c.id == submission_id).values(outcome=SubmissionEnd.PUBLISHED.value))
