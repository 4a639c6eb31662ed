"""Writing what two people have to agree on: submitting a draft, and a second person's word on it, a commit each."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from router.store import drafts, sql, submissions
from router.store.rows import Row
from router.store.rulesets import Refusal, as_bytes, live_version
from router.store.submissions import Review, SubmissionEnd
from rules.load import digest


@dataclass(frozen=True, slots=True)
class Submission:
    """A draft as it was seen (its content's digest, and the live version) that somebody asks to be approved."""

    id: str
    draft: str
    digest: str
    live: int
    reason: str
    author: str
    at: datetime


def submit(connection: Connection, items: list[Submission]) -> list[Refusal | None]:
    """Ask for approvals; None where it was written down."""
    sql.lock_names(connection, {drafts.lock(item.draft) for item in items} | {"rulesets"})
    return [_submit(connection, item) for item in items]


def _submit(connection: Connection, item: Submission) -> Refusal | None:
    draft = drafts.get(connection, item.draft)
    if draft is None:
        return Refusal.UNKNOWN
    if digest_of(draft) != item.digest:
        return Refusal.CHANGED
    if live_version(connection) != item.live:
        return Refusal.OVERTAKEN
    row = {
        "id": item.id,
        "draft_id": item.draft,
        "digest": item.digest,
        "live_version": item.live,
        "writers": sorted({*drafts.writers_of(draft), item.author}),
        "reason": item.reason,
        "author": item.author,
        "at": item.at,
    }
    submissions.add(connection, row)
    return None


def decide(connection: Connection, items: list[Review]) -> list[Refusal | None]:
    """Write down verdicts; None where one was. Nobody approves what they wrote, nor what is no longer what it was."""
    sql.lock_names(connection, ["rulesets"])
    return [_decide(connection, item) for item in items]


def _decide(connection: Connection, item: Review) -> Refusal | None:
    row = submissions.get(connection, item.submission)
    if row is None:
        return Refusal.UNKNOWN
    if row["outcome"] is not None:
        same = (row["outcome"], row["decided_by"], row["decided_at"]) == (item.outcome.value, item.by, item.at)
        return None if same else Refusal.SETTLED  # a commit that was cut off is run again
    if item.outcome is SubmissionEnd.APPROVED:
        wrong = _not_to_be_approved(connection, row, item)
        if wrong:
            return wrong
    submissions.settle(connection, item)
    return None


def _not_to_be_approved(connection: Connection, row: Row, item: Review) -> Refusal | None:
    draft = drafts.get(connection, row["draft_id"])
    if draft is None:
        return Refusal.UNKNOWN
    if item.by in {*row["writers"], *drafts.writers_of(draft)}:
        return Refusal.OWN
    if digest_of(draft) != row["digest"]:
        return Refusal.CHANGED
    return Refusal.OVERTAKEN if live_version(connection) != row["live_version"] else None


def digest_of(draft: Row) -> str:
    """The digest of a draft's files, as its version would have it."""
    return digest(as_bytes(draft["files"]))
