"""Call steps put into TwiML: always valid XML, whatever the text."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape, quoteattr

from channels.adapter import ROOT
from channels.bounds import clean
from channels.replies import (
    CallSteps,
    Conference,
    Connect,
    Enqueue,
    Hangup,
    Keyed,
    Leave,
    Menu,
    Pause,
    Play,
    Reach,
    Record,
    Redirect,
    Reply,
    Say,
    Step,
)

_SAY_LIMIT = 4_000
"""Characters that one Say may hold; the provider cuts at 4,096."""
_SSML_VOICES = ("Polly.", "Google.")
_SLOW = ('<prosody rate="75%">', "</prosody>")
_ATTRIBUTE = 1_000
"""Characters of an attribute that are written."""
_MOST_HINTS, _HINT = 500, 100
"""How many hints the provider takes, and how long each may be."""
_SENTENCE = re.compile(rf"(.{{1,{_SAY_LIMIT}}})(?:(?<=[.!?])\s+|\s+|$)|(.{{{_SAY_LIMIT}}})", re.DOTALL)


def can_slow(voice: str) -> bool:
    """Whether a voice takes SSML, by which it is slowed: the provider's own ones do not."""
    return voice.startswith(_SSML_VOICES)


def render(reply: Reply, route: str) -> bytes:
    """Write a reply as a TwiML document, its places below `route` of the channels' path."""
    return document(reply, ROOT + route)


def document(reply: Reply, base: str) -> bytes:
    """Write a reply as a TwiML document, its places below this address."""
    steps = reply.steps if isinstance(reply, CallSteps) else ()
    verbs = "".join(_verb(step, base) for step in steps)
    body = f"<Response>{verbs}</Response>" if verbs else "<Response/>"
    return f'<?xml version="1.0" encoding="UTF-8"?>{body}'.encode()


def _verb(step: Step, base: str) -> str:
    return _VERBS[type(step)](step, base)


def _say(say: Say, base: str = "") -> str:
    del base
    language = _attributes(language=say.language, voice=say.voice)
    before, after = _SLOW if say.slowly and can_slow(say.voice) else ("", "")
    return "".join(f"<Say{language}>{before}{escape(piece)}{after}</Say>" for piece in _pieces(clean(say.text)))


def _menu(menu: Menu, base: str) -> str:
    """Gather once for each repeat: silence leads from one to the next, and the last reports it, unless it goes on."""
    common = {
        "input": "dtmf speech" if menu.speech else "dtmf",
        "action": _place(base, menu.action),
        "method": "POST",
        "timeout": str(menu.wait_seconds),
        "numDigits": str(max((len(key) for key in menu.keys), default=1)),
        # Else a hash key would end the input instead of being one.
        "finishOnKey": "",
    }
    if menu.speech:
        # Words that are bleeped out could not be recognised, and some of those who are threatened have to say them.
        heard = {"language": menu.speech.language, "speechTimeout": "auto", "profanityFilter": "false"}
        common |= heard | {"hints": _hints(menu.speech.hints)}
    said = "".join(_say(prompt) for prompt in menu.prompts)
    again = f"<Gather{_attributes(**common)}>{said}</Gather>"
    last = again if menu.goes_on else f"<Gather{_attributes(**common, actionOnEmptyResult='true')}>{said}</Gather>"
    return again * (menu.repeat - 1) + last


def _hints(phrases: tuple[str, ...]) -> str:
    """As many of the phrases as one attribute holds; a comma would make two of one."""
    said, room = [], _ATTRIBUTE
    for each in (phrase.replace(",", " ").strip()[:_HINT] for phrase in phrases[:_MOST_HINTS]):
        room -= len(each) + 1
        if room < 0:
            break
        said.append(each)
    return ",".join(said)


def _keyed(keyed: Keyed, base: str) -> str:
    asked = {
        "input": "dtmf",
        "action": _place(base, keyed.action),
        "method": "POST",
        "timeout": str(keyed.wait_seconds),
        "finishOnKey": "#",
        "actionOnEmptyResult": "true",
    }
    return f"<Gather{_attributes(**asked)}>{''.join(_say(prompt) for prompt in keyed.prompts)}</Gather>"


def _connect(connect: Connect, base: str) -> str:
    attributes = {"timeout": str(connect.timeout_seconds)}
    if connect.caller_id:
        attributes["callerId"] = connect.caller_id
    if connect.then:
        attributes |= {"action": _place(base, connect.then), "method": "POST"}
    if connect.star_ends:
        attributes["hangupOnStar"] = "true"
    if connect.recorded:
        attributes |= {"record": "record-from-answer-dual", "recordingStatusCallback": _place(base, connect.recorded)}
    return f"<Dial{_attributes(**attributes)}>{_telephone(connect, base)}</Dial>"


_NOUNS = {Reach.NUMBER: "Number", Reach.SIP: "Sip", Reach.CLIENT: "Client"}


def _telephone(connect: Connect, base: str) -> str:
    attributes: dict[str, str] = {}
    if connect.whisper:
        attributes |= {"url": _place(base, connect.whisper), "method": "POST"}
    if connect.told:
        events = "initiated ringing answered completed"
        attributes |= {"statusCallback": _place(base, connect.told), "statusCallbackEvent": events}
    noun = _NOUNS[connect.reach]
    return f"<{noun}{_attributes(**attributes)}>{_number(connect)}</{noun}>"


def _number(connect: Connect) -> str:
    """What is rung, and what goes with the call for a telephone that shows a page by it."""
    number = escape(clean(connect.number, 300))
    if connect.reach is Reach.SIP and connect.about:
        headers = urlencode({f"X-{name}": value for name, value in connect.about.items()}, quote_via=quote)
        return f"{number}{'&amp;' if '?' in number else '?'}{escape(headers)}"
    if connect.reach is Reach.CLIENT and connect.about:
        given = "".join(f"<Parameter{_attributes(name=name, value=each)}/>" for name, each in connect.about.items())
        return f"<Identity>{number}</Identity>{given}"
    return number


def _enqueue(enqueue: Enqueue, base: str) -> str:
    attributes = {
        "waitUrl": _place(base, enqueue.wait),
        "waitUrlMethod": "POST",
        "action": _place(base, enqueue.then),
        "method": "POST",
    }
    return f"<Enqueue{_attributes(**attributes)}>{escape(clean(enqueue.queue, 60))}</Enqueue>"


def _record(record: Record, base: str) -> str:
    attributes = {
        "action": _place(base, record.then),
        "method": "POST",
        "timeout": str(record.silence_seconds),
        "maxLength": str(record.most_seconds),
        "playBeep": "true",
        "recordingStatusCallback": _place(base, record.recorded),
    }
    if record.transcribed:
        attributes |= {"transcribe": "true", "transcribeCallback": _place(base, record.transcribed)}
    return f"<Record{_attributes(**attributes)}/>"


def _conference(conference: Conference, base: str) -> str:
    dial = {"action": _place(base, conference.then), "method": "POST"} if conference.then else {}
    inside = {"beep": "false", "endConferenceOnExit": "true" if conference.ends else "false"}
    if conference.told:
        inside |= {"statusCallback": _place(base, conference.told), "statusCallbackEvent": "start end join leave"}
    if conference.wait:
        inside |= {"waitUrl": _place(base, conference.wait), "waitMethod": "POST"}
    name = escape(clean(conference.name, 100))
    return f"<Dial{_attributes(**dial)}><Conference{_attributes(**inside)}>{name}</Conference></Dial>"


def _place(base: str, place: str) -> str:
    place = clean(place, 1_000)
    return base if not place else base + place if place.startswith("?") else f"{base}/{place}"


def _attributes(**values: str) -> str:
    return "".join(
        f" {name}={quoteattr(clean(value, _ATTRIBUTE))}"
        for name, value in values.items()
        if value or name == "finishOnKey"
    )


def _pieces(text: str) -> list[str]:
    if len(text) <= _SAY_LIMIT:
        return [text]
    return [match[0].strip() for match in _SENTENCE.finditer(text) if match[0].strip()]


def _redirect(redirect: Redirect, base: str) -> str:
    return f'<Redirect method="POST">{escape(_place(base, redirect.to))}</Redirect>'


def _play(play: Play, base: str) -> str:
    del base
    return f"<Play{_attributes(loop=str(play.times))}>{escape(clean(play.url, 1_000))}</Play>"


def _pause(pause: Pause, base: str) -> str:
    del base
    return f"<Pause{_attributes(length=str(pause.seconds))}/>"


_VERBS: Mapping[type[Step], Callable[[Any, str], str]] = {
    Say: _say,
    Play: _play,
    Pause: _pause,
    Menu: _menu,
    Keyed: _keyed,
    Connect: _connect,
    Enqueue: _enqueue,
    Leave: lambda *_: "<Leave/>",
    Record: _record,
    Conference: _conference,
    Redirect: _redirect,
    Hangup: lambda *_: "<Hangup/>",
}
