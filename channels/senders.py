"""Messages on their way out, and what came of sending one, in nobody's dialect."""

from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from channels.inbound import Address, Attachment

OWN_HEADER = "X-Firstcontact"
"""The header that every email of ours carries, with the id of the message, so that it is known when it comes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """One message, finished by the gate for everything outbound and about to be sent.

    `message_id` is ours and the same at every attempt, so that a provider can tell a repeat. `automatic` is what no
    person wrote (an acknowledgement): it must never be answered by a machine. `formats` are those already applied.
    `sender` is the mailbox of ours that it comes from ("" for the channel's own), `reply_to` where an answer is to go.
    """

    channel: str
    address: Address
    text: str = field(repr=False)
    message_id: str
    subject: str = field(default="", repr=False)
    language: str = "en-GB"
    formats: tuple[str, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    automatic: bool = False
    sender: str = ""
    sender_name: str = ""
    reply_to: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider has taken it, under this id of its own."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Temporary:
    """Not now: try again, after so many seconds if the provider said. `reason` is a short code without any content."""

    reason: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Permanent:
    """Never like this: somebody has to look. `reason` is a short code without any content.

    `address_at_fault` says that nothing sent to this address arrives, whatever it is.
    """

    reason: str
    address_at_fault: bool = False


Result = Sent | Temporary | Permanent
Send = Callable[[OutboundMessage], Result]
"""Sends one message and says what came of it; never raises for what a provider or a network does."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a way out is made of.

    `setting` gives the value of a setting by its name in the environment, "" where it is not set; `client` is asked for
    when there is something to send; `url` is the address that others reach us by, `is_public` whether a provider does.
    """

    setting: Callable[[str], str]
    client: Callable[[], httpx.Client]
    url: str
    is_public: bool


@dataclass(frozen=True, slots=True)
class WayOut:
    """The way out of a channel. Where a setting that it needs is not set it is not there, and a person is told."""

    channel: str
    needs: tuple[str, ...]
    make: Callable[[Setup], Send]
