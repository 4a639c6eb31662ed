"""Conferences: legs come, wait until it starts, talk, are held or muted, and leave."""

import math
from collections.abc import Mapping

from router.demo.provider.calls import Changed, Over, Source
from router.demo.provider.documents import Verb
from router.demo.provider.exchange import Exchange
from router.demo.provider.flow import Run, follow
from router.demo.provider.people import CONFERENCE, RINGING
from router.demo.provider.rooms import Participant, Room
from router.demo.provider.verbs import CONFERENCE_WAIT

LAST_LEFT, ENDER_LEFT, BY_API = (
    "last-participant-left",
    "participant-with-end-conference-on-exit-left",
    "conference-ended-via-api",
)


async def confer(run: Run, noun: Verb) -> None:
    """Be in a conference until it ends, or until the leg leaves it."""
    room = _room(run, noun)
    mine = Participant(
        run.leg,
        run.exchange.time.now(),
        noun.get("participantLabel"),
        noun.yes("startConferenceOnEnter", default=True),
        noun.yes("endConferenceOnExit"),
        noun.yes("muted"),
    )
    room.participants[run.leg.sid] = mine
    run.leg.person.note("in conference", room.name)
    tell(run.exchange, room, "participant-join", mine)
    _start(run.exchange, room)
    try:
        await _stay(run, noun, room, mine)
    finally:
        leave(run.exchange, room, mine)


async def _stay(run: Run, noun: Verb, room: Room, mine: Participant) -> None:
    """Wait, talk or be held, as it comes; raises Over when the person has talked enough."""
    leg, left = run.leg, run.leg.person.talks
    while not room.is_over and leg.sid in room.participants:
        begun, waits = run.exchange.time.passed(), room.status == "init" or mine.hold
        try:
            if waits:
                await _listen(run, mine.hold_url if mine.hold else noun.get("waitUrl"), noun.get("waitMethod", "POST"))
            elif not await leg.until(lambda: room.is_over or leg.sid not in room.participants, left, CONFERENCE):
                leg.person.note("hung up", CONFERENCE)
                raise Over("person")
        except Changed:
            left -= 0 if waits else run.exchange.time.passed() - begun


async def _listen(run: Run, address: str, method: str) -> None:
    """Hear what there is to hear, until something changes."""
    own, place = run.leg.base, Run(run.exchange, run.leg, RINGING, CONFERENCE_WAIT)
    source = Source(run.resolved(address), method)
    try:
        while address:
            await follow(place, source)
        await run.leg.spend(math.inf, RINGING)
    finally:
        run.leg.base = own


def _room(run: Run, noun: Verb) -> Room:
    """The conference of this name, made if there is none that goes on."""
    rooms = run.exchange.rooms
    if noun.text not in rooms:
        rooms[noun.text] = Room(run.exchange.sid("CF"), noun.text, run.exchange.time.now())
    room = rooms[noun.text]
    if noun.get("statusCallback") and not room.callback:
        room.callback = run.resolved(noun.get("statusCallback"))
        room.events = frozenset(noun.get("statusCallbackEvent").split())
    return room


def _start(exchange: Exchange, room: Room) -> None:
    if room.status == "init" and len(room.participants) > 1 and any(each.starts for each in room.participants.values()):
        room.status = "in-progress"
        tell(exchange, room, "conference-start")
        for each in room.participants.values():
            each.leg.interrupt(Changed())


def leave(exchange: Exchange, room: Room, mine: Participant) -> None:
    """A participant is no longer there; perhaps the conference is over then."""
    if room.participants.pop(mine.leg.sid, None) is None:
        return
    tell(exchange, room, "participant-leave", mine)
    if mine.ends or not room.participants:
        finish(exchange, room, ENDER_LEFT if mine.ends else LAST_LEFT, mine.leg.sid)


def finish(exchange: Exchange, room: Room, reason: str, by: str = "") -> None:
    """The conference is over; who is still in it goes on with what comes after."""
    if room.is_over:
        return
    room.status, room.reason, room.ended_by = "completed", reason, by
    exchange.rooms[room.sid] = room
    exchange.rooms.pop(room.name, None)
    for each in list(room.participants.values()):
        room.participants.pop(each.leg.sid)
        tell(exchange, room, "participant-leave", each)
        each.leg.interrupt(Changed())
    tell(exchange, room, "conference-end")


def change(exchange: Exchange, room: Room, mine: Participant, *, hold: bool | None, muted: bool | None) -> None:
    """Hold or mute a participant, or let them go on."""
    if hold is not None and hold != mine.hold:
        mine.hold = hold
        tell(exchange, room, "participant-hold" if hold else "participant-unhold", mine)
        mine.leg.interrupt(Changed())
    if muted is not None and muted != mine.muted:
        mine.muted = muted
        tell(exchange, room, "participant-mute" if muted else "participant-unmute", mine)


def tell(exchange: Exchange, room: Room, event: str, mine: Participant | None = None) -> None:
    """Tell who watches the conference."""
    wanted = event.removeprefix("conference-").removeprefix("participant-").removeprefix("un")
    if not room.callback or wanted not in room.events:
        return
    room.sequence += 1
    told = {
        "ConferenceSid": room.sid,
        "FriendlyName": room.name,
        "AccountSid": exchange.account,
        "SequenceNumber": str(room.sequence),
        "StatusCallbackEvent": event,
    }
    if room.is_over:
        told |= {"ReasonConferenceEnded": room.reason, "CallSidEndingConference": room.ended_by}
    exchange.report(None, room.callback, {**told, **(_about(mine) if mine else {})})


def _about(mine: Participant) -> Mapping[str, str]:
    said = {
        "CallSid": mine.leg.sid,
        "Muted": str(mine.muted).lower(),
        "Hold": str(mine.hold).lower(),
        "EndConferenceOnExit": str(mine.ends).lower(),
        "StartConferenceOnEnter": str(mine.starts).lower(),
    }
    return said | ({"ParticipantLabel": mine.label} if mine.label else {})
