"""Waiting in the queue: what a caller hears there, the keys that they press, and what follows when it ends."""

import asyncio
from typing import Final, NamedTuple

from channels.inbound import Inbound
from channels.replies import Asked, CallSteps, Hangup, Leave, Redirect, Reply
from router.calls import Unattended
from router.live import LiveRuleset
from router.services import Services
from router.store import calls as store
from router.store.rows import Row
from router.telephony import announcing, chooser, placing, voicemail, waiting
from router.telephony.offer import in_dialog, offered
from rules.call_flow import CALL_BACK, MESSAGE

OFFER: Final = "offer"
"""The place of a voice adapter where a key comes in that was pressed while waiting."""

_LOOP: Final = {"loop": "1"}


class _Choice(NamedTuple):
    """What somebody who waits may choose: to be called back, not who must not be rung; and to leave a message."""

    call_back: bool
    message: bool


async def while_waiting(services: Services, what: Asked, row: Row, live: LiveRuleset) -> Reply:
    """A free telephone, once it is this caller's turn; else where they stand."""
    looped = what.about.items() >= _LOOP.items()
    taken, before = await placing.take_turn(services, row, live)
    if before is None:
        return await placing.told_closed(services, row, live) if looped else CallSteps((Leave(),))
    if taken is None or taken["stage"] != store.WAITING:
        return CallSteps(await placing.next_steps(services, taken, live) if looped else (Leave(),))
    on = await asyncio.to_thread(announcing.switched_on, services, live)
    place = f"{OFFER}?loop=1" if looped else OFFER
    choice = await asyncio.to_thread(_choice, services, taken, live)
    heard = waiting.heard(taken, before, on, live, place if choice.call_back else "")
    if choice.message:
        heard = voicemail.beside(heard, live, place)
    return CallSteps((*heard, *((Redirect(placing.AGAIN),) if looped else ())))


async def pressed(services: Services, what: Asked, row: Row, live: LiveRuleset) -> Reply:
    """What follows the key on which a caller is called back or leaves a message; without it they go on waiting."""
    if in_dialog(what):
        return await offered(services, what, row, live)
    if what.key == MESSAGE and (await asyncio.to_thread(_choice, services, row, live)).message:
        return await _to_message(services, row, live, looped="loop" in what.about)
    if what.key != CALL_BACK:
        return await while_waiting(services, what, row, live)
    return await offered(services, what, row, live)


async def left(services: Services, inbound: Inbound, row: Row, live: LiveRuleset) -> Reply:
    """The telephone that has become free; or, where the provider's queue takes nobody, waiting without one."""
    result = inbound.facts["queue"]
    if result == "hangup":
        await services.writer.write(store.leave, store.CallNews(row["contact_id"], services.clock()))
        return CallSteps((Hangup(),))
    if row["stage"] == store.MESSAGE:
        return await _tone(services, row, live)
    taken, before = await placing.take_turn(services, row, live)
    if before is None:
        return await placing.told_closed(services, row, live)
    return CallSteps(await placing.next_steps(services, taken, live, looped=result != "leave"))


def _choice(services: Services, row: Row, live: LiveRuleset) -> _Choice:
    """What who waits may choose now, as the record has them: it is read once, and only for who has waited long."""
    now = services.clock()
    by_time = _Choice(waiting.is_offered(row, live, now), voicemail.is_offered(row, live, now))
    if not any(by_time):
        return by_time
    who = chooser.read(services, row, live)
    may_be_rung = who.chooses is not None and chooser.can_be_rung(who.chooses, live)
    return _Choice(by_time.call_back and may_be_rung, by_time.message and who.asked.voicemail)


async def _to_message(services: Services, row: Row, live: LiveRuleset, *, looped: bool) -> Reply:
    """The tone, for who waits and would rather leave a message; who is put through meanwhile is."""
    left = await services.writer.write(store.to_message, store.CallNews(row["contact_id"], services.clock()))
    if not looped:
        return CallSteps((Leave(),))
    if left is None or left["stage"] != store.MESSAGE:
        return CallSteps(await placing.next_steps(services, left, live))
    return await _tone(services, left, live)


async def _tone(services: Services, row: Row, live: LiveRuleset) -> Reply:
    asked = await asyncio.to_thread(voicemail.asked_of, services, row, live)
    return voicemail.unattended(Unattended((), row["team"], chosen=True), live, asked)
