"""The one frozen shape for what any adapter makes of a provider's message, before anything is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Kind(StrEnum):
    """What sort of event the provider told us of."""

    MESSAGE = "message"
    AUTOMATIC_REPLY = "automatic-reply"
    """An answer that a machine gave: an out-of-office note, an acknowledgement of another helpdesk."""

    BOUNCE = "bounce"
    """A delivery report: what we sent did not arrive, arrives late, or has arrived; the facts say which."""

    RECEIPT = "receipt"
    """A read receipt (RFC 8098)."""

    BULK = "bulk"
    """What goes to many at once: a mailing list, a newsletter."""

    CALENDAR_ANSWER = "calendar-answer"
    CHALLENGE = "challenge"
    """A filter of the recipient's that wants to know that a person sent what we sent."""

    COMPLAINT_REPORT = "complaint-report"
    """A mail provider's report that somebody called what we sent spam (RFC 5965)."""

    OWN = "own"
    """A message of ours that came back as it was."""

    KEYWORD = "keyword"
    """A word that stops texts or starts them again: it is recorded and obeyed, and there is nothing to answer."""

    CALL_EVENT = "call-event"


MACHINES = frozenset(Kind) - {Kind.MESSAGE, Kind.CALL_EVENT}
"""The kinds of messages that nobody is to answer: no person wrote them, or one wrote a word that is obeyed."""


class Progress(StrEnum):
    """How far the contact is once this part is in: whether there is enough to decide on."""

    ENOUGH = "enough"
    """There is enough to decide on (an email, a text, a menu choice, a chat's first real line)."""

    WAIT = "wait"
    """The contact opens or goes on, and more is expected within `patience` (a call still in its menu)."""

    ENDED = "ended"
    """The interaction is over (a hang-up, a closed chat): decide on what there is, if nobody has yet."""

    NOTE = "note"
    """Only recorded (a delivery receipt, a late status): changes nothing about deciding."""


class PointKind(StrEnum):
    """What sort of address a contact point is."""

    PHONE = "phone"
    EMAIL = "email"
    SESSION = "session"
    REFERENCE = "reference"
    """The landlord's own reference for a customer or a home, as the portal and reception know it."""

    WEB = "web"
    """A web address that another system listens on; nobody gets in touch from one."""

    UNKNOWN = "unknown"
    """Written down as it came, because it could be read as none of the others (a withheld number)."""


class Address(NamedTuple):
    """Where somebody can be reached, or was reached.

    `value` is canonical and comparable (E.164, a lower-cased mailbox, a session id); `shown` is what was written;
    `prefix` is a relay prefix such as 18001 and `extension` is dialled after the number is answered: both are kept
    beside the number and never part of it.
    """

    kind: PointKind
    value: str
    shown: str = ""
    name: str = ""
    prefix: str = ""
    extension: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a part, addressed by its content: `digest` is the SHA-256 in hex, `size` is in bytes.

    `content` is empty where the file was over the limit: digest and size then still say what came.
    """

    name: str
    media_type: str
    digest: str
    size: int
    content: bytes = field(repr=False)
    inline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One event from a provider. Made by `channels.bounds.bounded`, so sizes are limited and text is NFC.

    `conversation` is the provider's id for the whole contact (a call sid, a chat session, a message id); `event`
    is its id for this part and is what makes the part once-only. Where the provider gives none, `event` is a
    digest of the content. `facts` are the provider's own (menu choice, country), by the field's own names.
    """

    channel: str
    provider: str
    account: str
    conversation: str
    event: str
    part: str
    """What it is: message, call, menu-choice, menu-said, menu-timeout, call-leg, call-status, chat-line, ended, …"""

    kind: Kind = Kind.MESSAGE
    progress: Progress = Progress.ENOUGH
    patience: timedelta | None = None
    sender: Address
    recipients: tuple[Address, ...] = ()
    about: Address | None = None
    received_at: datetime
    claimed_at: datetime | None = None
    subject: str = ""
    text: str = ""
    """What is new: without quoted history and signature, where a channel has those."""

    whole: str = ""
    """The whole text, where it is more than `text`."""

    attachments: tuple[Attachment, ...] = ()
    message_id: str = ""
    references: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    raw: bytes = field(default=b"", repr=False)
    """The message as it came, where it may be worth reading again."""

    marks: tuple[str, ...] = ()
    """What a person should know about how it was read: text-cut, number-unreadable, attachment-too-large, …"""
