"""A second person's word on a draft, where the live rules ask for one: how far that is, asking for it, saying it."""

from typing import Any

from router import logs, publishing
from router.console.exchange import Ask
from router.publishing import By
from router.store import approvals, drafts, submissions, users
from router.store.rows import Row
from router.store.submissions import SubmissionEnd


def state(ask: Ask, draft: Row, current: Row) -> dict[str, Any]:
    """Whether a draft needs approval, how far that is, and whether whoever asks may give it.

    `step` is "" where none is needed, else ask (nobody was asked, or what they were asked about is no longer so), wait,
    refused or approved.
    """
    if not current["needs_approval"]:
        return {"step": ""}
    row = ask.read(lambda record: submissions.of_draft(record, draft["id"]))
    if row is None:
        return {"step": "ask", "stale": False}
    kept = ask.read(lambda record: drafts.get(record, draft["id"])) or {}
    fresh = row["live_version"] == current["version"] and row["digest"] == approvals.digest_of(dict(draft))
    step = {None: "wait", SubmissionEnd.APPROVED: "approved", SubmissionEnd.REFUSED: "refused"}.get(
        row["outcome"], "ask"
    )
    writers = {*row["writers"], *(drafts.writers_of(kept) if kept else ())}
    shown = ask.read(lambda record: users.signed(record, [row], "author", "decided_by")[0])
    return {
        "step": step if fresh or step == "refused" else "ask",
        "stale": not fresh and step in ("wait", "approved"),
        "row": shown,
        "mine": ask.person.actor in writers,
    }


def needs_a_second(current: Row, earlier: Row) -> bool:
    """Whether an earlier version cannot come back by one person: it would end approvals, or was an emergency."""
    return bool(current["needs_approval"]) and not (earlier["needs_approval"] and not earlier["emergency"])


def submit(ask: Ask, draft: Row, current: Row, reason: str) -> None:
    """Ask for approval; raises ChangeRefusedError."""
    by = By(ask.person.actor, reason, ask.now)
    publishing.submit(ask.services.writer, draft, current["version"], by)
    logs.log("draft.submitted", user=ask.person.id)


def decide(ask: Ask, submission: str, outcome: SubmissionEnd, words: str) -> None:
    """Approve, refuse or withdraw; raises ChangeRefusedError."""
    publishing.decide(ask.services.writer, submission, outcome, By(ask.person.actor, words, ask.now))
    logs.log(f"draft.{outcome.value}", user=ask.person.id)
