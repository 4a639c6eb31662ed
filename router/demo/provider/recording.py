"""Record: a message after the tone, its file and its transcript, and the recordings of conversations."""

import io
import wave
from collections.abc import Mapping
from dataclasses import replace

from router.demo.provider import people
from router.demo.provider.calls import COMPLETED, Leg, Over, Source
from router.demo.provider.documents import Verb
from router.demo.provider.exchange import Exchange, Recording, Transcription
from router.demo.provider.flow import Run, verb

TIMEOUT, LONGEST = 5.0, 3_600.0
TRANSCRIBED_AFTER = 20.0
TRANSCRIBED_SECONDS = range(2, 120)
"""The provider transcribes nothing shorter or longer."""

RATE = 8_000
PAUSED, STOPPED, GOING = "paused", "stopped", "in-progress"


@verb("Record")
async def record(run: Run, asked: Verb) -> Source | None:
    """Record what the caller says until silence, a key, the longest time or their end; gives where to go on then."""
    leg, person = run.leg, run.leg.person
    silence, longest = asked.seconds("timeout", TIMEOUT), asked.seconds("maxLength", LONGEST)
    person.note("heard", "beep") if asked.yes("playBeep", default=True) else None
    if not person.message:
        await leg.spend(silence, people.RECORDING)
        return None
    seconds = min(person.message_seconds, longest)
    ended = "hangup"
    try:
        await leg.spend(seconds, people.RECORDING)
        ended = await _finished(run, asked, silence if seconds < longest else 0.0)
    except Over as why:
        if why.by != "person":
            raise
        over = {**leg.fields(), "CallStatus": COMPLETED, **_told(run.exchange, _keep(run, asked, seconds), ended)}
        run.exchange.report(leg, run.resolved(asked.get("action")), over, asked.get("method", "POST"))
        raise
    told = _told(run.exchange, _keep(run, asked, seconds), ended)
    return Source(run.resolved(asked.get("action")), asked.get("method", "POST"), told)


def _told(exchange: Exchange, made: Recording, ended: str) -> Mapping[str, str]:
    """What the action is told: the recording, and the key that ended it."""
    return {"RecordingSid": made.sid, **address_of(exchange, made), "Digits": ended}


async def _finished(run: Run, asked: Verb, silence: float) -> str:
    """The key that ended it, "" for silence or the longest time."""
    reaction = run.leg.person.reacts("beep")
    if reaction and reaction.keys and reaction.keys[0] in asked.get("finishOnKey", "1234567890*#"):
        run.leg.person.note("pressed", reaction.keys[0])
        return reaction.keys[0]
    await run.leg.spend(silence, people.RECORDING)
    return ""


def _keep(run: Run, asked: Verb, seconds: float) -> Recording:
    """Keep what was said; its reports are made by the verb's attributes."""
    exchange, leg = run.exchange, run.leg
    leg.person.note("left a message", leg.person.message)
    made = keep(exchange, leg, seconds, leg.person.message, "RecordVerb")
    report(run, asked, made)
    wanted = asked.yes("transcribe") or bool(asked.get("transcribeCallback"))
    if wanted and made.seconds in TRANSCRIBED_SECONDS:
        exchange.spawn(_transcribe(run, asked.get("transcribeCallback"), made))
    return made


def keep(exchange: Exchange, leg: Leg, seconds: float, says: str, source: str) -> Recording:
    """Keep a recording."""
    sid, call = exchange.sid("RE"), leg.sid
    made = Recording(sid, call, exchange.time.now(), max(round(seconds), 1), says, source)
    exchange.recordings[sid] = made
    return made


def report(run: Run, asked: Verb, made: Recording) -> None:
    """Tell who wants to know that a recording is there."""
    address, events = asked.get("recordingStatusCallback"), asked.get("recordingStatusCallbackEvent", COMPLETED).split()
    if not address or made.status not in events:
        return
    told = {
        "AccountSid": run.exchange.account,
        "CallSid": made.call,
        **address_of(run.exchange, made),
        "RecordingSid": made.sid,
        "RecordingStatus": made.status,
        "RecordingChannels": "1",
        "RecordingSource": made.source,
        "RecordingStartTime": made.created.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        "ErrorCode": "0",
    }
    method = asked.get("recordingStatusCallbackMethod", "POST")
    run.exchange.report(run.leg, run.resolved(address), told, method)


async def _transcribe(run: Run, callback: str, made: Recording) -> None:
    exchange = run.exchange
    await exchange.time.sleep(TRANSCRIBED_AFTER)
    written = Transcription(exchange.sid("TR"), made.sid, exchange.time.now(), made.says)
    exchange.transcriptions[written.sid] = written
    where = address_of(exchange, made)["RecordingUrl"]
    told = {
        **run.leg.fields(),
        "TranscriptionSid": written.sid,
        "TranscriptionText": written.text,
        "TranscriptionStatus": COMPLETED,
        "TranscriptionType": "fast",
        "TranscriptionUrl": f"{where}/Transcriptions/{written.sid}",
        "RecordingSid": made.sid,
        "RecordingUrl": where,
    }
    exchange.report(run.leg, run.resolved(callback) if callback else "", told)


def address_of(exchange: Exchange, made: Recording) -> Mapping[str, str]:
    """Where a recording is, and how long it is."""
    address = f"{exchange.api}/2010-04-01/Accounts/{exchange.account}/Recordings/{made.sid}"
    return {"RecordingUrl": address, "RecordingDuration": str(made.seconds)}


def begin(exchange: Exchange, leg: Leg, source: str) -> Recording:
    """Begin to record a conversation; it ends with it, or by the API."""
    made = replace(keep(exchange, leg, 0, "", source), status=GOING)
    exchange.recordings[made.sid] = made
    exchange.going[leg.sid] = made.sid
    return made


def finish(exchange: Exchange, leg: Leg) -> Recording | None:
    """End what goes on of this leg, if something does."""
    sid = exchange.going.pop(leg.sid, "")
    if not sid:
        return None
    made = exchange.recordings[sid]
    seconds = max(round((exchange.time.now() - made.created).total_seconds()), 1)
    exchange.recordings[sid] = replace(made, status=COMPLETED, seconds=seconds)
    return exchange.recordings[sid]


def sound(made: Recording) -> bytes:
    """The recording as a .wav file: a second of silence for each second, at most ten of them."""
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes(b"\0\0" * RATE * min(made.seconds, 10))
    return file.getvalue()


def stand(exchange: Exchange, sid: str, status: str) -> Recording | None:
    """Pause a recording that goes on, or let it go on."""
    if status not in (PAUSED, GOING):
        return None
    exchange.recordings[sid] = replace(exchange.recordings[sid], status=status)
    return exchange.recordings[sid]
