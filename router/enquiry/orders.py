"""What people can order for an enquiry, each with what it needs: the shapes that the API and the pages hand in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

CUSTOMER, THIRD_PARTY, DATE = "customer", "third-party", "date"


@dataclass(frozen=True, slots=True)
class Take:
    """Take it: `colleague` (a user's id) has it from now on; whoever orders it, unless told."""

    colleague: str = ""
    action: Literal["take"] = "take"


@dataclass(frozen=True, slots=True)
class HandBack:
    """Hand it back to its team, so that anybody there can take it."""

    note: str = ""
    action: Literal["hand-back"] = "hand-back"


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Say that a person has seen this emergency."""

    action: Literal["acknowledge"] = "acknowledge"


@dataclass(frozen=True, slots=True)
class Transfer:
    """Give it to another team, for one of the landlord's `transfer_reasons`."""

    to: str
    reason: str
    note: str = ""
    action: Literal["transfer"] = "transfer"


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask another team for its part; the owner stays the owner."""

    to: str
    text: str
    action: Literal["ask"] = "ask"


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer what another team asked; `question` is its id."""

    question: str
    text: str
    action: Literal["answer"] = "answer"


@dataclass(frozen=True, slots=True)
class Note:
    """Write something down for colleagues; the customer does not see it."""

    text: str
    action: Literal["note"] = "note"


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that is in the record already: its name, its media type, the SHA-256 of its content in hex, its bytes.

    Only files that came with a contact of this enquiry, or were added to one of its replies, may be named.
    """

    name: str
    media_type: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Reply:
    """Write to the customer. It goes out as their adjustments allow; `seen` is the latest contact that was read."""

    text: str
    seen: str = ""
    attachments: tuple[Attached, ...] = ()
    action: Literal["reply"] = "reply"


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back a reply that has not left yet; `reply` is the id of its event."""

    reply: str
    action: Literal["undo"] = "undo"


@dataclass(frozen=True, slots=True)
class Wait:
    """Set it aside until a moment, or until the customer gets in touch; `on` says who or what is waited for."""

    until: datetime
    on: Literal["customer", "third-party", "date"]
    why: str
    action: Literal["wait"] = "wait"


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on with it before the time that it was waiting for."""

    action: Literal["resume"] = "resume"


@dataclass(frozen=True, slots=True)
class PromiseCallback:
    """Promise the customer a call between two moments; `number` where it is another than they got in touch from."""

    starts: datetime
    ends: datetime
    number: str = ""
    action: Literal["promise-callback"] = "promise-callback"


@dataclass(frozen=True, slots=True)
class TryCallback:
    """Say how a promised call went; only `reached` keeps the promise, and `not-reached` says that it is given up."""

    callback: str
    outcome: Literal[
        "reached", "no-answer", "busy", "machine", "failed", "wrong-number", "no-longer-wanted", "not-reached"
    ]
    note: str = ""
    action: Literal["try-callback"] = "try-callback"


@dataclass(frozen=True, slots=True)
class Resolve:
    """Say that it is resolved, how (one of the landlord's `resolutions`), and whether it was at first contact."""

    how: str
    at_first_contact: bool
    note: str = ""
    seen: str = ""
    action: Literal["resolve"] = "resolve"


@dataclass(frozen=True, slots=True)
class Reopen:
    """Open it again."""

    why: str
    action: Literal["reopen"] = "reopen"


@dataclass(frozen=True, slots=True)
class Link:
    """Say that another enquiry, by its reference, has to do with this one."""

    to: str
    how: Literal["related", "duplicate"] = "related"
    action: Literal["link"] = "link"


@dataclass(frozen=True, slots=True)
class Split:
    """Make an enquiry of its own for another matter in the same contact; its team is the journey's, unless told."""

    journey: str
    why: str
    team: str = ""
    action: Literal["split"] = "split"


Order = (
    Take | HandBack | Acknowledge | Transfer | Ask | Answer | Note | Reply | Undo | Wait | Resume
    | PromiseCallback | TryCallback | Resolve | Reopen | Link | Split
)  # fmt: skip
