"""Phone calls as Twilio posts them: it comes in, a key is pressed, words are said, somebody is dialled, it is over."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from channels import twiml
from channels.adapter import Answer, Malformed, Push, Request
from channels.bounds import bounded, clean
from channels.inbound import Address, Inbound, Kind, PointKind, Progress
from channels.names import PHONE
from channels.numbers import Reading, read_number
from channels.replies import Asked, Reply
from channels.signature import TOKEN, verify
from channels.twilio_fields import fields_of, present, required

PATIENCE = timedelta(minutes=2)
"""How long a call may stay in its menu before it is decided on with what there is."""

_ROUTE = "twilio/voice"
_FACTS = {
    "FromCountry": "country",
    "CallStatus": "call_status",
    "Direction": "direction",
    "ForwardedFrom": "forwarded_from",
    "CallerName": "caller_name",
    "StirVerstat": "caller_verified",
    "ParentCallSid": "parent_call",
    "CallDuration": "call_seconds",
    "DialCallStatus": "dial",
    "DialCallDuration": "dial_seconds",
    "DialCallSid": "dial_call",
    "DialBridged": "bridged",
    "AnsweredBy": "answered_by",
    "ErrorCode": "error",
    "QueueResult": "queue",
    "QueueTime": "queue_seconds",
    "RecordingSid": "recording",
    "RecordingUrl": "recording_url",
    "RecordingDuration": "recording_seconds",
    "RecordingStatus": "recording_status",
    "RecordingSource": "recording_source",
    "TranscriptionStatus": "transcript_status",
    "Confidence": "speech_confidence",
}
_NOBODY = Reading(Address(PointKind.UNKNOWN, ""))
"""The sender of an event that does not say who called: a later one does."""

_WORDS = 4_000
"""Characters that are kept of what was said in a menu."""

_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


def parse(request: Request) -> Inbound | Asked:
    """Read what happened on a call, or is asked on it; raises Malformed naming the field that is missing or wrong."""
    read = _READERS.get(request.route.removeprefix(_ROUTE).strip("/"))
    if read is None:
        raise Malformed("path", "is not one of a call's: " + ", ".join(ROUTES))
    fields = fields_of(request)
    return read(request, fields)


def answer(reply: Reply, request: Request) -> Answer:
    """Write the reply as TwiML."""
    del request
    return Answer(200, "text/xml", twiml.render(reply, _ROUTE))


def _call(request: Request, fields: Mapping[str, str]) -> Inbound:
    sid = required(fields, "CallSid")
    return _event(request, fields, sid, f"{sid}:call", "call", progress=Progress.WAIT, patience=PATIENCE)


def _menu(request: Request, fields: Mapping[str, str]) -> Inbound:
    sid, step, again = required(fields, "CallSid"), _step(request), _again(request)
    key = fields.get("Digits", "").strip()
    if key:
        path = f"{step}.{key}" if step else key
        event = f"{sid}:menu:{step}{again}:{key}"
        pressed = _event(request, fields, sid, event, "menu-choice", menu=path, again=again)
        offered = _about(request).get("offered", "")
        return replace(pressed, facts={**pressed.facts, "offered": offered}) if offered else pressed
    if fields.get("SpeechResult"):
        return _said(request, fields)
    # A caller who hangs up in the menu is reported here too, and that is no choice.
    if fields.get("CallStatus") in _OVER:
        return _status(request, fields)
    return _event(request, fields, sid, f"{sid}:menu-timeout:{step}{again}", "menu-timeout")


def _said(request: Request, fields: Mapping[str, str]) -> Inbound:
    """What was said in place of a key; the provider says how sure it is of the words."""
    sid, step, again = required(fields, "CallSid"), _step(request), _again(request)
    told = _event(request, fields, sid, f"{sid}:said:{step}{again}", "menu-said", again=again)
    return replace(told, text=clean(fields["SpeechResult"], _WORDS))


def _leg(request: Request, fields: Mapping[str, str]) -> Inbound:
    sid, outcome = required(fields, "CallSid"), required(fields, "DialCallStatus")
    event = f"{sid}:leg:{_step(request)}:{fields.get('DialCallSid', '')}:{outcome}"
    return _at_turn(request, _event(request, fields, sid, event, "call-leg", progress=Progress.NOTE))


def _status(request: Request, fields: Mapping[str, str]) -> Inbound:
    sid, status = required(fields, "CallSid"), required(fields, "CallStatus")
    parent = fields.get("ParentCallSid", "")
    # A leg that we dialled has its own id; its end is not the end of the caller's call.
    over = status in _OVER and not parent
    # A call ends once, whatever number the report of it has: a late one, and what is listed of it, are the same event.
    event = f"{sid}:status:{status}:{'' if status in _OVER else fields.get('SequenceNumber', '')}"
    progress = Progress.ENDED if over else Progress.NOTE
    told = _event(request, fields, parent or sid, event, "call-status", progress=progress)
    return _at_turn(request, replace(told, facts={**told.facts, "leg": sid[:100]}) if parent else told)


def _at_turn(request: Request, told: Inbound) -> Inbound:
    """The event with the attempt that it is of, which we put into the place's query."""
    turn = _about(request).get("turn", "")
    return replace(told, facts={**told.facts, "turn": turn}) if turn.isdecimal() else told


def _left(request: Request, fields: Mapping[str, str]) -> Inbound:
    sid, result = required(fields, "CallSid"), required(fields, "QueueResult")
    event = f"{sid}:left:{_about(request).get('turn', '')}:{result}"
    return _event(request, fields, sid, event, "queue-left", progress=Progress.NOTE)


def _message(request: Request, fields: Mapping[str, str]) -> Inbound:
    """A message was left; the key that ended it may be that of an emergency."""
    sid, recording = required(fields, "CallSid"), fields.get("RecordingSid", "")
    told = _event(request, fields, sid, f"{sid}:voicemail:{recording}", "voicemail", progress=Progress.NOTE)
    return _urgent(request, fields, told)


def _before_tone(request: Request, fields: Mapping[str, str]) -> Inbound:
    """A key was pressed before the tone: that of an emergency, or one that leads nowhere."""
    sid, key = required(fields, "CallSid"), fields.get("Digits", "").strip()
    if not key and fields.get("CallStatus") in _OVER:
        return _status(request, fields)
    told = _event(request, fields, sid, f"{sid}:before-tone:{key}", "before-tone", progress=Progress.NOTE)
    return _urgent(request, fields, told)


def _urgent(request: Request, fields: Mapping[str, str], told: Inbound) -> Inbound:
    """What was told, decided anew where the key was pressed that we gave with the address: it names its journey."""
    about, key = _about(request), fields.get("Digits", "").strip()
    if not key or key != about.get("key") or not about.get("journey"):
        return told
    return replace(told, progress=Progress.ENOUGH, facts={**told.facts, "journey": about["journey"], "key": key})


def _recorded(request: Request, fields: Mapping[str, str]) -> Inbound:
    """A recording is there, or is not to be; the provider says of it only which call it is of."""
    sid, recording = required(fields, "CallSid"), required(fields, "RecordingSid")
    event = f"{sid}:recording:{recording}:{fields.get('RecordingStatus', '')}"
    return _event(request, fields, sid, event, "recording", progress=Progress.NOTE, numbered=False)


def _transcribed(request: Request, fields: Mapping[str, str]) -> Inbound:
    sid, recording = required(fields, "CallSid"), required(fields, "RecordingSid")
    event = f"{sid}:transcript:{fields.get('TranscriptionSid') or recording}"
    told = _event(request, fields, sid, event, "transcript", progress=Progress.NOTE, numbered=False)
    text = clean(fields.get("TranscriptionText", ""))
    # What was said may change whose it is, and how urgent.
    return replace(told, text=text, progress=Progress.ENOUGH if text.strip() else Progress.NOTE)


def _asked(place: str) -> Callable[[Request, Mapping[str, str]], Asked]:
    """A reader of what is asked at a place in the middle of a call; the leg of a colleague asks for its caller's."""

    def read(request: Request, fields: Mapping[str, str]) -> Asked:
        leg = required(fields, "CallSid")[:100]
        call = _about(request).get("call") or fields.get("ParentCallSid") or leg
        key = fields.get("Digits", "").strip()[:20]
        return Asked(place, fields.get("AccountSid", ""), call[:100], leg, key, _about(request))

    return read


def _alone(request: Request, fields: Mapping[str, str]) -> Asked:
    """What somebody hears who waits in a conference, of which the provider may not say whose call it is."""
    about = _about(request)
    return Asked("alone", fields.get("AccountSid", ""), about.get("call", ""), about.get("leg", ""), "", about)


def _third(request: Request, fields: Mapping[str, str]) -> Asked:
    """How far the call is of somebody who is brought into another call."""
    asked = _asked("third")(request, fields)
    return replace(asked, about={**asked.about, "call_status": required(fields, "CallStatus")[:20]})


def _about(request: Request) -> dict[str, str]:
    return {name: values[-1][:100] for name, values in request.query.items()}


def _event(
    request: Request,
    fields: Mapping[str, str],
    call: str,
    event: str,
    part: str,
    *,
    progress: Progress = Progress.ENOUGH,
    patience: timedelta | None = None,
    menu: str = "",
    again: str = "",
    numbered: bool = True,
) -> Inbound:
    """An event of this call; what is not `numbered` may come without saying who called whom."""
    called = required(fields, "To", "Called") if numbered else fields.get("To") or fields.get("Called", "")
    sender, mark = read_number(fields.get("From") or fields.get("Caller", ""), request.region) if called else _NOBODY
    facts = present(fields, _FACTS)
    return bounded(
        channel=PHONE,
        provider="twilio",
        account=fields.get("AccountSid", ""),
        conversation=call,
        event=event,
        part=part,
        kind=Kind.CALL_EVENT,
        progress=progress,
        patience=patience,
        sender=sender,
        recipients=(read_number(called, request.region).address,) if called else (),
        received_at=request.received_at,
        claimed_at=_claimed(fields.get("Timestamp", "")),
        facts=facts | {name: value for name, value in (("menu", menu), ("menu_again", again)) if value},
        marks=(mark,) if mark else (),
    )


def _step(request: Request) -> str:
    """Return the keys that led to this menu, which we put into the place's query."""
    return request.query.get("step", [""])[-1][:40]


def _again(request: Request) -> str:
    """Tell a menu that is heard again from the first time, so that the same key pressed again is another choice."""
    return "~" if "again" in request.query else ""


def _claimed(timestamp: str) -> datetime | None:
    try:
        return parsedate_to_datetime(timestamp[:100]).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


_READERS: Mapping[str, Callable[[Request, Mapping[str, str]], Inbound | Asked]] = {
    "": _call,
    "menu": _menu,
    "dialled": _leg,
    "status": _status,
    "wait": _asked("wait"),
    "offer": _asked("offer"),
    "left": _left,
    "whisper": _asked("whisper"),
    "bridge": _asked("bridge"),
    "moved": _asked("moved"),
    "held": _asked("held"),
    "room": _asked("room"),
    "alone": _alone,
    "parted": _asked("parted"),
    "beside": _asked("beside"),
    "third": _third,
    "voicemail": _message,
    "before-tone": _before_tone,
    "recorded": _recorded,
    "transcribed": _transcribed,
}
ROUTES = tuple(f"{_ROUTE}/{place}".rstrip("/") for place in _READERS)
ADAPTER = Push("twilio-voice", PHONE, ROUTES, (TOKEN,), verify, parse, answer)
