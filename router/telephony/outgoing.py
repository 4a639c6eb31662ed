"""A call that we make, once a colleague has answered: what they hear, that the other end is dialled, how it went."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from channels import twilio_outgoing as places
from channels.replies import CallSteps, Connect, Hangup, Menu, NothingToSay, Outgoing, Reply, Say
from router.calls import ring_seconds
from router.enquiry.state import REACHED
from router.live import LiveRuleset
from router.services import Services
from router.store import callbacks as owed_calls
from router.store import outgoing as store
from router.store.engine import begin_read
from router.store.rows import Row
from router.telephony import gate, leg, settling, whisper
from router.telephony.course import OVER
from router.telephony.freed import fetch_next

GONE: Final = "This call is over already. The enquiry says what is owed."
LOST: Final = "This call cannot be made again by us. Open the enquiry, and ring them yourself."
BARRED: Final = "We cannot ring them for you now. {why}"
STAR: Final = "We ring them now. If a machine answers, press star."
PERSON: Final = "If you talked to them, press 1, or hang up. If it was a machine, press 2."
NOT_REACHED: Final = "They were not reached. We see to the rest. Goodbye."
MACHINE_KEY: Final = "2"
MACHINE: Final = "machine"
_ENDS: Final = {"busy": "busy", "no-answer": "no-answer", "canceled": "no-answer"}


async def told(services: Services, what: Outgoing) -> Reply:
    """What is heard on a call that we make, and what it means for the call back."""
    live = services.live.current()
    attempt = await asyncio.to_thread(_attempt, services, what.about)
    if attempt is None:
        return _last(live, GONE)
    if attempt["call"] is None:
        await services.writer.write(store.placed, store.Placed(attempt["id"], what.call))
    return await _PLACES[what.place](services, what, attempt, live)


def unable(live: LiveRuleset) -> Reply:
    """What is heard where nothing can be said of the call: nobody is dialled."""
    return _last(live, LOST)


def _attempt(services: Services, id_: str) -> Row | None:
    with begin_read(services.record) as record:
        row = store.get(record, id_)
        owed = owed_calls.get(record, row["callback_id"]) if row and row["callback_id"] else None
    return {**row, "promise": owed["promise"] if owed else None} if row else None


async def _answered(services: Services, _: Outgoing, attempt: Row, live: LiveRuleset) -> Reply:
    """A telephone was answered: whoever is there takes the call by a key, where a machine may have answered."""
    rings = await services.writer.write(store.answered, store.AttemptNews(attempt["id"], services.clock()))
    phone = leg.known(attempt["phone"], attempt["team"], live)
    if rings is None or phone is None:
        return _last(live, GONE)
    if not phone.confirm:
        return await _dialled_now(services, attempt, live)
    caller = await asyncio.to_thread(leg.caller_of, services, attempt, live)
    action = f"{places.TAKEN}?{places.ABOUT}={attempt['id']}"
    return leg.asked_to_take(whisper.offered_back(caller), action, live)


async def _taken(services: Services, what: Outgoing, attempt: Row, live: LiveRuleset) -> Reply:
    if what.key != whisper.TAKE:
        return await _over(services, attempt, settling.NOT_TAKEN, live)
    return await _dialled_now(services, attempt, live)


async def _dialled_now(services: Services, attempt: Row, live: LiveRuleset) -> Reply:
    """Dial the other end, if it may be now and was not before: what is recorded at this moment counts."""
    way = await asyncio.to_thread(gate.way, services, attempt, live, services.clock())
    if isinstance(way, gate.Barred):
        if attempt["state"] == store.RINGING:
            await asyncio.to_thread(settling.settle, services, attempt, settling.BARRED, live, way)
            fetch_next(services, (attempt["phone"],), live)
        return _last(live, BARRED.format(why=way.why))
    mine = await services.writer.write(store.dial, store.AttemptNews(attempt["id"], services.clock()))
    if mine is None:
        return _last(live, LOST if attempt["state"] == store.DIALLED else GONE)
    caller = await asyncio.to_thread(leg.caller_of, services, attempt, live)
    connect = Connect(
        way.address,
        caller_id=way.shown or None,
        timeout_seconds=ring_seconds(live) * 2,
        then=f"{places.DIALLED}?{places.ABOUT}={attempt['id']}",
        reach=way.reach,
        star_ends=True,
    )
    return CallSteps((*leg.said((*whisper.details(caller), STAR), live), connect))


async def _after_dialling(services: Services, what: Outgoing, attempt: Row, live: LiveRuleset) -> Reply:
    """How dialling the other end went. Only the colleague can say whether it was a person, if they are still there."""
    failed = _ENDS.get(what.dial, "failed")
    outcome = REACHED if what.bridged else failed
    if attempt["state"] == store.ENDED:  # it comes again: what the colleague has said since counts
        outcome = attempt["outcome"]
    if what.status in OVER:
        return await _over(services, attempt, outcome, live)
    if await services.writer.write(store.ended, store.Ended(attempt["id"], outcome, services.clock())) is None:
        return CallSteps((Hangup(),))
    if not what.bridged:
        return _last(live, NOT_REACHED)
    action = f"{places.TALKED}?{places.ABOUT}={attempt['id']}"
    return CallSteps((Menu(leg.said((PERSON,), live), ("1", MACHINE_KEY), action), Hangup()))


async def _talked(services: Services, what: Outgoing, attempt: Row, _: LiveRuleset) -> Reply:
    """What the colleague says of it; the call is over once they have hung up."""
    outcome = MACHINE if what.key == MACHINE_KEY else REACHED
    await services.writer.write(store.ended, store.Ended(attempt["id"], outcome, services.clock()))
    return CallSteps((Hangup(),))


async def _as_it_went(services: Services, what: Outgoing, attempt: Row, live: LiveRuleset) -> Reply:
    """The colleague's leg is over. Where the other end was dialled, how that went may still be on its way to us."""
    if what.status not in OVER:
        return NothingToSay()
    if attempt["state"] == store.RINGING:
        await _over(services, attempt, settling.NOT_TAKEN, live)
    elif attempt["state"] == store.ENDED:
        await _over(services, attempt, attempt["outcome"], live)
    elif attempt["state"] == store.DIALLED:
        await services.writer.write(store.look_later, (attempt["id"], services.clock() + leg.LATE))
    return NothingToSay()


async def _over(services: Services, attempt: Row, outcome: str, live: LiveRuleset) -> Reply:
    if attempt["state"] != store.OVER:
        await asyncio.to_thread(settling.settle, services, attempt, outcome, live)
        fetch_next(services, (attempt["phone"],), live)
    return CallSteps((Hangup(),))


def _last(live: LiveRuleset, text: str) -> Reply:
    said: tuple[Say, ...] = leg.said((text,), live)
    return CallSteps((*said, Hangup()))


_PLACES: Mapping[str, Callable[[Services, Outgoing, Row, LiveRuleset], Awaitable[Reply]]] = {
    places.ANSWERED: _answered,
    places.TAKEN: _taken,
    places.DIALLED: _after_dialling,
    places.TALKED: _talked,
    places.STATUS: _as_it_went,
}
