"""The verbs of TwiML as the provider documents them: what each may bear, what it may hold, and which text.

Source: https://www.twilio.com/docs/voice/twiml, a page a verb; a test compares the names with the provider's library.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from router.demo.provider.kinds import (
    Kind,
    any_text,
    auto_or,
    caller,
    client,
    flag,
    hints,
    keys,
    number,
    one_of,
    sip,
    some_of,
    text,
    tones,
    url,
    whole,
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a verb looks like. `says` is the kind of its text, None where it may have none; `inside` its children."""

    bears: Mapping[str, Kind] = field(default_factory=dict)
    inside: frozenset[str] = frozenset()
    says: Kind | None = None
    needs: tuple[str, ...] = ()


SAY_LONGEST, NAME_LONGEST, QUEUE_LONGEST, DAY = 4_096, 128, 64, 86_400
METHOD = one_of("GET", "POST")
CALL_EVENTS = some_of("initiated", "ringing", "answered", "completed")
RECORDING_EVENTS = some_of("in-progress", "completed", "absent")
RECORDS = one_of(
    "true",
    "false",
    "do-not-record",
    "record-from-answer",
    "record-from-ringing",
    "record-from-answer-dual",
    "record-from-ringing-dual",
)
RECORDING = {
    "recordingStatusCallback": url,
    "recordingStatusCallbackMethod": METHOD,
    "recordingStatusCallbackEvent": RECORDING_EVENTS,
}
LEG = {
    "url": url,
    "method": METHOD,
    "statusCallback": url,
    "statusCallbackMethod": METHOD,
    "statusCallbackEvent": CALL_EVENTS,
}
MACHINE = {
    "machineDetection": one_of("Enable", "DetectMessageEnd"),
    "machineDetectionTimeout": whole(3, 60),
    "machineDetectionSpeechThreshold": whole(1_000, 6_000),
    "machineDetectionSpeechEndThreshold": whole(500, 5_000),
    "machineDetectionSilenceTimeout": whole(2_000, 10_000),
    "amdStatusCallback": url,
    "amdStatusCallbackMethod": METHOD,
}
GATHER = {
    "input": some_of("dtmf", "speech"),
    "action": url,
    "method": METHOD,
    "timeout": auto_or(whole(1, 600)),
    "speechTimeout": auto_or(whole(1, 600)),
    "maxSpeechTime": whole(1, 600),
    "profanityFilter": flag,
    "finishOnKey": keys,
    "numDigits": whole(1, 1_000),
    "partialResultCallback": url,
    "partialResultCallbackMethod": METHOD,
    "language": any_text,
    "hints": hints,
    "bargeIn": flag,
    "debug": flag,
    "actionOnEmptyResult": flag,
    "speechModel": any_text,
    "enhanced": flag,
}
DIAL = {
    "action": url,
    "method": METHOD,
    "timeout": whole(1, 600),
    "hangupOnStar": flag,
    "timeLimit": whole(1, DAY),
    "callerId": caller,
    "record": RECORDS,
    "trim": one_of("trim-silence", "do-not-trim"),
    **RECORDING,
    "recordingTrack": one_of("both", "inbound", "outbound"),
    "recordingConfigurationId": any_text,
    "answerOnBridge": flag,
    "ringTone": any_text,
    "sequential": flag,
    "referUrl": url,
    "referMethod": METHOD,
    "events": any_text,
    "passports": any_text,
}
CONFERENCE = {
    "muted": flag,
    "beep": one_of("true", "false", "onEnter", "onExit"),
    "startConferenceOnEnter": flag,
    "endConferenceOnExit": flag,
    "waitUrl": url,
    "waitMethod": METHOD,
    "maxParticipants": whole(1, 250),
    "record": one_of("do-not-record", "record-from-start"),
    "region": any_text,
    "coach": any_text,
    "trim": one_of("trim-silence", "do-not-trim"),
    "statusCallbackEvent": some_of(
        "start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"
    ),
    "statusCallback": url,
    "statusCallbackMethod": METHOD,
    **RECORDING,
    "recordingConfigurationId": any_text,
    "eventCallbackUrl": url,
    "jitterBufferSize": one_of("large", "medium", "small", "off"),
    "participantLabel": text(NAME_LONGEST),
}
RECORD = {
    "action": url,
    "method": METHOD,
    "timeout": whole(1, 600),
    "finishOnKey": keys,
    "maxLength": whole(1, 14_400),
    "playBeep": flag,
    "trim": one_of("trim-silence", "do-not-trim"),
    **RECORDING,
    "transcribe": flag,
    "transcribeCallback": url,
    "recordingConfigurationId": any_text,
}
SHAPES: Mapping[str, Shape] = {
    "Say": Shape(
        {"voice": any_text, "language": any_text, "loop": whole(0, 1_000)},
        frozenset({"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"}),
        text(SAY_LONGEST),
    ),
    "Play": Shape({"loop": whole(0, 1_000), "digits": tones}, says=url),
    "Pause": Shape({"length": whole(1, 600)}),
    "Gather": Shape(GATHER, frozenset({"Say", "Play", "Pause"})),
    "Redirect": Shape({"method": METHOD}, says=text(4_000), needs=("text",)),
    "Hangup": Shape(),
    "Leave": Shape(),
    "Reject": Shape({"reason": one_of("rejected", "busy")}),
    "Enqueue": Shape(
        {
            "action": url,
            "maxQueueSize": whole(1, 5_000),
            "method": METHOD,
            "waitUrl": url,
            "waitUrlMethod": METHOD,
            "workflowSid": any_text,
        },
        says=text(QUEUE_LONGEST),
        needs=("text",),
    ),
    "Dial": Shape(DIAL, frozenset({"Number", "Sip", "Client", "Queue", "Conference"}), number),
    "Record": Shape(RECORD),
    "Number": Shape({"sendDigits": tones, "byoc": any_text, **LEG, **MACHINE}, says=number, needs=("text",)),
    "Sip": Shape({"username": any_text, "password": any_text, **LEG, **MACHINE}, says=sip, needs=("text",)),
    "Client": Shape(LEG, frozenset({"Identity", "Parameter"}), client),
    "Identity": Shape(says=client, needs=("text",)),
    "Parameter": Shape({"name": any_text, "value": any_text}),
    "Queue": Shape(
        {"url": url, "method": METHOD, "reservationSid": any_text, "postWorkActivitySid": any_text},
        says=text(QUEUE_LONGEST),
        needs=("text",),
    ),
    "Conference": Shape(CONFERENCE, says=text(NAME_LONGEST), needs=("text",)),
}
TOP = frozenset(
    {"Say", "Play", "Pause", "Gather", "Redirect", "Hangup", "Leave", "Reject", "Enqueue", "Dial", "Record"}
)
SPEECH = SHAPES["Say"].inside
WAITING = frozenset({"Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather"})
"""What the document that somebody hears in a queue may hold."""

WHISPERED = frozenset({"Play", "Say", "Pause", "Gather", "Redirect", "Hangup"})
"""What the document that somebody hears before they are connected may hold."""

CONFERENCE_WAIT = frozenset({"Play", "Say", "Pause", "Redirect"})
