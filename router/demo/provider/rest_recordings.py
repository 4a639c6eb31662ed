"""The API's recordings, of calls and by themselves, and their transcriptions."""

from typing import Any

from router.demo.provider import recording
from router.demo.provider.calls import COMPLETED, IN_PROGRESS
from router.demo.provider.exchange import Exchange, Recording, Transcription
from router.demo.provider.rest import (
    ROOT,
    Answer,
    RefusedError,
    Request,
    moment,
    not_found,
    page,
    route,
    said,
    there,
    within,
)
from router.demo.provider.rest_calls import NOT_GOING, leg_of


@route("POST", "/Calls/{}/Recordings.json")
def begin(exchange: Exchange, request: Request, sid: str) -> Answer:
    """Begin to record a call."""
    leg = leg_of(exchange, request, sid)
    if leg.status != IN_PROGRESS or sid in exchange.going:
        raise RefusedError(400, NOT_GOING, "Requested resource is not eligible for recording")
    return said(_shape(exchange, recording.begin(exchange, leg, "StartCallRecordingAPI")), 201)


@route("POST", "/Calls/{}/Recordings/{}.json")
def change(exchange: Exchange, request: Request, sid: str, which: str) -> Answer:
    """Pause, continue or stop the recording of a call; Twilio.CURRENT is the one that goes on."""
    leg = leg_of(exchange, request, sid)
    going = exchange.going.get(sid, "")
    if not going or which not in (going, "Twilio.CURRENT"):
        raise not_found(request)
    status = request.get("Status")
    stops = status == recording.STOPPED
    made = recording.finish(exchange, leg) if stops else recording.stand(exchange, going, status)
    return said(_shape(exchange, there(request, made)))


@route("GET", "/Recordings.json")
def recordings(exchange: Exchange, request: Request) -> Answer:
    """The recordings, the newest first."""
    return page(request, "recordings", _found(exchange, request, request.get("CallSid")))


@route("GET", "/Calls/{}/Recordings.json")
def recordings_of(exchange: Exchange, request: Request, call: str) -> Answer:
    """The recordings of a call."""
    return page(request, "recordings", _found(exchange, request, call))


def _found(exchange: Exchange, request: Request, call: str) -> list[dict[str, Any]]:
    return [
        _shape(exchange, each)
        for each in reversed(exchange.recordings.values())
        if call in ("", each.call) and within(request, "DateCreated", each.created)
    ]


@route("GET", "/Recordings/{}.json")
def one(exchange: Exchange, request: Request, sid: str) -> Answer:
    """A recording."""
    return said(_shape(exchange, _recording_of(exchange, request, sid)))


@route("DELETE", "/Recordings/{}.json")
def delete(exchange: Exchange, request: Request, sid: str) -> Answer:
    """Delete a recording."""
    _recording_of(exchange, request, sid)
    del exchange.recordings[sid]
    return Answer(204, b"")


@route("GET", "/Recordings/{}.wav")
def wav(exchange: Exchange, request: Request, sid: str) -> Answer:
    """The sound of a recording."""
    return Answer(200, recording.sound(_recording_of(exchange, request, sid)), "audio/x-wav")


@route("GET", "/Recordings/{}")
def media(exchange: Exchange, request: Request, sid: str) -> Answer:
    """The same, by the address that the callbacks say."""
    return wav(exchange, request, sid)


@route("GET", "/Recordings/{}/Transcriptions.json")
def transcriptions_of(exchange: Exchange, request: Request, sid: str) -> Answer:
    """The transcriptions of a recording."""
    _recording_of(exchange, request, sid)
    return page(
        request,
        "transcriptions",
        [_transcription(exchange, each) for each in exchange.transcriptions.values() if each.recording == sid],
    )


@route("GET", "/Transcriptions.json")
def transcriptions(exchange: Exchange, request: Request) -> Answer:
    """Every transcription, the newest first."""
    found = reversed(exchange.transcriptions.values())
    return page(request, "transcriptions", (_transcription(exchange, each) for each in found))


@route("GET", "/Transcriptions/{}.json")
def one_transcription(exchange: Exchange, request: Request, sid: str) -> Answer:
    """A transcription."""
    return said(_transcription(exchange, there(request, exchange.transcriptions.get(sid))))


def _recording_of(exchange: Exchange, request: Request, sid: str) -> Recording:
    return there(request, exchange.recordings.get(sid))


def _shape(exchange: Exchange, made: Recording) -> dict[str, Any]:
    """A recording as the API shows it."""
    uri = f"{ROOT}/{exchange.account}/Recordings/{made.sid}"
    return {
        "sid": made.sid,
        "account_sid": exchange.account,
        "call_sid": made.call,
        "conference_sid": None,
        "status": made.status,
        "source": made.source,
        "channels": 1,
        "duration": str(made.seconds) if made.status == COMPLETED else None,
        "date_created": moment(made.created),
        "start_time": moment(made.created),
        "media_url": f"{exchange.api}{uri}",
        "uri": f"{uri}.json",
        "subresource_uris": {"transcriptions": f"{uri}/Transcriptions.json"},
    }


def _transcription(exchange: Exchange, written: Transcription) -> dict[str, Any]:
    return {
        "sid": written.sid,
        "account_sid": exchange.account,
        "recording_sid": written.recording,
        "status": "completed",
        "transcription_text": written.text,
        "date_created": moment(written.created),
        "uri": f"{ROOT}/{exchange.account}/Transcriptions/{written.sid}.json",
    }
