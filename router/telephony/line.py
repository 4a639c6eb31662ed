"""A caller on the line: put through to a telephone of their team, or kept waiting for one, at their place."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from channels.inbound import Inbound
from channels.replies import Accepted as Nothing
from channels.replies import (
    Asked,
    CallSteps,
    Connect,
    Enqueue,
    Hangup,
    Leave,
    Pause,
    Play,
    Reach,
    Redirect,
    Reply,
    Say,
    Step,
)
from router import calls
from router.calls import Onward
from router.live import LiveRuleset
from router.services import Services
from router.store import calls as store
from router.store import contacts
from router.store.calls import Line, Turn
from router.store.contacts import Accepted
from router.store.engine import begin_read
from router.telephony import endings
from router.telephony.course import TALKED
from rules.constraints import Constraints
from rules.landlord import CallFlow, Phone, Team
from rules.model import Priority

WAIT, LEFT, WHISPER = "wait", "left", "whisper"
"""Places of a voice adapter: what is heard while waiting, how that ended, and what a colleague hears first."""

GRACE: Final = timedelta(seconds=15)
"""How much longer than its ringing a telephone is kept for a call, in which the provider tells us how that ended."""

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
        await endings.keep(services, accepted.contact_id)
    return heard


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
        if row is not None:
            return await _FOLLOW[inbound.part](services, inbound, row, live)
    heard = calls.reply(inbound, decision, live, now, asked)
    return await _put_through(services, inbound, accepted, heard, live) if isinstance(heard, Onward) else heard


async def asked(services: Services, what: Asked) -> Reply:
    """What is heard at a place in the middle of a call."""
    live = services.live.current()
    row = await asyncio.to_thread(_row_of, services, what)
    if row is None:
        return calls.to_person(live)
    return await _PLACES[what.place](services, what, row, live)


def _row(services: Services, contact_id: str) -> Row | None:
    with begin_read(services.record) as record:
        return store.get(record, contact_id)


def _row_of(services: Services, what: Asked) -> Row | None:
    with begin_read(services.record) as record:
        return store.by_call(record, what.account, what.call)


async def _put_through(
    services: Services, inbound: Inbound, accepted: Accepted, onward: Onward, live: LiveRuleset
) -> Reply:
    """The next free telephone of the team, or the queue."""
    now = services.clock()
    new = {
        "contact_id": accepted.contact_id,
        "provider": inbound.provider,
        "account": inbound.account,
        "call": inbound.conversation,
        "stage": store.WAITING,
        "team": onward.team.key,
        "rank": Priority(onward.priority).rank,
        "since": now,
        "not_before": now,
        "turn": 0,
        "tried": [],
        "seen_at": now,
    }
    row = await services.writer.write(store.take_turn, _turn(services, accepted.contact_id, onward.team, live, new))
    return CallSteps((*onward.steps, *_next(row, live)))


def _turn(services: Services, contact_id: str, team: Team | None, live: LiveRuleset, new: Row | None = None) -> Turn:
    flow = _flow(live)
    rings = timedelta(seconds=flow.ring_seconds) + GRACE
    rests = timedelta(seconds=flow.waiting.rest_seconds if flow.waiting else 0)
    lines = tuple(Line(phone.address, phone.at_once) for phone in (team.telephones if team else ()))
    return Turn(contact_id, lines, services.clock(), rings, rests, new)


def _next(row: Row | None, live: LiveRuleset, *, looped: bool = False) -> tuple[Step, ...]:
    """Where the caller goes from here: to the telephone that is kept for them, into the queue, or to a person."""
    if row is None or row["stage"] not in (store.WAITING, store.CONNECTING):
        return calls.to_person(live).steps
    phone = _telephone(row, live)
    if phone is not None:
        return (_ring(phone, live),)
    if row["stage"] == store.CONNECTING:
        return calls.to_person(live).steps
    return (Redirect(f"{WAIT}?loop=1"),) if looped else (Enqueue(row["team"], WAIT, f"{LEFT}?turn={row['turn']}"),)


def _ring(phone: Phone, live: LiveRuleset) -> Connect:
    seconds = _flow(live).ring_seconds
    return Connect(phone.address, timeout_seconds=seconds, then=calls.DIALLED, reach=Reach(phone.reach), told="status")


def _telephone(row: Row, live: LiveRuleset) -> Phone | None:
    """The telephone that is kept for a call, as the ruleset has it now."""
    team = live.ruleset.teams.get(row["team"])
    return next((phone for phone in (team.telephones if team else ()) if phone.address == row["phone"]), None)


async def _after_dialling(services: Services, inbound: Inbound, row: Row, live: LiveRuleset) -> Reply:
    """Nothing, if somebody talked to the caller; else the next telephone, or their old place in the queue."""
    if inbound.facts.get("dial") in TALKED:
        return CallSteps((Hangup(),))
    await services.writer.write(store.pass_on, store.Passed(row["contact_id"], services.clock()))
    return CallSteps(_next(await _take_turn(services, row, live), live))


async def _after_waiting(services: Services, inbound: Inbound, row: Row, live: LiveRuleset) -> Reply:
    """The telephone that has become free; or, where the provider's queue takes nobody, waiting without one."""
    result = inbound.facts["queue"]
    if result == "hangup":
        return CallSteps((Hangup(),))
    return CallSteps(_next(await _take_turn(services, row, live), live, looped=result != "leave"))


async def _as_it_went(services: Services, inbound: Inbound, row: Row, live: LiveRuleset) -> Reply:
    """The caller's call or a telephone's leg of it got somewhere; nothing is said to that."""
    del live
    now = services.clock()
    if "parent_call" in inbound.facts and inbound.facts.get("call_status") == "in-progress":
        await services.writer.write(store.answered, store.Answered(row["contact_id"], now))
    return Nothing()


async def _take_turn(services: Services, row: Row, live: LiveRuleset) -> Row | None:
    team = live.ruleset.teams.get(row["team"])
    return await services.writer.write(store.take_turn, _turn(services, row["contact_id"], team, live))


async def _while_waiting(services: Services, what: Asked, row: Row, live: LiveRuleset) -> Reply:
    """A free telephone, once it is this caller's turn; else where they stand."""
    taken = await _take_turn(services, row, live)
    looped = what.about.items() >= _LOOP.items()
    if taken is None or taken["stage"] != store.WAITING:
        return CallSteps(_next(taken, live) if looped else (Leave(),))
    before = await asyncio.to_thread(_ahead, services, taken)
    again = (Redirect(f"{WAIT}?loop=1"),) if looped else ()
    return CallSteps((*_announcements(live, before), *again))


def _ahead(services: Services, row: Row) -> int:
    with begin_read(services.record) as record:
        return store.ahead(record, row, services.clock())


def _announcements(live: LiveRuleset, before: int) -> tuple[Step, ...]:
    flow = _flow(live)
    waiting = flow.waiting
    if waiting is None:
        return ()
    said = f"{waiting.says} {_position(before)}" if waiting.position else waiting.says
    silence = Play(waiting.music) if waiting.music else Pause(waiting.every_seconds)
    return Say(said, flow.language, flow.voice), silence


def _position(before: int) -> str:
    return f"You are number {before + 1} in the queue." if before else "You are next in the queue."


def _flow(live: LiveRuleset) -> CallFlow:
    flow = live.ruleset.calls
    if flow is None:
        raise LookupError("the landlord has no call flow any more")
    return flow


_FOLLOW = {"call-leg": _after_dialling, "queue-left": _after_waiting, "call-status": _as_it_went}
_PLACES = {WAIT: _while_waiting}
