"""The fields of a telephone system's call event, found under whatever names it has for them."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from channels.adapter import Malformed, Request
from channels.forms import read_parts

NEW, ASKED, ANSWERED, TRANSFERRED, ENDED = "new", "asked", "answered", "transferred", "ended"
"""What can happen on a call: it comes in, the system asks whose it is, somebody takes it, passes it on, it is over."""

IN, OUT = "in", "out"

_NAMES: Final = {
    "call": "call id|call uuid|call sid|call session id|linked id|unique id|contact id|session id|conversation id"
    "|conversation uuid|uuid|call",
    "original": "orig call id|original call id",
    "event": "event|event type|event name|call event|type|action|call state|call status|state|status",
    "id": "event id|message id|sequence number",
    "from": "from|caller|caller number|caller id|caller id num|caller id number|calling number|ani|external number"
    "|phone number|source",
    "to": "to|called|called number|dialed number|dialled number|destination|destination number|dnis|did"
    "|internal number|exten",
    "direction": "direction|call direction",
    "queue": "queue|queue name|group|department",
    "agent": "user|peer|agent|agent name|username|answered by|member|operator|extension",
    "number": "answering number|connected number|connected line num",
    "cause": "cause|hangup cause|disconnect reason|reason|cause txt|result|hangup type|type",
    "menu": "menu|dtmf|digits|ivr choice|option",
    "diverted": "diversion|diverted from|forwarded from|rdnis",
    "at": "timestamp|event time|time|at",
}
_WORDS: Final = {
    NEW: "new call|new|ring|ringing|ring in|incoming|inbound|incoming call|inbound call|start|started|initiated|created"
    "|call initiated|call started|call created|call ringing|trying|offered|alerting",
    ASKED: "asked|ask|route|routing|where",
    ANSWERED: "answer|answered|connect|connected|established|accepted|pickup|up|bridge|talking|connected to agent"
    "|call accepted|call answered|call connected|picked up|in progress",
    TRANSFERRED: "transfer|transferred|blind transfer|attended transfer|forward|forwarded|redirected|call transferred"
    "|call forwarded",
    ENDED: "hangup|hang up|hung up|end|ended|completed|disconnect|disconnected|terminated|released|missed|abandoned"
    "|call ended|call hungup|call hangup|call completed|call disconnected|call missed|finished|busy|no answer|canceled"
    "|cancelled|failed|rejected|declined|unanswered",
}
_DIRECTIONS: Final = {
    IN: "in|inbound|incoming|from external",
    OUT: "out|outbound|outgoing|internal|to external|outbound api",
}
_MOST, _DEEPEST, _LONGEST = 500, 8, 2_000


def _spread(table: Mapping[str, str]) -> dict[str, str]:
    return {_bare(word): ours for ours, words in table.items() for word in words.split("|")}


def _bare(name: str) -> str:
    """A name as it compares: `callId`, `call_id`, `Call-ID` and `call_id[]` are one."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


_SYNONYMS: Final = {ours: [_bare(each) for each in names.split("|")] for ours, names in _NAMES.items()}
_EVENTS: Final = _spread(_WORDS)
_SIDES: Final = _spread(_DIRECTIONS)


def fields_of(request: Request) -> dict[str, str]:
    """The fields of an event by our own names, those that have a value; raises Malformed for what is no form or JSON.

    The landlord's own names come first (`fields` of the section), a dotted path leading into nested JSON. Where
    there are none, a name that we know is found at any depth, the outermost first.
    """
    given = dict(_given(request))
    by_bare: dict[str, str] = {}
    for name, value in given.items():
        by_bare.setdefault(_bare(name), value)
    theirs: Mapping[str, Sequence[str]] = request.section.get("fields", {})
    if not any(theirs.values()):
        for name, value in given.items():
            by_bare.setdefault(_bare(name.rpartition(".")[2]), value)
    found = {}
    for ours, names in _SYNONYMS.items():
        values = [given.get(name, "") for name in theirs.get(ours) or ()] or [by_bare.get(name, "") for name in names]
        if value := next((value.strip() for value in values if value.strip()), ""):
            found[ours] = value
    # What says the event is no cause: `type` is the one of some systems, the other of others.
    return found if found.get("cause") != found.get("event") else _without(found, "cause")


def _without(found: Mapping[str, str], name: str) -> dict[str, str]:
    return {each: value for each, value in found.items() if each != name}


def event_of(word: str, section: Mapping[str, Any]) -> str | None:
    """Which of these events a system's word for one means; None where it means none of them."""
    own: Mapping[str, str] = section.get("events", {})
    return own.get(word) or _EVENTS.get(_bare(word))


def direction_of(word: str) -> str:
    """Whether somebody called us (in) or we called somebody (out), as calls between colleagues count too."""
    return _SIDES.get(_bare(word), IN)


def _given(request: Request) -> Iterator[tuple[str, str]]:
    if request.method == "GET":
        return _from_form(request.query)
    if request.media_type == "application/json" or request.body.lstrip()[:1] in (b"{", b"["):
        return _from_json(request.body)
    in_parts = request.media_type == "multipart/form-data"
    form = read_parts(request.headers["content-type"], request.body) if in_parts else request.form
    if not form:
        raise Malformed("body", "is neither a form nor JSON")
    return _from_form(form)


def _from_form(form: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    if len(form) > _MOST:
        raise Malformed("body", f"has more than {_MOST} fields")
    yield from ((name, ", ".join(dict.fromkeys(values))[:_LONGEST]) for name, values in form.items())


def _from_json(body: bytes) -> Iterator[tuple[str, str]]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise Malformed("body", "is not JSON") from None
    if not isinstance(document, dict):
        raise Malformed("body", "is not a JSON object")
    for count, (path, value) in enumerate(_leaves(document, "", _DEEPEST)):
        if count == _MOST:
            raise Malformed("body", f"has more than {_MOST} fields")
        yield path, value


def _leaves(document: Mapping[str, Any], above: str, depth: int) -> Iterator[tuple[str, str]]:
    for name, value in document.items():
        path = f"{above}{name}"
        if isinstance(value, dict):
            if depth:
                yield from _leaves(value, f"{path}.", depth - 1)
        elif isinstance(value, list):
            yield path, ", ".join(_texts(value))[:_LONGEST]
        else:
            yield path, next(iter(_texts([value])), "")


def _texts(values: Iterable[Any]) -> Iterator[str]:
    """What is text or a number; true, false and null say nothing that is looked for here."""
    for value in values:
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            yield str(value)[:_LONGEST]
