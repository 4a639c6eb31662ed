"""What every adapter is made of, and the one place where a request is verified before it is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from channels.forms import read_form
from channels.inbound import Inbound
from channels.numbers import REGION
from channels.receipts import Receipt
from channels.replies import Asked, Outgoing, Pressed, Reply

Secrets = Mapping[str, str]
"""Values of the environment settings that an adapter names; a value may hold several, comma-separated, for rotation."""

ROOT = "/channels/"
"""The path below which the routes of all push adapters live."""


class Refused(Exception):  # noqa: N818 - it is the answer to a request, not a fault of ours
    """The request is not from the provider (403); `reason` is a short code for a counter, never shown to the caller."""

    status = 403

    def __init__(self, reason: str) -> None:
        """Take the reason code: not-configured, unsigned or wrong-signature."""
        super().__init__(reason)
        self.reason = reason


class Malformed(Exception):  # noqa: N818 - as above
    """The request is genuine and cannot be read (4xx); says which field and what is wrong with it."""

    status = 422

    def __init__(self, field: str, problem: str) -> None:
        """Take the provider's own name of the field, and the problem as the end of a sentence about it."""
        super().__init__(f"{field} {problem}")
        self.field = field
        self.problem = problem


@dataclass(frozen=True)  # not slotted: the form is decoded once, for the signature and for the parser
class Request:
    """One HTTP request of a provider, free of any web server.

    `urls` are the addresses under which the provider may have called, likeliest first; header names are lower case;
    `received_at` is aware UTC. `section` is what the landlord's YAML says under the adapter's section, if it has one;
    `region` is the country (ISO 3166) whose numbers are meant where they have no country code.
    """

    method: str
    urls: tuple[str, ...]
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime
    section: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    region: str = REGION

    @property
    def route(self) -> str:
        """The route that was called, below /channels/."""
        return self.urls[0].partition("?")[0].rpartition(ROOT)[2].rstrip("/")

    @property
    def media_type(self) -> str:
        """The declared media type of the body, lower case, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @cached_property
    def form(self) -> dict[str, list[str]]:
        """The body as form fields, every value of each; empty if it is declared to be something else."""
        if self.media_type in ("application/x-www-form-urlencoded", ""):
            return read_form(self.body)
        return {}

    @cached_property
    def query(self) -> dict[str, list[str]]:
        """The fields of the query string."""
        return read_form(self.urls[0].partition("?")[2].partition("#")[0].encode("utf-8", "surrogateescape"))


class Answer(NamedTuple):
    """What the provider is told: an HTTP status, a media type and a body."""

    status: int
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Push:
    """An adapter of a provider that calls us. Only `receive` calls `verify` and `parse`.

    `routes` lie below /channels/; `secrets` are the names of the settings without which every request is refused.
    `verify` raises Refused, `parse` raises Malformed, `answer` puts a reply into the words of the provider that made
    the request. What is parsed is a contact's part; or, on a call that we made ourselves, the key that somebody
    pressed, or how that call goes; or what is asked in the middle of a call and not kept; or how far a message of ours
    has come; or None for what is no contact's business and is only answered. `section` names the section of the
    landlord's YAML by which requests are read, where there is one.
    """

    name: str
    channel: str
    routes: tuple[str, ...]
    secrets: tuple[str, ...]
    verify: Callable[[Request, Secrets], None]
    parse: Callable[[Request], Inbound | Pressed | Asked | Outgoing | Receipt | None]
    answer: Callable[[Reply, Request], Answer]
    section: str = ""


@dataclass(frozen=True, slots=True)
class Pull:
    """An adapter of raw messages that we fetch or are handed: `parse(raw, received_at)` takes any bytes at all."""

    name: str
    channel: str
    parse: Callable[[bytes, datetime], Inbound]


@dataclass(frozen=True, slots=True)
class Session:
    """An adapter of a live conversation: `parse(frame, session id, received_at)`; raises Malformed."""

    name: str
    channel: str
    parse: Callable[[Mapping[str, object], str, datetime], Inbound]


@dataclass(frozen=True, slots=True)
class Direct:
    """An adapter of our own API, for channels that a colleague or another system writes down.

    `parse(body, account, received_at, region)` takes JSON, the id of the API key, and the country (ISO 3166) whose
    numbers are meant where they have no country code; raises Malformed.
    """

    name: str
    parse: Callable[[bytes, str, datetime, str], Inbound]


def receive(adapter: Push, request: Request, secrets: Secrets) -> Inbound | Pressed | Asked | Outgoing | Receipt | None:
    """Verify a request, then read it: raises Refused or Malformed, and writes nothing."""
    if not all(secrets.get(name, "").strip() for name in adapter.secrets):
        raise Refused("not-configured")
    adapter.verify(request, secrets)
    return adapter.parse(request)
