"""Call steps put into TwiML: always valid XML, whatever the text."""

import re
from xml.sax.saxutils import escape, quoteattr

from channels.adapter import ROOT
from channels.bounds import clean
from channels.replies import CallSteps, Connect, Hangup, Menu, Redirect, Reply, Say, Step

_SAY_LIMIT = 4_000
"""Characters that one Say may hold; the provider cuts at 4,096."""
_SENTENCE = re.compile(rf"(.{{1,{_SAY_LIMIT}}})(?:(?<=[.!?])\s+|\s+|$)|(.{{{_SAY_LIMIT}}})", re.DOTALL)


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
    match step:
        case Say():
            return _say(step)
        case Menu():
            return _menu(step, base)
        case Connect():
            return _connect(step, base)
        case Redirect():
            return f'<Redirect method="POST">{escape(_place(base, step.to))}</Redirect>'
        case Hangup():
            return "<Hangup/>"


def _say(say: Say) -> str:
    language = _attributes(language=say.language, voice=say.voice)
    return "".join(f"<Say{language}>{escape(piece)}</Say>" for piece in _pieces(clean(say.text)))


def _menu(menu: Menu, base: str) -> str:
    """Gather once for each repeat: silence leads from one to the next, and only the last one reports it."""
    common = {
        "input": "dtmf",
        "action": _place(base, menu.action),
        "method": "POST",
        "timeout": str(menu.wait_seconds),
        "numDigits": str(max((len(key) for key in menu.keys), default=1)),
        # Else a hash key would end the input instead of being one.
        "finishOnKey": "",
    }
    said = "".join(_say(prompt) for prompt in menu.prompts)
    again = f"<Gather{_attributes(**common)}>{said}</Gather>"
    last = f"<Gather{_attributes(**common, actionOnEmptyResult='true')}>{said}</Gather>"
    return again * (menu.repeat - 1) + last


def _connect(connect: Connect, base: str) -> str:
    attributes = {"timeout": str(connect.timeout_seconds)}
    if connect.caller_id:
        attributes["callerId"] = connect.caller_id
    if connect.then:
        attributes |= {"action": _place(base, connect.then), "method": "POST"}
    return f"<Dial{_attributes(**attributes)}><Number>{escape(clean(connect.number, 100))}</Number></Dial>"


def _place(base: str, place: str) -> str:
    place = clean(place, 1_000)
    return base if not place else base + place if place.startswith("?") else f"{base}/{place}"


def _attributes(**values: str) -> str:
    return "".join(
        f" {name}={quoteattr(clean(value, 1_000))}" for name, value in values.items() if value or name == "finishOnKey"
    )


def _pieces(text: str) -> list[str]:
    if len(text) <= _SAY_LIMIT:
        return [text]
    return [match[0].strip() for match in _SENTENCE.finditer(text) if match[0].strip()]
