"""Web chat: what a visitor's page sends over its connection, frame by frame."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import orjson

from channels.adapter import Malformed, Session
from channels.bounds import bounded
from channels.inbound import Address, Inbound, PointKind, Progress
from channels.names import CHAT

PATIENCE = timedelta(minutes=5)
"""How long a chat may go on without a line that says what it is about."""
FRAME = 512 * 1024
"""Bytes of one frame; a longer one is refused whole."""

_WORDS = re.compile(r"\w+")
_GREETINGS = frozenset(
    word
    for line in (
        "hi hii hiya hello helo hallo hey heya heyy yo howdy good morning afternoon evening day there all team guys",
        "please thanks thank you anyone anybody somebody someone here is ok okay um",
        "dzień dobry cześć salut bună ziua hola buenos días bonjour ciao olá oi",
        "salaam salam alaikum assalamu as sat sri akal",
    )
    for word in line.split()
)
_MOST_GREETING_WORDS, _LONGEST_GREETING = 6, 200


def read_frame(raw: str | bytes) -> Mapping[str, object]:
    """Decode one frame; raises Malformed for one that is too long, no JSON, or no object."""
    if len(raw) > FRAME:
        raise Malformed("frame", f"is longer than {FRAME} bytes")
    try:
        frame = orjson.loads(raw)
    except (orjson.JSONDecodeError, UnicodeError):
        raise Malformed("frame", "is not JSON") from None
    if not isinstance(frame, dict):
        raise Malformed("frame", "is not an object with a type")
    return frame


def parse(frame: Mapping[str, object], session: str, received_at: datetime) -> Inbound:
    """Read one frame `{type: hello|line|bye, id, text, name}` of a session; raises Malformed naming the field."""
    kind = _text(frame, "type", needed=True)
    read = _READERS.get(kind)
    if read is None:
        raise Malformed("type", "is not one of " + ", ".join(_READERS))
    return read(frame, session, received_at)


def _is_greeting(text: str) -> bool:
    """Tell whether a line only says hello, so that what the chat is about is still to come."""
    words = _WORDS.findall(text[:_LONGEST_GREETING].casefold())
    short = len(text) <= _LONGEST_GREETING and len(words) <= _MOST_GREETING_WORDS
    return short and all(word in _GREETINGS for word in words)


def _hello(frame: Mapping[str, object], session: str, received_at: datetime) -> Inbound:
    return bounded(
        channel=CHAT,
        provider="web",
        conversation=session,
        # A page that connects again says hello again: it is still the one opening.
        event=f"{session}:opened",
        part="chat-opened",
        progress=Progress.WAIT,
        patience=PATIENCE,
        sender=_sender(frame, session),
        received_at=received_at,
    )


def _line(frame: Mapping[str, object], session: str, received_at: datetime) -> Inbound:
    text = _text(frame, "text", needed=True)
    greeting = _is_greeting(text)
    return bounded(
        channel=CHAT,
        provider="web",
        conversation=session,
        event=f"{session}:line:{_text(frame, 'id', needed=True)}",
        part="chat-line",
        progress=Progress.WAIT if greeting else Progress.ENOUGH,
        patience=PATIENCE if greeting else None,
        sender=_sender(frame, session),
        received_at=received_at,
        text=text,
    )


def _bye(frame: Mapping[str, object], session: str, received_at: datetime) -> Inbound:
    return bounded(
        channel=CHAT,
        provider="web",
        conversation=session,
        event=f"{session}:ended",
        part="ended",
        progress=Progress.ENDED,
        sender=_sender(frame, session),
        received_at=received_at,
    )


def _sender(frame: Mapping[str, object], session: str) -> Address:
    return Address(PointKind.SESSION, session, session, _text(frame, "name"))


def _text(frame: Mapping[str, object], field: str, *, needed: bool = False) -> str:
    value = frame.get(field)
    if field == "id" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None and not needed:
        return ""
    if not isinstance(value, str):
        raise Malformed(field, "is missing" if value is None else "is not text")
    if needed and not value.strip():
        raise Malformed(field, "is empty")
    return value


_READERS: Mapping[str, Callable[[Mapping[str, object], str, datetime], Inbound]] = {
    "hello": _hello,
    "line": _line,
    "bye": _bye,
}
ADAPTER = Session("web-chat", CHAT, parse)
