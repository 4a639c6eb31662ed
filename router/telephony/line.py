"""A caller on the line: put through to a telephone of their team, or kept waiting for one, at their place."""

import asyncio
from collections.abc import Mapping
from typing import Any

from channels.inbound import Inbound, Progress
from channels.replies import Accepted as Nothing
from channels.replies import (
    Asked,
    CallSteps,
    Enqueue,
    Hangup,
    Leave,
    Redirect,
    Reply,
    Say,
    Step,
)
from router import calls
from router.calls import Onward, Unattended
from router.live import LiveRuleset
from router.services import Services
from router.store import announcements, contacts
from router.store import calls as store
from router.store import waiting as queue
from router.store.contacts import Accepted
from router.store.engine import begin_read
from router.telephony import (
    announcing,
    endings,
    handing,
    leg,
    pace,
    recording,
    returning,
    rooms,
    talks,
    voicemail,
    waiting,
)
from router.telephony.course import OVER, is_end, talked
from router.telephony.moving import end_beside, fetch_next
from router.telephony.offer import in_dialog, may_choose, offered
from rules.call_flow import MESSAGE
from rules.constraints import Constraints
from rules.model import Priority

WAIT, OFFER, LEFT = "wait", "offer", "left"
"""Places of a voice adapter: what is heard while waiting, the key pressed there, and how it ended."""

ASKED_ABOUT = ("call", "menu-choice", "menu-said", "menu-timeout", "before-tone", "voicemail")
"""Events of a call after which the caller may be asked something."""

_LOOP = {"loop": "1"}
Row = dict[str, Any]


async def reply(
    services: Services,
    inbound: Inbound,
    accepted: Accepted,
    decision: Mapping[str, Any] | None,
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
    decision: Mapping[str, Any] | None,
    asked: Constraints,
) -> Reply:
    live, now = services.live.current(), services.clock()
    if inbound.part in _FOLLOW:
        row = await asyncio.to_thread(_row, services, accepted.contact_id)
        if row is not None and row["away"]:
            return Nothing() if inbound.part == "call-status" else CallSteps((Hangup(),))
        if row is not None:
            return await _FOLLOW[inbound.part](services, inbound, row, live)
    if inbound.part in _MESSAGES and inbound.progress is not Progress.ENOUGH:
        return voicemail.after(inbound.part, live)
    heard = calls.reply(inbound, decision, live, now, asked)
    heard = voicemail.unattended(heard, live, asked) if isinstance(heard, Unattended) else heard
    if not isinstance(heard, CallSteps | Onward):
        return heard
    heard = await returning.offer(services, inbound, heard, asked, live)
    on = await asyncio.to_thread(_switched_on, services, live)
    heard = announcing.after_greeting(heard, on, live) if inbound.part == "call" else heard
    if not isinstance(heard, Onward):
        return heard
    onward = announcing.before_connecting(heard, decision, on, live)
    return await _put_through(services, inbound, accepted, onward, decision, live)


async def asked(services: Services, what: Asked) -> Reply:
    """What is heard at a place in the middle of a call."""
    live = services.live.current()
    row = await asyncio.to_thread(_row_of, services, what)
    if row is None:
        return unable(what, live)
    if row["away"] and what.place != OFFER:
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


def _switched_on(services: Services, live: LiveRuleset) -> frozenset[str]:
    """The announcements that are on; none are looked for where the landlord has none."""
    if live.ruleset.calls is None or not live.ruleset.calls.announcements:
        return frozenset()
    with begin_read(services.record) as record:
        return announcements.switched_on(record, services.clock())


async def _put_through(
    services: Services,
    inbound: Inbound,
    accepted: Accepted,
    onward: Onward,
    decision: Mapping[str, Any] | None,
    live: LiveRuleset,
) -> Reply:
    """The next free telephone of the team, or the queue."""
    now = services.clock()
    new: Row = {
        "contact_id": accepted.contact_id,
        "provider": inbound.provider,
        "account": inbound.account,
        "call": inbound.conversation,
        "stage": store.WAITING,
        "team": onward.team.key,
        "journey": decision.get("journey") if decision else None,
        "rank": Priority(onward.priority).rank,
        "since": now,
        "not_before": now,
        "turn": 0,
        "tried": [],
        "seen_at": now,
        "live": None,
    }
    said = await _told_of_recording(services, new, live)
    new |= recording.with_told(new) if said else {}
    row = await services.writer.write(store.take_turn, waiting.turn(new, live, now, new=True))
    return CallSteps((*onward.steps, *said, *await _next(services, row, live)))


async def _told_of_recording(services: Services, row: Row, live: LiveRuleset) -> tuple[Say, ...]:
    """What a caller hears who is going to be recorded."""
    if recording.of(row, live) is None:
        return ()
    caller = await asyncio.to_thread(leg.caller_of, services, row, live)
    return recording.told(row, live, may_record=caller.may_record)


async def _next(services: Services, row: Row | None, live: LiveRuleset, *, looped: bool = False) -> tuple[Step, ...]:
    """Where the caller goes from here: to the telephone that is kept for them, into the queue, or to a person."""
    if row is None or row["stage"] not in (store.WAITING, store.CONNECTING):
        return calls.to_person(live).steps
    phone = leg.telephone(row, live)
    if phone is not None:
        return (leg.ring(row, phone, await asyncio.to_thread(leg.caller_of, services, row, live), live),)
    if row["stage"] == store.CONNECTING:
        return calls.to_person(live).steps
    return (Redirect(f"{WAIT}?loop=1"),) if looped else (Enqueue(row["team"], WAIT, f"{LEFT}?turn={row['turn']}"),)


async def _after_dialling(services: Services, inbound: Inbound, row: Row, live: LiveRuleset) -> Reply:
    """Nothing, if somebody talked to the caller; else the next telephone, or their old place in the queue."""
    if leg.is_past(row, inbound.facts):
        # A repeat that comes late, of an attempt that another has followed: the caller goes on as they do.
        return CallSteps(await _next(services, row, live))
    if inbound.facts.get("call_status") not in OVER and handing.is_meant(row, services.clock()):
        return await _handed_on(services, row, live)
    if inbound.facts.get("call_status") not in OVER and talks.is_coming(row, services.clock()):
        return rooms.after_bridge(row, live)
    if talked(inbound.facts):
        await services.writer.write(store.leave, store.Told(row["contact_id"], services.clock()))
        fetch_next(services, _kept(row), live)
        return CallSteps((Hangup(),))
    passed = store.Told(row["contact_id"], services.clock(), leg.turn_of(inbound.facts))
    await services.writer.write(store.pass_on, passed)
    taken, before = await _take_turn(services, row, live)
    if before is None:
        return await _told_closed(services, row, live)
    return CallSteps(await _next(services, taken, live))


async def _arrived(services: Services, what: Asked, row: Row, live: LiveRuleset) -> Reply:
    """A caller whom a colleague has handed on: to the telephones of the other team, or into its queue."""
    return await _handed_on(services, row, live, what.about.get("move", ""))


async def _handed_on(services: Services, row: Row, live: LiveRuleset, key: str = "") -> Reply:
    moved = await handing.carried_out(services, row, key)
    if talks.talk_of(row) and row["leg"] and moved["leg"] != row["leg"]:
        end_beside(services, row, row["leg"])
    if moved["phone"] != row["phone"]:
        fetch_next(services, _kept(row), live)
    recorded = await _told_of_recording(services, moved, live)
    if recorded:
        moved = await rooms.change(services, moved, recording.with_told) or moved
    taken, before = await _take_turn(services, moved, live)
    if before is None:
        return await _told_closed(services, moved, live)
    flow = waiting.flow_of(live)
    said = Say(flow.connecting, flow.language, flow.voice)
    return CallSteps((said, *recorded, *await _next(services, taken, live)))


async def _in_a_room(services: Services, what: Asked, row: Row, live: LiveRuleset) -> Reply:
    """Who is held, or in a room; a caller for whom nobody is there any more goes on as one who waits."""
    heard = await rooms.PLACES[what.place](services, what, row, live)
    if heard is not None:
        return heard
    fresh = await asyncio.to_thread(_row, services, row["contact_id"])
    return await _handed_on(services, fresh or row, live)


async def _after_waiting(services: Services, inbound: Inbound, row: Row, live: LiveRuleset) -> Reply:
    """The telephone that has become free; or, where the provider's queue takes nobody, waiting without one."""
    result = inbound.facts["queue"]
    if result == "hangup":
        await services.writer.write(store.leave, store.Told(row["contact_id"], services.clock()))
        return CallSteps((Hangup(),))
    if row["stage"] == store.MESSAGE:
        return await _tone(services, row, live)
    taken, before = await _take_turn(services, row, live)
    if before is None:
        return await _told_closed(services, row, live)
    return CallSteps(await _next(services, taken, live, looped=result != "leave"))


async def _as_it_went(services: Services, inbound: Inbound, row: Row, live: LiveRuleset) -> Reply:
    """The caller's call or a telephone's leg of it got somewhere; nothing is said to that."""
    now = services.clock()
    if "parent_call" in inbound.facts:
        await leg.went(services, inbound.facts, row, live)
        if inbound.facts.get("call_status") in OVER:
            await rooms.left(services, inbound.facts.get("leg", ""), row)
    elif inbound.facts.get("call_status") in OVER:
        await services.writer.write(store.leave, store.Told(row["contact_id"], now))
        fetch_next(services, _kept(row), live)
    return Nothing()


def _kept(row: Row) -> tuple[str, ...]:
    """The telephone that was kept for a call."""
    return (row["phone"],) if row["phone"] else ()


async def _take_turn(services: Services, row: Row, live: LiveRuleset) -> tuple[Row | None, int | None]:
    """The call as it is now, and how many wait before it; None in place of these where nobody is there to serve it."""
    now = services.clock()
    if waiting.serving(row, live, now) is None and not waiting.is_urgent(row):
        return row, None
    before = await asyncio.to_thread(_ahead, services, row, live)
    return await services.writer.write(store.take_turn, waiting.turn(row, live, now, before)), before


async def _told_closed(services: Services, row: Row, live: LiveRuleset) -> Reply:
    """Their team has closed and nobody else is there: whoever waited is told so, and may leave a message."""
    await services.writer.write(store.leave, store.Told(row["contact_id"], services.clock()))
    flow = waiting.flow_of(live)
    said = (flow.waiting.closed if flow.waiting else "") or flow.closed
    asked = await asyncio.to_thread(voicemail.asked_of, services, row, live)
    return voicemail.unattended(Unattended((Say(said, flow.language, flow.voice),), row["team"]), live, asked)


async def _while_waiting(services: Services, what: Asked, row: Row, live: LiveRuleset) -> Reply:
    """A free telephone, once it is this caller's turn; else where they stand."""
    looped = what.about.items() >= _LOOP.items()
    taken, before = await _take_turn(services, row, live)
    if before is None:
        return await _told_closed(services, row, live) if looped else CallSteps((Leave(),))
    if taken is None or taken["stage"] != store.WAITING:
        return CallSteps(await _next(services, taken, live) if looped else (Leave(),))
    on = await asyncio.to_thread(_switched_on, services, live)
    place = f"{OFFER}?loop=1" if looped else OFFER
    offer = place if await may_choose(services, taken, live) else ""
    again = (Redirect(f"{WAIT}?loop=1"),) if looped else ()
    heard = waiting.heard(taken, before, on, live, offer)
    if await asyncio.to_thread(_may_leave_message, services, taken, live):
        heard = voicemail.beside(heard, live, place)
    return CallSteps((*heard, *again))


def _may_leave_message(services: Services, row: Row, live: LiveRuleset) -> bool:
    return voicemail.is_offered(row, live, services.clock()) and voicemail.asked_of(services, row, live).voicemail


async def _to_message(services: Services, row: Row, live: LiveRuleset, *, looped: bool) -> Reply:
    """The tone, for who waits and would rather leave a message; who is put through meanwhile is."""
    left = await services.writer.write(store.to_message, store.Told(row["contact_id"], services.clock()))
    if not looped:
        return CallSteps((Leave(),))
    if left is None or left["stage"] != store.MESSAGE:
        return CallSteps(await _next(services, left, live))
    return await _tone(services, left, live)


async def _tone(services: Services, row: Row, live: LiveRuleset) -> Reply:
    asked = await asyncio.to_thread(voicemail.asked_of, services, row, live)
    return voicemail.unattended(Unattended((), row["team"], chosen=True), live, asked)


async def _offered(services: Services, what: Asked, row: Row, live: LiveRuleset) -> Reply:
    """What follows the key on which a caller is called back or leaves a message; without it they go on waiting."""
    if in_dialog(what):
        return await offered(services, what, row, live)
    if what.key == MESSAGE and await asyncio.to_thread(_may_leave_message, services, row, live):
        return await _to_message(services, row, live, looped="loop" in what.about)
    if what.key != waiting.CALL_BACK:
        return await _while_waiting(services, what, row, live)
    return await offered(services, what, row, live)


def _ahead(services: Services, row: Row, live: LiveRuleset) -> int:
    with begin_read(services.record) as record:
        return queue.ahead(record, row, waiting.seen_since(live, services.clock()))


_MESSAGES = (voicemail.MESSAGE_LEFT, voicemail.BEFORE_TONE)
_FOLLOW = {"call-leg": _after_dialling, "queue-left": _after_waiting, "call-status": _as_it_went}
_PLACES = {WAIT: _while_waiting, OFFER: _offered, leg.WHISPER: leg.whispered, handing.MOVED: _arrived}
_PLACES |= dict.fromkeys(rooms.PLACES, _in_a_room)
