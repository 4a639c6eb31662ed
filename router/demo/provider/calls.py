"""One leg of a call: who is on it, how far it is, what interrupts it, and what every request about it says."""

import asyncio
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from router.demo.provider.clock import Time
from router.demo.provider.people import ALONE, ANONYMOUS, UNHURRIED, Person

API_VERSION = "2010-04-01"
QUEUED, INITIATED, RINGING, IN_PROGRESS = "queued", "initiated", "ringing", "in-progress"
COMPLETED, BUSY, NO_ANSWER, FAILED, CANCELED = "completed", "busy", "no-answer", "failed", "canceled"
OVER = frozenset({COMPLETED, BUSY, NO_ANSWER, FAILED, CANCELED})
LONGEST = 14_400.0
"""Seconds after which the provider ends a call."""

INBOUND, BY_API, BY_DIAL = "inbound", "outbound-api", "outbound-dial"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the next document comes from: an address to ask, told these fields, or TwiML as it is."""

    url: str = ""
    method: str = "POST"
    fields: Mapping[str, str] = field(default_factory=dict)
    twiml: bytes = b""


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told of a call's progress: the address, and of which events."""

    url: str = ""
    events: tuple[str, ...] = (COMPLETED,)
    method: str = "POST"


class Interruption(Exception):  # noqa: N818 - it is news, no error
    """Something else happens on the leg than what its document says."""


class Over(Interruption):
    """The leg ends; `by` is who ended it: themselves, the document, the API or the other end."""

    def __init__(self, by: str, status: str = COMPLETED) -> None:
        """Remember who, and how the call stands then."""
        super().__init__(by)
        self.by, self.status = by, status


class Redirected(Interruption):
    """The API gave the leg another document to go on with."""

    def __init__(self, source: Source) -> None:
        """Remember which."""
        super().__init__(source.url)
        self.source = source


class Left(Interruption):
    """The leg leaves its queue by its own document."""


class Changed(Interruption):
    """Something is different where the leg waits: in its queue, or in its conference."""


@dataclass(slots=True, eq=False)
class Leg:
    """A call, as the provider keeps it: each end that was called is one of its own."""

    sid: str
    account: str
    person: Person
    from_: str
    to: str
    direction: str
    time: Time
    created: datetime
    status: str = QUEUED
    parent: "Leg | None" = None
    watch: Watch = field(default_factory=Watch)
    fallback: Source | None = None
    base: str = ""
    """The address of the document that it follows."""

    answered_by: str = ""
    answered: datetime | None = None
    ended: datetime | None = None
    seconds: float = 0.0
    """How long it has been going on since it was answered."""

    sequence: int = 0
    idle_documents: int = 0
    waited: dict[str, float] = field(default_factory=dict)
    interruption: Interruption | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    posting: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def duration(self) -> int:
        """Whole seconds since it was answered."""
        return math.ceil(self.seconds) if self.answered else 0

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.status in OVER

    def fields(self) -> dict[str, str]:
        """What every request about this leg says."""
        caller = self.from_ or ANONYMOUS
        told = {
            "CallSid": self.sid,
            "AccountSid": self.account,
            "From": caller,
            "To": self.to,
            "Caller": caller,
            "Called": self.to,
            "CallStatus": self.status,
            "ApiVersion": API_VERSION,
            "Direction": self.direction,
        }
        more = {
            "ParentCallSid": self.parent.sid if self.parent else "",
            "AnsweredBy": self.answered_by if self.answered else "",
        }
        return told | {name: value for name, value in more.items() if value}

    def interrupt(self, why: Interruption) -> None:
        """Have it go on otherwise, at once; an end is final."""
        if not isinstance(self.interruption, Over):
            self.interruption = why
        self.news.set()

    def check(self) -> None:
        """Raise what has interrupted it, once."""
        if self.interruption is not None:
            why, self.interruption = self.interruption, None
            raise why

    async def spend(self, seconds: float, place: str) -> None:
        """Let time go by on the line; raises Over when the person's patience ends before, or what interrupts it."""
        await self.until(None, seconds, place)

    async def until(self, holds: Callable[[], bool] | None, seconds: float, place: str) -> bool:
        """Wait until something holds, at most so many seconds; gives whether it does. Raises as `spend`."""
        self.idle_documents = 0 if seconds else self.idle_documents
        left, bears = seconds, self._bears(place)
        while True:
            self.check()
            if self.seconds > LONGEST:
                raise Over("provider")
            if holds is not None and holds():
                return True
            if left <= 0 or bears <= 0:
                break
            self.news.clear()
            gone = await self._wait(min(left, bears), alone=place in ALONE)
            left, bears = left - gone, bears - gone
            self.waited[place] = self.waited.get(place, 0.0) + gone
            self.seconds += gone
        if bears <= 0:
            self.person.note("hung up", place)
            raise Over("person")
        return False

    async def _wait(self, seconds: float, *, alone: bool) -> float:
        """Wait for news; gives how many seconds that took. Less than a microsecond is left by rounding."""
        begun = self.time.passed()
        await self.time.wait(self.news, None if math.isinf(seconds) else seconds, alone=alone)
        gone = seconds if alone and not self.time.speed else self.time.passed() - begun
        return seconds if seconds - gone < 1e-6 else gone  # noqa: PLR2004 - a microsecond

    def _bears(self, place: str) -> float:
        here = self.person.patience_in.get(place, math.inf) - self.waited.get(place, 0.0)
        if place in UNHURRIED:
            return here
        spent = sum(seconds for where, seconds in self.waited.items() if where not in UNHURRIED)
        return min(here, self.person.patience - spent)
