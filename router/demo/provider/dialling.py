"""Dial: other ends are rung, one after the other or all at once; whoever answers and accepts is connected."""

import contextlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from router.demo.provider import recording
from router.demo.provider.bridging import talk
from router.demo.provider.calls import (
    BUSY,
    BY_DIAL,
    CANCELED,
    COMPLETED,
    FAILED,
    IN_PROGRESS,
    INITIATED,
    LONGEST,
    NO_ANSWER,
    RINGING,
    Interruption,
    Leg,
    Over,
    Redirected,
    Source,
    Watch,
)
from router.demo.provider.conferencing import confer
from router.demo.provider.documents import Verb
from router.demo.provider.exchange import Exchange
from router.demo.provider.flow import Run, end, follow_wherever, run, verb
from router.demo.provider.people import ANSWERING, ANSWERS, WHISPER
from router.demo.provider.people import RINGING as WAITING_FOR_AN_ANSWER
from router.demo.provider.queueing import dial_queue
from router.demo.provider.rooms import Bridge
from router.demo.provider.verbs import WHISPERED
from router.demo.provider.webhooks import NotAnsweredError

RINGS = 30.0
REFUSED_AFTER = {BUSY: 2.0, FAILED: 1.0}
PREFIX = {"Client": "client:"}


@dataclass(slots=True, eq=False)
class Attempt:
    """One Dial: the legs that are rung, and the bridge to the one that was connected."""

    place: Run
    dial: Verb
    legs: list[Leg] = field(default_factory=list)
    bridge: Bridge | None = None
    given_up: bool = False

    def connect(self, leg: Leg) -> Bridge | None:
        """The bridge to this leg; None where another was faster, or nobody waits any more."""
        if self.bridge is not None or self.given_up:
            return None
        self.bridge = Bridge(self.place.leg, leg, self.place.exchange.time.now(), joined=True)
        self.stop(leg)
        self.place.leg.news.set()
        return self.bridge

    def is_settled(self, legs: Sequence[Leg]) -> bool:
        """Whether one was connected, or none of these will be."""
        return self.bridge is not None or all(each.done.is_set() for each in legs)

    def stop(self, but: Leg | None = None) -> None:
        """Let every other leg that rings, or hears something, be given up."""
        for each in self.legs:
            if each is not but and not each.is_over:
                each.interrupt(Over("other", COMPLETED if each.answered else CANCELED))

    def told(self) -> Mapping[str, str]:
        """What the action is told of it."""
        leg = self.bridge.other if self.bridge else self.legs[-1]
        status = COMPLETED if self.bridge else _outcome(self.legs, self.place.exchange.manners.declined)
        bridged = self.bridge is not None
        told = {"DialCallStatus": status, "DialCallSid": leg.sid, "DialBridged": str(bridged).lower()}
        return told | ({"DialCallDuration": str(max(round(self.bridge.seconds), 1))} if self.bridge else {})


def _outcome(legs: Sequence[Leg], declined: str) -> str:
    """What is said of legs none of which was connected: of several, the last."""
    leg = legs[-1]
    if leg.answered:
        return declined
    return leg.status if leg.is_over and leg.status != CANCELED else NO_ANSWER


@verb("Dial")
async def dial(place: Run, asked: Verb) -> Source | None:
    """Connect the leg to whom the verb names; gives where to go on afterwards."""
    nouns = asked.inside or (Verb("Number", {}, asked.text),)
    match nouns[0].name:
        case "Queue":
            return await _to_queue(place, asked, nouns[0])
        case "Conference":
            await confer(place, nouns[0])
            return place.action(asked, {"DialCallStatus": COMPLETED})
    attempt = Attempt(place, asked)
    try:
        await _connected(attempt, [nouns] if not asked.yes("sequential") else [(each,) for each in nouns])
    except Interruption as why:
        attempt.given_up = True
        attempt.stop(attempt.bridge.other if attempt.bridge else None)
        await _tell(attempt, why)
        raise
    return place.action(asked, {**attempt.told(), **_recorded(attempt)})


async def _to_queue(place: Run, asked: Verb, noun: Verb) -> Source | None:
    status, bridge = await dial_queue(place, noun, asked.seconds("timeout", RINGS))
    told = {"DialCallStatus": status, "DialBridged": str(bridge is not None).lower()}
    if bridge is not None:
        told |= {"DialCallSid": bridge.other.sid, "DialCallDuration": str(round(bridge.seconds))}
    return place.action(asked, told)


async def _connected(attempt: Attempt, groups: Sequence[Sequence[Verb]]) -> None:
    """Ring each group in turn until somebody is connected, and then talk."""
    place, asked = attempt.place, attempt.dial
    for nouns in groups:
        legs = [_begun(attempt, noun) for noun in nouns]
        await place.leg.until(partial(attempt.is_settled, legs), math.inf, WAITING_FOR_AN_ANSWER)
        if attempt.bridge is not None:
            _record(attempt)
            longest, star_ends = asked.seconds("timeLimit", LONGEST), asked.yes("hangupOnStar")
            await talk(place.exchange, place.leg, attempt.bridge, longest, star_ends=star_ends)
            return


def _begun(attempt: Attempt, noun: Verb) -> Leg:
    """Begin to ring one end."""
    place, exchange = attempt.place, attempt.place.exchange
    called = PREFIX.get(noun.name, "") + (noun.text or next((each.text for each in noun.inside), ""))
    caller = attempt.dial.get("callerId") or place.leg.from_
    leg = exchange.new_leg(exchange.person(called, place.leg), caller, called, BY_DIAL)
    leg.parent, leg.base = place.leg, place.leg.base
    leg.watch = Watch(
        place.resolved(noun.get("statusCallback")) if noun.get("statusCallback") else "",
        tuple(noun.get("statusCallbackEvent", COMPLETED).split()),
        noun.get("statusCallbackMethod", "POST"),
    )
    attempt.legs.append(leg)
    exchange.spawn(_leg(attempt, leg, noun))
    return leg


async def _leg(attempt: Attempt, leg: Leg, noun: Verb) -> None:
    """One end: it rings, hears what is whispered, and is connected; afterwards the API may have sent it elsewhere."""
    exchange, status = attempt.place.exchange, COMPLETED
    try:
        try:
            await ring_out(exchange, leg, attempt.dial.seconds("timeout", RINGS))
            await _whispered(attempt, leg, noun)
            bridge = attempt.connect(leg)
            if bridge is not None:
                await talk(exchange, leg, bridge, attempt.dial.seconds("timeLimit", LONGEST))
        except Redirected as redirected:
            attempt.place.leg.news.set()
            await run(exchange, leg, redirected.source)
    except Over as over:
        status = over.status
    finally:
        end(exchange, leg, status)
        attempt.place.leg.news.set()


async def ring_out(exchange: Exchange, leg: Leg, seconds: float) -> None:
    """Ring a person until they answer; raises Over, with how the call stands then, when they do not."""
    person = leg.person
    exchange.progress(leg, INITIATED)
    if person.answers != FAILED:
        exchange.progress(leg, RINGING)
    person.note("rung by", leg.from_)
    after = REFUSED_AFTER.get(person.answers, person.answers_after if person.answers == ANSWERS else math.inf)
    await leg.spend(min(after, seconds), ANSWERING)
    if person.answers != ANSWERS or after > seconds:
        raise Over("other", person.answers if after <= seconds else NO_ANSWER)
    leg.seconds, leg.answered = 0.0, exchange.time.now()
    person.note("answered")
    exchange.progress(leg, IN_PROGRESS, "answered")


async def _whispered(attempt: Attempt, leg: Leg, noun: Verb) -> None:
    """Let the end hear what is meant for it alone; raises Over when it hangs up there, or its document does."""
    if address := noun.get("url"):
        place = Run(attempt.place.exchange, leg, WHISPER, WHISPERED)
        await follow_wherever(place, Source(place.resolved(address), noun.get("method", "POST")))


def _record(attempt: Attempt) -> None:
    if attempt.dial.get("record", "false") not in ("false", "do-not-record"):
        recording.begin(attempt.place.exchange, attempt.place.leg, "DialVerb")


def _recorded(attempt: Attempt) -> Mapping[str, str]:
    """End the recording of the conversation, and tell what is told of it."""
    exchange, leg = attempt.place.exchange, attempt.place.leg
    made = recording.finish(exchange, leg) if attempt.bridge else None
    if made is None:
        return {}
    recording.report(attempt.place, attempt.dial, made)
    return {"RecordingSid": made.sid, **recording.address_of(exchange, made)}


async def _tell(attempt: Attempt, why: Interruption) -> None:
    """Tell the action of a caller who hung up; its answer counts for nothing."""
    told = _recorded(attempt)
    if not isinstance(why, Over):
        return
    source = attempt.place.action(attempt.dial, {})
    if source is None or not attempt.legs:
        return
    fields = {**attempt.place.leg.fields(), "CallStatus": COMPLETED, **attempt.told(), **told}
    with contextlib.suppress(NotAnsweredError):
        await attempt.place.exchange.ask(source.url, fields, source.method)
