"""The API's recordings and transcriptions, and its messages with their media."""

from typing import Any

from router.demo.provider import kinds, recording
from router.demo.provider.exchange import Exchange, Message, Recording, Transcription
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
from router.demo.provider.rest_calls import TOKEN_HEADER, recording_shape

INVALID_TO, NO_BODY, TOO_LONG = 21_211, 21_602, 21_617
LONGEST = 1_600


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
        recording_shape(exchange, each)
        for each in reversed(exchange.recordings.values())
        if call in ("", each.call) and within(request, "DateCreated", each.created)
    ]


@route("GET", "/Recordings/{}.json")
def one_recording(exchange: Exchange, request: Request, sid: str) -> Answer:
    """A recording."""
    return said(recording_shape(exchange, _recording_of(exchange, request, sid)))


@route("DELETE", "/Recordings/{}.json")
def delete_recording(exchange: Exchange, request: Request, sid: str) -> Answer:
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


@route("POST", "/Messages.json")
def send(exchange: Exchange, request: Request) -> Answer:
    """Take a text; the same idempotency token sends it once."""
    token = request.headers.get(TOKEN_HEADER, "")
    exchange.arrived[token] += 1
    if token in exchange.by_token:
        return said(_message(exchange, exchange.messages[exchange.by_token[token]]), 201)
    to, body = request.get("To"), request.get("Body")
    if not kinds.E164.fullmatch(to.removeprefix("whatsapp:")):
        raise RefusedError(400, INVALID_TO, f"The 'To' number {to} is not a valid phone number.")
    if not body and not request.get("MediaUrl"):
        raise RefusedError(400, NO_BODY, "Message body is required.")
    if len(body) > LONGEST:
        raise RefusedError(400, TOO_LONG, f"The concatenated message body exceeds the {LONGEST} character limit.")
    refused = exchange.refuses.get(to.removeprefix("whatsapp:"))
    if refused:
        raise RefusedError(400, refused, "The message cannot be sent to this number.")
    made = Message(exchange.sid("SM"), request.get("From"), to, body, "outbound-api", "queued", exchange.time.now())
    exchange.messages[made.sid] = made
    if token:
        exchange.by_token[token] = made.sid
    exchange.person(to.removeprefix("whatsapp:")).note("texted", body)
    exchange.spawn(_deliver(exchange, made, request.get("StatusCallback")))
    return said(_message(exchange, made), 201)


async def _deliver(exchange: Exchange, made: Message, callback: str) -> None:
    for status in ("sent", "delivered"):
        await exchange.time.sleep(1.0)
        made.status = status
        told = {
            "MessageSid": made.sid,
            "SmsSid": made.sid,
            "MessageStatus": status,
            "SmsStatus": status,
            "From": made.from_,
            "To": made.to,
            "AccountSid": exchange.account,
            "ApiVersion": "2010-04-01",
        }
        exchange.report(None, callback, told)


@route("GET", "/Messages.json")
def messages(exchange: Exchange, request: Request) -> Answer:
    """The texts, the newest first, as far as they are asked for."""
    found = (
        _message(exchange, each)
        for each in reversed(exchange.messages.values())
        if request.get("To") in ("", each.to)
        and request.get("From") in ("", each.from_)
        and within(request, "DateSent", each.created)
    )
    return page(request, "messages", found)


@route("GET", "/Messages/{}.json")
def one_message(exchange: Exchange, request: Request, sid: str) -> Answer:
    """A text."""
    return said(_message(exchange, _message_of(exchange, request, sid)))


@route("GET", "/Messages/{}/Media.json")
def media_of(exchange: Exchange, request: Request, sid: str) -> Answer:
    """The files of a text."""
    found = _message_of(exchange, request, sid)
    return page(
        request,
        "media_list",
        [
            {"sid": f"ME{index:032x}", "parent_sid": sid, "content_type": kind}
            for index, (kind, _) in enumerate(found.media)
        ],
    )


@route("GET", "/Messages/{}/Media/{}")
def file_of(exchange: Exchange, request: Request, sid: str, which: str) -> Answer:
    """One file of a text."""
    found = _message_of(exchange, request, sid)
    for index, (kind, content) in enumerate(found.media):
        if which == f"ME{index:032x}":
            return Answer(200, content, kind)
    raise not_found(request)


def _message_of(exchange: Exchange, request: Request, sid: str) -> Message:
    return there(request, exchange.messages.get(sid))


def _message(exchange: Exchange, made: Message) -> dict[str, Any]:
    uri = f"{ROOT}/{exchange.account}/Messages/{made.sid}"
    return {
        "sid": made.sid,
        "account_sid": exchange.account,
        "from": made.from_,
        "to": made.to,
        "body": made.body,
        "direction": made.direction,
        "status": made.status,
        "num_media": str(len(made.media)),
        "num_segments": "1",
        "error_code": made.error,
        "date_created": moment(made.created),
        "date_sent": moment(made.created),
        "uri": f"{uri}.json",
        "subresource_uris": {"media": f"{uri}/Media.json"},
    }
