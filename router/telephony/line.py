"""A caller on the line: what they hear at each turn of their call, and what that means for the telephones of teams."""

import asyncio

from channels.inbound import Inbound, Progress
from channels.replies import Asked, CallSteps, Hangup, NothingToSay, Reply
from router import calls
from router.calls import Onward, Unattended
from router.live import LiveRuleset
from router.services import Services
from router.store import calls as store
from router.store import contacts
from router.store.contacts import Accepted
from router.store.engine import begin_read
from router.store.rows import Row
from router.telephony import (
    announcing,
    endings,
    handing,
    leg,
    pace,
    placing,
    queued,
    recording,
    returning,
    rooms,
    talks,
    voicemail,
    waiting,
)
from router.telephony.course import OVER, is_end, talked
from router.telephony.freed import fetch_next
from router.telephony.moving import end_beside
from rules.constraints import Constraints

ASKED_ABOUT = ("call", "menu-choice", "menu-said", "menu-timeout", "before-tone", "voicemail")
"""Events of a call after which the caller may be asked something."""


async def reply(
    services: Services,
    inbound: Inbound,
    accepted: Accepted,
    decision: Row | None,
    asked: Constraints,
) -> Reply:
    """What the caller hears next, and what it means for the telephones of the team that they are put through to.

    How the call ended is kept after every part that may say more of it: they come in any order, also after its end.
    """
    heard = await _heard(services, inbound, accepted, decision, asked)
    if accepted.state != contacts.IN_PROGRESS:
        await endings.keep(services, accepted.contact_id, ends=is_end(inbound.part, inbound.facts))
    known = asked if inbound.part in ASKED_ABOUT else None
    return await pace.kept(services, heard, accepted.contact_id, services.live.current(), known)


async def _heard(
    services: Services,
    inbound: Inbound,
    accepted: Accepted,
    decision: Row | None,
    asked: Constraints,
) -> Reply:
    live, now = services.live.current(), services.clock()
    if inbound.part in _FOLLOW:
        row = await asyncio.to_thread(_row, services, accepted.contact_id)
        if row is not None and row["away"]:
            return NothingToSay() if inbound.part == "call-status" else CallSteps((Hangup(),))
        if row is not None:
            return await _FOLLOW[inbound.part](services, inbound, row, live)
    if inbound.part in voicemail.AT_THE_TONE and inbound.progress is not Progress.ENOUGH:
        return voicemail.after(inbound.part, live)
    heard = calls.reply(inbound, decision, live, now, asked)
    heard = voicemail.unattended(heard, live, asked) if isinstance(heard, Unattended) else heard
    if not isinstance(heard, CallSteps | Onward):
        return heard
    heard = await returning.offer(services, inbound, heard, asked, live)
    on = await asyncio.to_thread(announcing.switched_on, services, live)
    heard = announcing.after_greeting(heard, on, live) if inbound.part == "call" else heard
    if not isinstance(heard, Onward):
        return heard
    onward = announcing.before_connecting(heard, decision, on, live)
    return await placing.put_through(services, inbound, accepted, onward, decision, live)


async def asked(services: Services, what: Asked) -> Reply:
    """What is heard at a place in the middle of a call."""
    live = services.live.current()
    row = await asyncio.to_thread(_row_of, services, what)
    if row is None:
        return unable(what, live)
    if row["away"] and what.place != queued.OFFER:
        return CallSteps((Hangup(),))
    heard = await _PLACES[what.place](services, what, row, live)
    return heard if _is_colleague(what) else await pace.kept(services, heard, row["contact_id"], live)


def unable(what: Asked, live: LiveRuleset) -> Reply:
    """What is heard where nothing is known of the call: a caller gets a person, and a colleague gets the caller."""
    return CallSteps(()) if _is_colleague(what) or what.leg != what.call else calls.to_person(live)


def _is_colleague(what: Asked) -> bool:
    """Whether it is a colleague who hears what is said at this place."""
    return what.place == leg.WHISPER or what.place in rooms.ASKED_BY_COLLEAGUES


def _row(services: Services, contact_id: str) -> Row | None:
    with begin_read(services.record) as record:
        return store.get(record, contact_id)


def _row_of(services: Services, what: Asked) -> Row | None:
    with begin_read(services.record) as record:
        return store.by_call(record, what.account, what.call)


async def _after_dialling(services: Services, inbound: Inbound, row: Row, live: LiveRuleset) -> Reply:
    """Nothing, if somebody talked to the caller; else the next telephone, or their old place in the queue."""
    if leg.is_past(row, inbound.facts):
        # A repeat that comes late, of an attempt that another has followed: the caller goes on as they do.
        return CallSteps(await placing.next_steps(services, row, live))
    if inbound.facts.get("call_status") not in OVER and handing.is_meant(row, services.clock()):
        return await _handed_on(services, row, live)
    if inbound.facts.get("call_status") not in OVER and talks.is_coming(row, services.clock()):
        return rooms.after_bridge(row, live)
    if talked(inbound.facts):
        await services.writer.write(store.leave, store.CallNews(row["contact_id"], services.clock()))
        fetch_next(services, placing.kept_for(row), live)
        return CallSteps((Hangup(),))
    passed = store.CallNews(row["contact_id"], services.clock(), leg.turn_of(inbound.facts))
    await services.writer.write(store.pass_on, passed)
    taken, before = await placing.take_turn(services, row, live)
    if before is None:
        return await placing.told_closed(services, row, live)
    return CallSteps(await placing.next_steps(services, taken, live))


async def _arrived(services: Services, what: Asked, row: Row, live: LiveRuleset) -> Reply:
    """A caller whom a colleague has handed on: to the telephones of the other team, or into its queue."""
    return await _handed_on(services, row, live, what.about.get("move", ""))


async def _handed_on(services: Services, row: Row, live: LiveRuleset, key: str = "") -> Reply:
    moved = await handing.carried_out(services, row, key)
    if talks.talk_of(row) and row["leg"] and moved["leg"] != row["leg"]:
        end_beside(services, row, row["leg"])
        rooms.end_third(services, row)
    if moved["phone"] != row["phone"]:
        fetch_next(services, placing.kept_for(row), live)
    recorded = await placing.told_of_recording(services, moved, live)
    if recorded:
        moved = await rooms.change(services, moved, recording.with_told) or moved
    taken, before = await placing.take_turn(services, moved, live)
    if before is None:
        return await placing.told_closed(services, moved, live)
    flow = waiting.flow_of(live)
    return CallSteps((calls.say(flow, flow.connecting), *recorded, *await placing.next_steps(services, taken, live)))


async def _in_a_room(services: Services, what: Asked, row: Row, live: LiveRuleset) -> Reply:
    """Who is held, or in a room; a caller for whom nobody is there any more goes on as one who waits."""
    heard = await rooms.PLACES[what.place](services, what, row, live)
    if heard is not None:
        return heard
    fresh = await asyncio.to_thread(_row, services, row["contact_id"])
    return await _handed_on(services, fresh or row, live)


async def _as_it_went(services: Services, inbound: Inbound, row: Row, live: LiveRuleset) -> Reply:
    """The caller's call or a telephone's leg of it got somewhere; nothing is said to that."""
    now = services.clock()
    if "parent_call" in inbound.facts:
        await leg.went(services, inbound.facts, row, live)
        if inbound.facts.get("call_status") in OVER:
            await rooms.left(services, inbound.facts.get("leg", ""), row)
    elif inbound.facts.get("call_status") in OVER:
        await services.writer.write(store.leave, store.CallNews(row["contact_id"], now))
        rooms.end_ringing(services, row)
        fetch_next(services, placing.kept_for(row), live)
    return NothingToSay()


_FOLLOW = {"call-leg": _after_dialling, "queue-left": queued.left, "call-status": _as_it_went}
_PLACES = {
    placing.WAIT: queued.while_waiting,
    queued.OFFER: queued.pressed,
    leg.WHISPER: leg.whispered,
    handing.MOVED: _arrived,
}
_PLACES |= dict.fromkeys(rooms.PLACES, _in_a_room)
