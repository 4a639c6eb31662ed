"""The provider itself: its numbers, calls, queues, conferences and recordings, and what it asks of our webhooks."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urldefrag

import httpx

from router.demo.provider.calls import Leg, Source, Watch
from router.demo.provider.clock import Time
from router.demo.provider.manners import ORDERLY, Manners
from router.demo.provider.people import Person
from router.demo.provider.rooms import Queue, Room
from router.demo.provider.webhooks import Asked, NotAnsweredError, ask

ACCOUNT, TOKEN = "AC" + "1" * 32, "a-token-for-tests"
QUEUE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Number:
    """A number of ours at the provider: what it asks when somebody rings it, and where it reports.

    `fallback` is asked when that fails, or is the document itself: the static one, which no server of ours has to be up
    for.
    """

    value: str
    voice_url: str
    status: Watch = field(default_factory=Watch)
    fallback: Source | None = None
    sms_url: str = ""
    sid: str = ""


@dataclass(frozen=True, slots=True)
class Recording:
    """What was recorded, as the provider keeps it."""

    sid: str
    call: str
    created: datetime
    seconds: int
    says: str
    source: str
    status: str = "completed"


@dataclass(frozen=True, slots=True)
class Transcription:
    """A recording in words."""

    sid: str
    recording: str
    created: datetime
    text: str


@dataclass(slots=True)
class Message:
    """A text that was sent or came in."""

    sid: str
    from_: str
    to: str
    body: str
    direction: str
    status: str
    created: datetime
    media: tuple[tuple[str, bytes], ...] = ()
    error: int | None = None


@dataclass(slots=True, eq=False)
class Exchange:
    """A provider with one account of ours. `people` have their numbers; of any other, `phone_of` gives who answers it.

    It is asked anew each time, and told which leg dials, if one does.

    Everything that it does from within runs as a task of the event loop: `settled` returns when all is done.
    """

    client: httpx.AsyncClient
    time: Time = field(default_factory=Time)
    chance: random.Random = field(default_factory=lambda: random.Random(0))
    manners: Manners = ORDERLY
    account: str = ACCOUNT
    token: str = TOKEN
    standing: str = "active"
    api: str = "https://api.twilio.com"
    """Where its REST API answers, as it says in what it posts."""

    phone_of: Callable[[str, Leg | None], Person] = lambda number, _: Person(number, answers="failed")
    numbers: dict[str, Number] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    calls: dict[str, Leg] = field(default_factory=dict)
    queues: dict[str, Queue] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)
    """The queues by name; the conferences that go on, by name, and those that are over, by sid."""

    recordings: dict[str, Recording] = field(default_factory=dict)
    going: dict[str, str] = field(default_factory=dict)
    """The recordings that go on: the sid, by that of the call; paused or in-progress is in `recordings`."""

    transcriptions: dict[str, Transcription] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    by_token: dict[str, str] = field(default_factory=dict)
    arrived: Counter[str] = field(default_factory=Counter)
    """How often each idempotency token came with a message or a call."""

    violations: list[str] = field(default_factory=list)
    """What our documents got wrong, with the address that answered each."""

    alerts: list[tuple[int, str]] = field(default_factory=list)
    """What the provider would write into its debugger: its number, and the address."""

    asked: list[Asked] = field(default_factory=list)
    twice: set[str] = field(default_factory=set)
    """Calls of which every request comes twice, as where an answer got lost on its way; the first answer counts."""

    refuses: dict[str, int] = field(default_factory=dict)
    """Numbers that take no text, with the error that is answered: 21610 of who has said STOP."""

    keeps: bool = True
    """Whether `asked` is kept: of thousands of calls it grows large."""

    queue_size: int = QUEUE_SIZE
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    def sid(self, kind: str) -> str:
        """A fresh sid: two letters and 32 hexadecimal digits."""
        return f"{kind}{self.chance.getrandbits(128):032x}"

    def person(self, number: str, by: Leg | None = None) -> Person:
        """Who answers a number, when this leg dials it."""
        return self.people.get(number) or self.phone_of(number, by)

    def asked_of(self, call: str) -> list[Asked]:
        """What was asked about a call, in order."""
        return [each for each in self.asked if each.fields.get("CallSid") == call]

    def new_leg(self, person: Person, from_: str, to: str, direction: str, sid: str = "") -> Leg:
        """A call that has not been begun."""
        leg = Leg(sid or self.sid("CA"), self.account, person, from_, to, direction, self.time, self.time.now())
        self.calls[leg.sid] = leg
        return leg

    def spawn(self, work: Coroutine[Any, Any, object]) -> None:
        """Let something go on by itself."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: "asyncio.Task[Any]") -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self.violations.append(f"the simulator itself failed: {error!r}")

    async def settled(self) -> None:
        """Return when nothing goes on any more: every call is over, and every report has been made."""
        while self.tasks:
            await asyncio.wait(set(self.tasks))

    async def ask(self, url: str, fields: Mapping[str, str], method: str = "POST") -> httpx.Response:
        """Ask a customer's server, signed; what it answered is kept. Raises NotAnsweredError."""
        response = await self._ask(url, fields, method)
        if fields.get("CallSid") in self.twice:
            await self._ask(url, fields, method)
        return response

    async def _ask(self, url: str, fields: Mapping[str, str], method: str) -> httpx.Response:
        status, headers = 0, {}
        try:
            response = await ask(self.client, self.token, url, fields, method)
            status, headers = response.status_code, dict(response.headers)
        except NotAnsweredError as error:
            status = error.status
            self.alerts.append((error.code, url))
            raise
        finally:
            if self.keeps:
                self.asked.append(Asked(self.time.now(), urldefrag(url)[0], dict(fields), status, headers))
        return response

    def report(self, leg: Leg | None, url: str, fields: Mapping[str, str], method: str = "POST") -> None:
        """Tell a customer's server something that waits for no answer, as the manners are."""
        if not url:
            return
        stamped = {**fields, "Timestamp": format_datetime(self.time.now())}
        for delay in self.manners.delays(self.chance):
            self.spawn(self._report(leg, url, stamped, method, delay))

    async def _report(self, leg: Leg | None, url: str, fields: Mapping[str, str], method: str, delay: float) -> None:
        if delay:
            await self.time.sleep(delay)
        lock: contextlib.AbstractAsyncContextManager[Any] = leg.posting if leg else contextlib.nullcontext()
        async with lock:
            with contextlib.suppress(NotAnsweredError):
                await self.ask(url, fields, method)

    def progress(self, leg: Leg, status: str, event: str = "") -> None:
        """Have a leg be so far, and tell who watches it."""
        leg.status = status
        watch = leg.watch
        if (event or status) not in watch.events and not (leg.is_over and "completed" in watch.events):
            return
        more = {"SequenceNumber": str(leg.sequence), "CallbackSource": "call-progress-events"}
        leg.sequence += 1
        if leg.is_over:
            more |= {"CallDuration": str(leg.duration), "Duration": str(-(-leg.duration // 60))}
        self.report(leg, watch.url, {**leg.fields(), **more}, watch.method)

    def queue(self, name: str) -> Queue:
        """The queue of this name, made if there is none."""
        if name not in self.queues:
            self.queues[name] = Queue(self.sid("QU"), name, self.queue_size, self.time.now())
        return self.queues[name]

    def violated(self, leg: Leg, problem: str) -> None:
        """Note what a document of ours got wrong."""
        self.violations.append(f"{leg.base or 'the TwiML given'}: {problem}")
