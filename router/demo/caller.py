"""A caller and the provider between us and them: plays one call against any base URL, following the TwiML it gets.

It knows nothing of the demo: give a `Script` of what the caller does, a function that posts signed forms, and one that
lets time go by.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum
from urllib.parse import urljoin

import httpx

from router.demo.verbs import Dial, Gather, Hangup, NotTwimlError, Pause, Redirect, Say, Verb, read

Post = Callable[[str, Mapping[str, str]], Awaitable[httpx.Response]]
"""Posts a form to a URL as the provider does, and gives the answer; what it raises ends the call."""

Wait = Callable[[float], Awaitable[None]]
"""Lets so many seconds go by, of whatever length."""

VOICE, STATUS = "/channels/twilio/voice", "/channels/twilio/voice/status"
CONTACT = "x-firstcontact-contact"
ANONYMOUS = "anonymous"
CHARACTERS_A_SECOND = 15.0
PRESS_SECONDS = 1.5
MOST_DOCUMENTS = 30
"""So many documents, and the provider takes it that the call goes round in circles."""


class HangsUp(StrEnum):
    """When a caller loses patience."""

    NEVER = ""
    IN_MENU = "in-menu"
    WHILE_RINGING = "while-ringing"


@dataclass(frozen=True, slots=True)
class Script:
    """What one caller does. `keys` are pressed in one Gather after the other, "" for silence; then silence.

    `rings` tells how a number that is dialled ends: completed, busy, no-answer or failed. `delivered_twice` has every
    request come twice, and `out_of_order` the statuses at the end in another order.
    """

    sid: str
    caller: str
    called: str
    keys: tuple[str, ...] = ()
    hangs_up: HangsUp = HangsUp.NEVER
    rings: Callable[[str], str] = lambda _: "completed"
    talk_seconds: float = 240.0
    delivered_twice: bool = False
    out_of_order: bool = False


@dataclass(slots=True)
class Played:
    """What came of a call: what the caller heard, who was dialled and how that ended, the ids of its contact."""

    heard: list[str] = field(default_factory=list)
    dialled: list[tuple[str, str]] = field(default_factory=list)
    contacts: set[str] = field(default_factory=set)
    reported: list[str] = field(default_factory=list)
    """The place and the status of every report, in the order in which they were made."""

    trouble: str = ""

    @property
    def reached(self) -> bool:
        """Whether the caller talked to somebody."""
        return any(outcome == "completed" for _, outcome in self.dialled)


class _OverError(Exception):
    """The call is over."""


@dataclass(slots=True)
class Caller:
    """Plays calls against the engine at `base`; `wait` is told seconds as the caller feels them."""

    base: str
    post: Post
    wait: Wait

    async def call(self, script: Script) -> Played:
        """Play one call to its end; a document that cannot be followed is noted as trouble, as a provider notes it."""
        call = _Call(self, script)
        try:
            await call.follow(VOICE, "ringing", {})
        except _OverError:
            pass
        except NotTwimlError as error:
            call.played.trouble = str(error)
        await call.report_end()
        return call.played


@dataclass(slots=True)
class _Call:
    phone: Caller
    script: Script
    played: Played = field(default_factory=Played)
    seconds: float = 0.0
    gathers: int = 0
    url: str = ""

    async def follow(self, place: str, status: str, more: Mapping[str, str]) -> None:
        """Fetch a document and do what it says, and what the documents say that follow from it."""
        for _ in range(MOST_DOCUMENTS):
            following = await self._play(await self._fetch(place, status, more))
            if following is None:
                return
            (place, more), status = following, "in-progress"
        raise NotTwimlError(f"the call has not ended after {MOST_DOCUMENTS} documents")

    async def _fetch(self, place: str, status: str, more: Mapping[str, str]) -> tuple[Verb, ...]:
        self.url = urljoin(self.url or self.phone.base, place)
        return read((await self._report(self.url, status, more)).content)

    async def _play(self, verbs: tuple[Verb, ...]) -> tuple[str, Mapping[str, str]] | None:
        """Do one verb after the other; gives the place that is asked next, and what it is told."""
        for verb in verbs:
            match verb:
                case Say() | Pause():
                    await self._listen(verb)
                case Gather():
                    if (reported := await self._gather(verb)) is not None:
                        return verb.action, reported
                case Dial():
                    told = await self._dial(verb)
                    if verb.action:
                        return verb.action, told
                case Redirect(url):
                    return url, {}
                case Hangup():
                    return None
        return None

    async def _listen(self, said: Say | Pause) -> None:
        if isinstance(said, Pause):
            return await self._spend(said.seconds)
        self.played.heard.append(said.text)
        return await self._spend(len(said.text) / CHARACTERS_A_SECOND)

    async def _spend(self, seconds: float) -> None:
        self.seconds += seconds
        await self.phone.wait(seconds)

    async def _gather(self, gather: Gather) -> Mapping[str, str] | None:
        """The keys that are pressed as they are reported; None for silence that is not."""
        key = self.script.keys[self.gathers] if self.gathers < len(self.script.keys) else ""
        self.gathers += 1
        for said in gather.says:
            await self._listen(said)
        if self.script.hangs_up is HangsUp.IN_MENU:
            raise _OverError
        if key:
            await self._spend(PRESS_SECONDS)
            return {"Digits": _complete(key, gather)}
        await self._spend(gather.seconds)
        return {"Digits": ""} if gather.reports_silence else None

    async def _dial(self, dial: Dial) -> Mapping[str, str]:
        """Put the caller through; gives what is reported of it."""
        outcome = self.script.rings(dial.number)
        gives_up = self.script.hangs_up is HangsUp.WHILE_RINGING
        ended = "canceled" if gives_up else outcome
        self.played.dialled.append((dial.number, ended))
        await self._spend(dial.seconds if ended == "no-answer" else dial.seconds / 3)
        if gives_up:
            raise _OverError
        talked = self.script.talk_seconds if outcome == "completed" else 0.0
        await self._spend(talked)
        leg = f"{self.script.sid}-{len(self.played.dialled)}"
        return {"DialCallStatus": outcome, "DialCallSid": leg, "DialCallDuration": str(round(talked))}

    async def report_end(self) -> None:
        """Tell the status place that the call is over: last of the statuses, or not."""
        end = {"CallDuration": str(round(self.seconds)), "Timestamp": format_datetime(datetime.now(UTC))}
        statuses = [("in-progress", {}), ("completed", end)]
        url = urljoin(self.phone.base, STATUS)
        for number, (status, more) in (
            reversed([*enumerate(statuses)]) if self.script.out_of_order else (enumerate(statuses))
        ):
            await self._report(url, status, {**more, "SequenceNumber": str(number)})

    async def _report(self, url: str, status: str, more: Mapping[str, str]) -> httpx.Response:
        """Post what happened; where requests are delivered twice, the first answer is the one that counts."""
        fields = {
            "CallSid": self.script.sid,
            "CallStatus": status,
            "Direction": "inbound",
            "From": self.script.caller or ANONYMOUS,
            "To": self.script.called,
            **more,
        }
        response = await self.phone.post(url, fields)
        self.played.reported.append(f"{url.removeprefix(self.phone.base)} {status}")
        answers = [response, await self.phone.post(url, fields)] if self.script.delivered_twice else [response]
        self.played.contacts |= {answer.headers[CONTACT] for answer in answers if CONTACT in answer.headers}
        return response


def _complete(keys: str, gather: Gather) -> str:
    """What is reported of the keys pressed: as many as are wanted, up to the one that finishes."""
    before = keys.partition(gather.finish)[0] if gather.finish else keys
    return before[: gather.digits] if gather.digits else before
