"""The API's queues with their members, and its conferences with their participants."""

from html import escape
from typing import Any

from router.demo.provider import conferencing
from router.demo.provider.calls import Changed, Redirected, Source
from router.demo.provider.exchange import Exchange
from router.demo.provider.rest import ROOT, Answer, RefusedError, Request, moment, not_found, page, route, said, there
from router.demo.provider.rest_calls import place, source_of
from router.demo.provider.rooms import Member, Participant, Queue, Room

EXISTS = 22_003
LARGEST_QUEUE = 5_000


@route("GET", "/Queues.json")
def queues(exchange: Exchange, request: Request) -> Answer:
    """The queues."""
    return page(request, "queues", (_queue(exchange, each) for each in exchange.queues.values()))


@route("POST", "/Queues.json")
def make_queue(exchange: Exchange, request: Request) -> Answer:
    """Make a queue, as large as is asked for."""
    name = request.get("FriendlyName")
    if name in exchange.queues:
        raise RefusedError(400, EXISTS, f"A queue already exists with the name {name}")
    queue = exchange.queue(name)
    queue.most = min(request.number("MaxSize", exchange.queue_size), LARGEST_QUEUE)
    return said(_queue(exchange, queue), 201)


@route("GET", "/Queues/{}.json")
def queue(exchange: Exchange, request: Request, sid: str) -> Answer:
    """A queue."""
    return said(_queue(exchange, _queue_of(exchange, request, sid)))


@route("POST", "/Queues/{}.json")
def change_queue(exchange: Exchange, request: Request, sid: str) -> Answer:
    """Change how large a queue may get."""
    found = _queue_of(exchange, request, sid)
    found.most = min(request.number("MaxSize", found.most), LARGEST_QUEUE)
    return said(_queue(exchange, found))


@route("GET", "/Queues/{}/Members.json")
def members(exchange: Exchange, request: Request, sid: str) -> Answer:
    """Who is in a queue, the first first."""
    found = _queue_of(exchange, request, sid)
    return page(request, "queue_members", [_member(exchange, found, each) for each in found.members])


@route("GET", "/Queues/{}/Members/{}.json")
def member(exchange: Exchange, request: Request, sid: str, call: str) -> Answer:
    """A member of a queue, by the call's sid or Front."""
    found = _queue_of(exchange, request, sid)
    return said(_member(exchange, found, _member_of(found, request, call)))


@route("POST", "/Queues/{}/Members/{}.json")
def dequeue(exchange: Exchange, request: Request, sid: str, call: str) -> Answer:
    """Take a member out of a queue, who goes on with the document at `Url`."""
    found = _queue_of(exchange, request, sid)
    taken = _member_of(found, request, call)
    shown = _member(exchange, found, taken)
    found.members.remove(taken)
    taken.leg.interrupt(Redirected(source_of(request)))
    return said(shown)


def _queue_of(exchange: Exchange, request: Request, sid: str) -> Queue:
    return there(request, next((each for each in exchange.queues.values() if each.sid == sid), None))


def _member_of(queue: Queue, request: Request, call: str) -> Member:
    return there(request, queue.member(call))


def _queue(exchange: Exchange, queue: Queue) -> dict[str, Any]:
    uri = f"{ROOT}/{exchange.account}/Queues/{queue.sid}"
    return {
        "sid": queue.sid,
        "account_sid": exchange.account,
        "friendly_name": queue.name,
        "current_size": len(queue.members),
        "max_size": queue.most,
        "average_wait_time": queue.average(exchange.time.now()),
        "date_created": moment(queue.created),
        "uri": f"{uri}.json",
        "subresource_uris": {"members": f"{uri}/Members.json"},
    }


def _member(exchange: Exchange, queue: Queue, member: Member) -> dict[str, Any]:
    return {
        "queue_sid": queue.sid,
        "call_sid": member.leg.sid,
        "date_enqueued": moment(member.entered),
        "position": queue.position(member),
        "wait_time": round((exchange.time.now() - member.entered).total_seconds()),
        "uri": f"{ROOT}/{exchange.account}/Queues/{queue.sid}/Members/{member.leg.sid}.json",
    }


@route("GET", "/Conferences.json")
def conferences(exchange: Exchange, request: Request) -> Answer:
    """The conferences, by name and by status where asked."""
    asked = {"FriendlyName": request.get("FriendlyName"), "Status": request.get("Status")}
    found = (
        _conference(exchange, each)
        for each in exchange.rooms.values()
        if asked["FriendlyName"] in ("", each.name) and asked["Status"] in ("", each.status)
    )
    return page(request, "conferences", found)


@route("GET", "/Conferences/{}.json")
def conference(exchange: Exchange, request: Request, sid: str) -> Answer:
    """A conference."""
    return said(_conference(exchange, _room_of(exchange, request, sid)))


@route("POST", "/Conferences/{}.json")
def change_conference(exchange: Exchange, request: Request, sid: str) -> Answer:
    """End a conference."""
    room = _room_of(exchange, request, sid)
    if request.get("Status") == "completed":
        conferencing.finish(exchange, room, conferencing.BY_API)
    return said(_conference(exchange, room))


@route("GET", "/Conferences/{}/Participants.json")
def participants(exchange: Exchange, request: Request, sid: str) -> Answer:
    """Who is in a conference."""
    room = _room_of(exchange, request, sid)
    return page(request, "participants", [_participant(exchange, room, each) for each in room.participants.values()])


@route("POST", "/Conferences/{}/Participants.json")
def add_participant(exchange: Exchange, request: Request, sid: str) -> Answer:
    """Ring somebody, who is then in the conference of this sid or name."""
    room = next((each for each in exchange.rooms.values() if sid in (each.sid, each.name)), None)
    if room is not None and room.is_over:
        raise not_found(request)
    name = room.name if room else sid
    bears = {
        "participantLabel": request.get("Label"),
        "endConferenceOnExit": request.get("EndConferenceOnExit").lower(),
        "startConferenceOnEnter": request.get("StartConferenceOnEnter").lower(),
        "muted": request.get("Muted").lower(),
        "waitUrl": request.get("WaitUrl"),
    }
    written = "".join(f' {key}="{escape(value)}"' for key, value in bears.items() if value)
    twiml = f"<Response><Dial><Conference{written}>{escape(name)}</Conference></Dial></Response>"
    leg = place(exchange, request, Source(twiml=twiml.encode()))
    told = {"call_sid": leg.sid, "conference_sid": room.sid if room else None, "status": leg.status}
    return said({**told, "label": request.get("Label") or None, "account_sid": exchange.account}, 201)


@route("GET", "/Conferences/{}/Participants/{}.json")
def participant(exchange: Exchange, request: Request, sid: str, call: str) -> Answer:
    """A participant, by the call's sid or the label."""
    room = _room_of(exchange, request, sid)
    return said(_participant(exchange, room, _participant_of(room, request, call)))


@route("POST", "/Conferences/{}/Participants/{}.json")
def change_participant(exchange: Exchange, request: Request, sid: str, call: str) -> Answer:
    """Hold, mute, or let them end the conference when they leave."""
    room = _room_of(exchange, request, sid)
    found = _participant_of(room, request, call)
    found.hold_url = request.get("HoldUrl", found.hold_url)
    if ends := request.get("EndConferenceOnExit"):
        found.ends = ends.lower() == "true"
    conferencing.change(exchange, room, found, hold=_flag(request, "Hold"), muted=_flag(request, "Muted"))
    return said(_participant(exchange, room, found))


@route("DELETE", "/Conferences/{}/Participants/{}.json")
def remove_participant(exchange: Exchange, request: Request, sid: str, call: str) -> Answer:
    """Take somebody out of a conference."""
    room = _room_of(exchange, request, sid)
    found = _participant_of(room, request, call)
    conferencing.leave(exchange, room, found)
    found.leg.interrupt(Changed())
    return Answer(204, b"")


def _flag(request: Request, name: str) -> bool | None:
    value = request.get(name).lower()
    return value == "true" if value else None


def _room_of(exchange: Exchange, request: Request, sid: str) -> Room:
    return there(request, next((each for each in exchange.rooms.values() if each.sid == sid), None))


def _participant_of(room: Room, request: Request, call: str) -> Participant:
    return there(
        request, next((each for each in room.participants.values() if call in (each.leg.sid, each.label)), None)
    )


def _conference(exchange: Exchange, room: Room) -> dict[str, Any]:
    uri = f"{ROOT}/{exchange.account}/Conferences/{room.sid}"
    return {
        "sid": room.sid,
        "account_sid": exchange.account,
        "friendly_name": room.name,
        "status": room.status,
        "reason_conference_ended": room.reason or None,
        "call_sid_ending_conference": room.ended_by or None,
        "date_created": moment(room.created),
        "uri": f"{uri}.json",
        "subresource_uris": {"participants": f"{uri}/Participants.json"},
    }


def _participant(exchange: Exchange, room: Room, mine: Participant) -> dict[str, Any]:
    return {
        "account_sid": exchange.account,
        "call_sid": mine.leg.sid,
        "conference_sid": room.sid,
        "label": mine.label or None,
        "muted": mine.muted,
        "hold": mine.hold,
        "end_conference_on_exit": mine.ends,
        "start_conference_on_enter": mine.starts,
        "status": "connected",
        "uri": f"{ROOT}/{exchange.account}/Conferences/{room.sid}/Participants/{mine.leg.sid}.json",
    }
