"""Changing what is live, as every door does it: publish, submit, approve, refuse and roll back, or why it cannot be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from router.publishable import Checked
from router.store import approvals, drafts, rulesets
from router.store.ids import new_id
from router.store.rows import Row
from router.store.rulesets import WHICHEVER, Publishing, Refusal, RollBack, as_bytes
from router.store.submissions import Review, SubmissionEnd
from router.store.writer import Writer
from rules.load import load

LONGEST_REASON: Final = 500
"""Characters of a reason, or of the words to an approval."""
LONGEST_NOTE: Final = 200
LONGEST_NAME: Final = 100
MOST_FILES: Final = 200
FILE_NAME: Final = re.compile(r"(?:[A-Za-z0-9_][\w.-]*/)*[A-Za-z0-9_][\w.-]*\.ya?ml", re.ASCII)

_WHY: Final[Mapping[Refusal, str]] = {
    Refusal.OVERTAKEN: "Another version was published meanwhile. Look at what it changed, and decide again.",
    Refusal.NOT_APPROVED: "The live rules ask for a second person's approval, and nobody has approved exactly this "
    "over the version that is live. Submit it for approval; in an emergency, publish it as one.",
    Refusal.CHANGED: "The draft was changed meanwhile. Look at it once more, and submit it again.",
    Refusal.OWN: "Who had a hand in a draft, or submitted it, cannot approve it. Ask somebody else.",
    Refusal.SETTLED: "It was approved, refused or withdrawn before.",
    Refusal.UNKNOWN: "There is no such version, draft or submission any more.",
}


class ChangeRefusedError(Exception):
    """A change of the rules that was not made; the text says why and how to go on."""

    def __init__(self, refusal: Refusal) -> None:
        """Keep the reason, for who has more to say about it."""
        super().__init__(_WHY[refusal])
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class By:
    """Who changes something, why, and when."""

    author: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Over:
    """What a change was begun from, which version is live in the eyes of who makes it, and whether it cannot wait."""

    seen: int | None = WHICHEVER
    begun_from: int | None = None
    emergency: bool = False


ANYTHING: Final = Over()


def publish(writer: Writer, checked: Checked, origin: str, by: By, over: Over = ANYTHING) -> int:
    """Store a checked version and make it live; gives its number. Raises ChangeRefusedError."""
    row = version_row(checked, origin, by) | {"begun_from": over.begun_from}
    return _number(writer.submit(rulesets.publish, Publishing(row, over.seen, over.emergency)).result())


def roll_back(writer: Writer, earlier: Row, by: By, over: Over) -> int:
    """Make the files of an earlier version (its row) live again as a version of its own; gives its number.

    Raises ChangeRefusedError, and RulesetError for a version that cannot be read any more: it was published by an
    engine that took what this one refuses.
    """
    load(as_bytes(earlier["files"]))
    back = RollBack(earlier["version"], over.seen, by.author, by.reason, by.at, over.emergency)
    return _number(writer.submit(rulesets.roll_back, back).result())


def submit(writer: Writer, draft: Row, live: int, by: By) -> str:
    """Ask a second person to approve a draft as it is in this row, over this live version; gives the submission's id.

    Raises ChangeRefusedError.
    """
    digest = approvals.digest_of(dict(draft))
    asked = approvals.Submission(new_id(), draft["id"], digest, live, by.reason, by.author, by.at)
    _settled(writer.submit(approvals.submit, asked).result())
    return asked.id


def decide(writer: Writer, submission: str, outcome: SubmissionEnd, by: By) -> None:
    """Approve, refuse or withdraw a submission; the reason of `by` is what is said to it. Raises ChangeRefusedError."""
    _settled(writer.submit(approvals.decide, Review(submission, outcome, by.author, by.reason, by.at)).result())


def discard(writer: Writer, draft: Row, author: str, at: datetime) -> bool:
    """Throw a draft away as it is in this row; False where somebody has changed it since."""
    return writer.submit(drafts.discard, drafts.Discard(draft["id"], draft["changed_at"], author, at)).result()


def begin_draft(writer: Writer, base: int, files: Mapping[str, str], note: str, by: By) -> str:
    """Begin a draft of these files, changed from this version; gives its id."""
    row = {"id": new_id(), "base_version": base, "files": dict(files), "note": note, "writers": [by.author]}
    row |= {"author": by.author, "created_at": by.at, "changed_by": by.author, "changed_at": by.at}
    writer.submit(drafts.add, row).result()
    return str(row["id"])


def version_row(checked: Checked, origin: str, by: By) -> dict[str, Any]:
    """The row of a version that is about to be stored, without its number."""
    return {
        "digest": checked.ruleset.digest,
        "origin": origin,
        "author": by.author,
        "reason": by.reason,
        "at": by.at,
        "files": {name: content.decode() for name, content in checked.files.items()},
        "needs_approval": checked.ruleset.needs_approval,
    }


def _number(answer: int | Refusal) -> int:
    if isinstance(answer, Refusal):
        raise ChangeRefusedError(answer)
    return answer


def _settled(answer: Refusal | None) -> None:
    if answer is not None:
        raise ChangeRefusedError(answer)
