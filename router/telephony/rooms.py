"""The places of a call in which somebody was put on hold or brought in: what each of those who are in it hears next.

Every one of them asks here again: whoever is held, again and again; whoever is alone in a room, likewise; and who is
left in a room that is over. So nobody stays in silence, whatever was lost. Where None is given in place of a reply, the
caller goes on as one who waits.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from channels.replies import Asked, CallSteps, Conference, Hangup, NothingToSay, Pause, Play, Redirect, Reply, Say, Step
from router.calls import say
from router.live import LiveRuleset
from router.services import Services
from router.store import brought_in, live_calls
from router.store import calls as store
from router.store.brought_in import third_of
from router.store.live_calls import CALL_MOVED, CALL_RETURNED, Happened
from router.store.rows import Row
from router.telephony import handing, leg, talks, whisper
from router.telephony.course import OVER
from router.telephony.freed import fetch_next
from router.telephony.moving import end_beside, send_beside
from router.telephony.talks import INTERPRETER, TOGETHER, How, is_lost, room_of, talk_of

ROOM, HELD, ALONE, PARTED, BESIDE, THIRD = "room", "held", "alone", "parted", "beside", "third"
"""Places of a voice adapter: whoever is sent into the room, the caller on hold, what is heard while one is alone, how
it goes on when a room is over, somebody who was rung to come in, and how far that call is."""

ASKED_BY_COLLEAGUES: Final = frozenset({ALONE, BESIDE, THIRD})
"""Where nothing is said to anybody of whose call nothing is known: no caller is there."""

ENGINE: Final = "engine"
_PAUSE: Final = 10
_CALLER_HELD: Final = "The caller is on hold."
_CALLER_GONE: Final = "The caller has hung up."


async def change(services: Services, row: Row, how: How, happened: Happened | None = None) -> Row | None:
    """Change a call; as it is then, or None where that did not fit."""
    step = live_calls.CallChange(row["contact_id"], services.clock(), how, happened)
    return await services.writer.write(live_calls.change, step)


async def _room(services: Services, what: Asked, row: Row, live: LiveRuleset) -> Reply | None:
    """Somebody whom we have sent here: the colleague, or the caller who is to talk to them."""
    if what.leg == row["call"]:
        return await _caller_comes(services, row, live)
    if what.leg != row["leg"] or await change(services, row, talks.came) is None:
        return CallSteps((Hangup(),))
    return CallSteps((_into(row, what.leg, ends=True),))


async def _caller_comes(services: Services, row: Row, live: LiveRuleset) -> Reply | None:
    talk = talk_of(row)
    if talk is not None and talk.get("completing"):
        row = await _completed(services, row)
        talk = talk_of(row)
    if talk is None or is_lost(row, services.clock()):
        await _back(services, row)
        return None
    if talk["mode"] != TOGETHER:
        return CallSteps(_held_steps(row, live))
    return CallSteps((_into(row, row["call"]),))


async def _completed(services: Services, row: Row) -> Row:
    """The caller is here to go on with who was brought in, whose team's the enquiry is now; the colleague goes.

    Where whoever was brought in has gone meanwhile, the caller goes on with the colleague whom they had.
    """
    third, before = third_of(row), row["leg"]
    if third is None:
        return await change(services, row, talks.not_completed) or row
    await asyncio.to_thread(handing.transferred, services, row, third)
    data = {"from": row["team"], "to": third["to"], "phone": third["phone"]}
    moved = await change(services, row, talks.completed, Happened(CALL_MOVED, third["enquiry"], third["by"], data))
    if moved is None:
        return row
    end_beside(services, row, before)
    fetch_next(services, (row["phone"],), services.live.current())
    return moved


async def _back(services: Services, row: Row) -> None:
    """Nobody is there for the caller any more: they wait, at their old place; a line that is still open is ended."""
    waits = await change(services, row, talks.cut_off(services.clock()), returned(row))
    if waits is None:
        return
    if row["leg"]:
        end_beside(services, row, row["leg"])
    end_third(services, row)


def end_third(services: Services, row: Row) -> None:
    """Whoever is in a call that is over for its colleague, or is still being rung for it, is not needed any more."""
    third = third_of(row)
    if third is not None and third["leg"]:
        end_beside(services, row, third["leg"])


def end_ringing(services: Services, row: Row) -> None:
    """Whoever is still being rung for a caller who has hung up is not needed; who is there may end what they say."""
    third = third_of(row)
    if third is not None and third["stage"] == brought_in.RINGING:
        end_third(services, row)


def returned(row: Row) -> Happened | None:
    """What the history says of a caller whose colleague was cut off."""
    talk = talk_of(row)
    return Happened(CALL_RETURNED, talk["enquiry"], ENGINE, {}) if talk else None


async def _held(services: Services, what: Asked, row: Row, live: LiveRuleset) -> Reply | None:
    """The caller on hold, asked again and again; whatever the provider did not do at once is done here."""
    del what
    return await _caller_comes(services, row, live)


def _held_steps(row: Row, live: LiveRuleset) -> tuple[Step, ...]:
    """What a caller hears on hold, once."""
    flow, third = live.ruleset.calls, third_of(row)
    if flow is None:
        return (Pause(_PAUSE), Redirect(HELD))
    comes = third is not None and third["kind"] == INTERPRETER and flow.interpreter is not None
    says = flow.interpreter.says if comes and flow.interpreter else flow.on_hold
    music = flow.waiting.music if flow.waiting else ""
    return say(flow, says), Play(music) if music else Pause(_PAUSE), Redirect(HELD)


def after_bridge(row: Row, live: LiveRuleset) -> CallSteps:
    """What a caller hears whose colleague has just been sent into the room."""
    return CallSteps(_held_steps(row, live))


async def _alone(services: Services, what: Asked, row: Row, live: LiveRuleset) -> Reply:
    """What is heard in the room while nobody else is there."""
    if what.leg != row["call"]:
        said = _CALLER_GONE if row["stage"] == store.OVER else _CALLER_HELD
        return CallSteps((*leg.said((said,), live), Pause(_PAUSE)))
    talk = talk_of(row)
    if talk is None or is_lost(row, services.clock()):
        await _back(services, row)
        send_beside(services, row, handing.MOVED)
    elif talk.get("left"):
        end_beside(services, row, talk["left"])
    words = live.ruleset.calls.on_hold if live.ruleset.calls else ""
    return CallSteps((*leg.said((words,), live), Pause(_PAUSE)))


async def _parted(services: Services, what: Asked, row: Row, live: LiveRuleset) -> Reply | None:
    """Somebody whose room is over: they go on in the next one, if there is one, or their call is over."""
    talk, third, past = talk_of(row), third_of(row), leg.is_past(row, what.about)
    if talk is not None and third is not None and third["leg"] == what.leg and talk.get("completing"):
        return CallSteps((_into(row, what.leg, turn=row["turn"] + 1, ends=True),))
    if third is not None and third["leg"] == what.leg:
        await _gone(services, third["key"], row, live)
    if talk is not None and past and what.leg in (row["leg"], row["call"]):
        return CallSteps((_into(row, what.leg, ends=what.leg == row["leg"]),))
    if what.leg != row["call"]:
        return CallSteps((Hangup(),))
    if row["stage"] != store.TALKING:
        return None
    await services.writer.write(store.leave, store.CallNews(row["contact_id"], services.clock()))
    end_third(services, row)
    fetch_next(services, (row["phone"],) if row["phone"] else (), live)
    return CallSteps((Hangup(),))


async def _beside(services: Services, what: Asked, row: Row, live: LiveRuleset) -> Reply:
    """Somebody who was rung to come into the room, and has answered: a colleague hears first what it is about."""
    third = third_of(row)
    if third is None or third["key"] != what.about.get("key"):
        return CallSteps((Hangup(),))
    if third["kind"] == INTERPRETER:
        return await _comes_in(services, what, row, ())
    if leg.is_passed_on(what):
        return CallSteps((Hangup(),))
    caller = await asyncio.to_thread(leg.caller_of, services, row | {"team": third["to"]}, live)
    if leg.TAKEN in what.about or not third["confirm"]:
        return await _comes_in(services, what, row, leg.briefing(what, caller, live))
    action = f"{BESIDE}?call={row['call']}&key={third['key']}&{leg.TAKEN}=1"
    return leg.asked_to_take(whisper.offered(caller), action, live)


async def _comes_in(services: Services, what: Asked, row: Row, said: tuple[Say, ...]) -> Reply:
    here = talks.third_is(what.about["key"], brought_in.HERE, what.leg)
    if await change(services, row, here) is None:
        return CallSteps((Hangup(),))
    return CallSteps((*said, _into(row, what.leg)))


async def _third(services: Services, what: Asked, row: Row, live: LiveRuleset) -> Reply:
    """How far the call is of somebody who was rung to come in; all that counts is its end."""
    if what.about.get("call_status") in OVER:
        await _gone(services, what.about.get("key", ""), row, live)
        await left(services, what.leg, row)
    return NothingToSay()


async def _gone(services: Services, key: str, row: Row, live: LiveRuleset) -> None:
    """Whoever was brought in is gone, or did not come: their telephone is for the next who waits."""
    await change(services, row, talks.third_is(key, brought_in.GONE))
    third = (talk_of(row) or {}).get("third")
    if third and third["key"] == key:
        fetch_next(services, filter(None, [third.get("phone")]), live)


async def left(services: Services, gone: str, row: Row) -> None:
    """A leg is over: where it was that of the colleague for whom a caller is held, the caller waits again."""
    talk = talk_of(row)
    if talk is None or gone != row["leg"]:
        return
    if talk["mode"] == TOGETHER or talk.get("completing"):
        await change(services, row, talks.gone)
        return
    await _back(services, row)
    send_beside(services, row, handing.MOVED)


def _into(row: Row, who: str, turn: int | None = None, *, ends: bool = False) -> Conference:
    """Into the room of a call; it is over for everybody when a colleague leaves it whose call it is."""
    turn = row["turn"] if turn is None else turn
    wait = f"{ALONE}?call={row['call']}&leg={who}"
    return Conference(room_of(row, turn), f"{PARTED}?call={row['call']}&turn={turn}", ends=ends, wait=wait)


PLACES: Final[Mapping[str, Callable[[Services, Asked, Row, LiveRuleset], Awaitable[Reply | None]]]] = {
    ROOM: _room,
    HELD: _held,
    ALONE: _alone,
    PARTED: _parted,
    BESIDE: _beside,
    THIRD: _third,
}
