"""Enqueue, Leave and Dial to a Queue: somebody waits to documents of ours, until somebody else takes them."""

import contextlib
import math
from collections.abc import Mapping

from router.demo.provider.bridging import talk
from router.demo.provider.calls import COMPLETED, NO_ANSWER, Changed, Interruption, Left, Over, Source
from router.demo.provider.documents import NotFollowedError, Verb
from router.demo.provider.exchange import Exchange
from router.demo.provider.flow import Run, follow, verb
from router.demo.provider.people import QUEUE, RINGING
from router.demo.provider.rooms import Bridge, Member, Queue
from router.demo.provider.verbs import WAITING
from router.demo.provider.webhooks import NotAnsweredError

FULL, LEAVE, BRIDGED, BRIDGING, HANGUP, REDIRECTED, ERROR = (
    "queue-full",
    "leave",
    "bridged",
    "bridging-in-process",
    "hangup",
    "redirected",
    "error",
)
INTRODUCED = frozenset({"Play", "Say", "Pause", "Redirect"})


@verb("Enqueue")
async def enqueue(run: Run, asked: Verb) -> Source | None:
    """Wait in the queue; gives where to go on once the leg has left it."""
    queue = run.exchange.queue(asked.text)
    if len(queue.members) >= min(queue.most, asked.seconds("maxQueueSize", queue.most)):
        return run.action(asked, {"QueueResult": FULL})
    member = Member(run.leg, run.exchange.time.now())
    queue.members.append(member)
    run.leg.person.note("queued", queue.name)
    for each in queue.waiting:
        each.news.set()
    try:
        result = await _waited(run, asked, queue, member)
    except Interruption as why:
        await _tell(run, asked, queue, member, why)
        raise
    return run.action(asked, _result(run, queue, member, result))


async def _waited(run: Run, asked: Verb, queue: Queue, member: Member) -> str:
    """Wait until the leg is taken out of the queue; gives how that ended."""
    try:
        await _listen(run, asked, queue, member)
    except Left:
        return LEAVE
    except Changed as why:
        return await _bridged(run, queue, member, why)
    except (NotAnsweredError, NotFollowedError):
        return ERROR
    finally:
        if member in queue.members:
            queue.members.remove(member)
    return LEAVE


async def _listen(run: Run, asked: Verb, queue: Queue, member: Member) -> None:
    """Hear what there is to hear, again and again; ends only by being interrupted."""
    own, address = run.leg.base, asked.get("waitUrl")
    place = Run(run.exchange, run.leg, QUEUE, WAITING, lambda: _standing(run.exchange, queue, member), fails=True)
    source = Source(run.resolved(address), asked.get("waitUrlMethod", "POST"))
    try:
        while address:
            await follow(place, source)
        await run.leg.spend(math.inf, QUEUE)
    finally:
        run.leg.base = own


async def _bridged(run: Run, queue: Queue, member: Member, why: Changed) -> str:
    """Hear what is said before the two are connected, then talk."""
    bridge = member.bridge
    if bridge is None:
        return ERROR
    queue.members.remove(member)
    try:
        if isinstance(why, _Introduced):
            await follow(Run(run.exchange, run.leg, QUEUE, INTRODUCED, fails=True), why.source)
        bridge.join()
        await talk(run.exchange, run.leg, bridge)
    finally:
        bridge.end(run.leg.sid)
    return BRIDGED


async def _tell(run: Run, asked: Verb, queue: Queue, member: Member, why: Interruption) -> None:
    """Tell the action how it ended, where its answer counts for nothing: the leg is over, or was sent elsewhere."""
    source = run.action(asked, {})
    if source is None:
        return
    over = {"CallStatus": COMPLETED} if isinstance(why, Over) else {}
    result = HANGUP if isinstance(why, Over) else REDIRECTED
    if member.bridge is not None:
        result = BRIDGED if member.bridge.joined else BRIDGING
        result = "redirected-from-bridged" if member.bridge.joined and not over else result
    fields = {**run.leg.fields(), **over, **_result(run, queue, member, result)}
    with contextlib.suppress(NotAnsweredError):
        await run.exchange.ask(source.url, fields, source.method)


def _result(run: Run, queue: Queue, member: Member, result: str) -> Mapping[str, str]:
    waited = (run.exchange.time.now() - member.entered).total_seconds()
    if member.bridge is not None:
        waited = (member.bridge.began - member.entered).total_seconds()
    run.leg.person.note("left the queue", result)
    return {"QueueResult": result, "QueueSid": queue.sid, "QueueTime": str(round(waited))}


def _standing(exchange: Exchange, queue: Queue, member: Member) -> Mapping[str, str]:
    """What the document that is heard in a queue is told."""
    now = exchange.time.now()
    if member not in queue.members:
        return {}
    return {
        "QueuePosition": str(queue.position(member)),
        "QueueSid": queue.sid,
        "QueueTime": str(round((now - member.entered).total_seconds())),
        "AvgQueueTime": str(queue.average(now)),
        "CurrentQueueSize": str(len(queue.members)),
        "MaxQueueSize": str(queue.most),
    }


@verb("Leave")
async def leave(run: Run, _: Verb) -> None:
    """Leave the queue."""
    del run
    raise Left


async def dial_queue(run: Run, noun: Verb, seconds: float) -> tuple[str, Bridge | None]:
    """Take the first out of a queue, or wait for one; gives how that ended, and the bridge there was."""
    queue = run.exchange.queues.get(noun.text)
    if queue is None:
        return "failed", None
    queue.waiting.append(run.leg)
    try:
        found = await run.leg.until(lambda: _free(queue) is not None, seconds, RINGING)
    finally:
        queue.waiting.remove(run.leg)
    member = _free(queue)
    if not found or member is None:
        return NO_ANSWER, None
    bridge = await _taken(run, noun, queue, member)
    if not bridge.over:
        await talk(run.exchange, run.leg, bridge)
    return COMPLETED, bridge


async def _taken(run: Run, noun: Verb, queue: Queue, member: Member) -> Bridge:
    """Take a member out; they hear the noun's document first, which ends in the bridge."""
    bridge = member.bridge = Bridge(run.leg, member.leg, run.exchange.time.now())
    address = noun.get("url")
    if address:
        member.leg.interrupt(_Introduced(run.resolved(address), noun.get("method", "POST"), queue))
    else:
        member.leg.interrupt(Changed())
    await run.leg.until(lambda: bridge.joined or bridge.over, math.inf, RINGING)
    return bridge


class _Introduced(Changed):
    """Somebody takes the leg out of the queue, and it hears something before."""

    def __init__(self, url: str, method: str, queue: Queue) -> None:
        super().__init__(url)
        self.source = Source(url, method, {"QueueSid": queue.sid})


def _free(queue: Queue) -> Member | None:
    return next((each for each in queue.members if each.bridge is None), None)
