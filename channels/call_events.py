"""Call events from any telephone system: what a PBX posts as a call comes in, is taken, is passed on and ends.

One door for systems that have no adapter of their own, and for the webhooks of CTI products as they come. A system may
also ask whose a call is, and gets the team's number as the answer.
"""

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from channels import stamped
from channels.adapter import Answer, Malformed, Push, Refused, Request, Secrets
from channels.bounds import bounded
from channels.call_event_fields import (
    ANSWERED,
    ASKED,
    ENDED,
    NEW,
    OUT,
    TRANSFERRED,
    direction_of,
    event_of,
    fields_of,
)
from channels.inbound import Address, Inbound, Kind, PointKind, Progress
from channels.names import PHONE
from channels.numbers import UNREADABLE, Reading, read_number
from channels.replies import Reply, Whose

PLACETEL: Final = "x-placetel-signature"
"""Where Placetel puts its HMAC-SHA256 of the body, in hexadecimal; there is no time in it."""

SECRET: Final = "FIRSTCONTACT_CALLS_SECRET"  # noqa: S105 - the name of the setting
ROUTE: Final = "calls"
STARTED, PARTS = "call-started", {ASKED: "call-asked", ANSWERED: "call-answered", TRANSFERRED: "call-transferred"}
"""What the parts are called; the end of a call is an ordinary `call-status`."""

_FACTS: Final = {
    "agent": "agent",
    "queue": "queue",
    "number": "answered_on",
    "menu": "menu",
    "diverted": "forwarded_from",
    "cause": "cause",
}
_CAUSES: Final = {
    "cancel": "canceled",
    "canceled": "canceled",
    "cancelled": "canceled",
    "originatorcancel": "canceled",
    "abandoned": "canceled",
    "missed": "no-answer",
    "noanswer": "no-answer",
    "unanswered": "no-answer",
    "voicemail": "no-answer",
    "nouserresponse": "no-answer",
    "busy": "busy",
    "userbusy": "busy",
    "congestion": "failed",
    "notfound": "failed",
    "unavailable": "failed",
    "unreachable": "failed",
    "blocked": "failed",
    "rejected": "failed",
    "declined": "failed",
    "callrejected": "failed",
    "failed": "failed",
}
"""How a call ended, by the words of CTI webhooks and of Q.850; whatever else is said, it was completed."""

_SECONDS: Final = 1e11
"""A time above this is not in seconds: it would be the year 5138."""
_DIGITS: Final = 24

_NOBODY: Final = Address(PointKind.UNKNOWN, "")


def verify(request: Request, secrets: Secrets) -> None:
    """Raise Refused unless the request is signed, or bears one of the secrets itself, with a secret of ours."""
    ours = [each.encode() for each in stamped.several(secrets[SECRET])]
    given, placetel = _token(request), request.headers.get(PLACETEL, "").strip().lower()
    if given or placetel:
        expected = ours if given else [hmac.new(each, request.body, "sha256").hexdigest().encode() for each in ours]
        claimed = (given or placetel).encode("utf-8", "surrogateescape")
        if not any(hmac.compare_digest(each, claimed) for each in expected):
            raise Refused("wrong-signature")
        return
    covered = request.body if request.method != "GET" else _query(request).encode("utf-8", "surrogateescape")
    fault = stamped.fault(secrets[SECRET], request.headers, covered, request.received_at.timestamp())
    if fault:
        raise Refused(fault)


def parse(request: Request) -> Inbound | None:
    """Read one event; None for a call that we make, and for an event that is nothing to us. Raises Malformed."""
    fields = fields_of(request)
    for name in ("event", "call"):
        if name not in fields:
            raise Malformed(name, "is missing, or has a name of which `call_events` says nothing")
    event = event_of(fields["event"], request.section)
    if event is None or direction_of(fields.get("direction", "")) == OUT:
        return None
    if event in (NEW, ASKED) and fields.get("original", fields["call"]) != fields["call"]:
        # A call that was passed on, to a colleague or a voicemail, is new to some systems, not to the caller.
        event = TRANSFERRED
    if event == NEW and request.section.get("answer") == "decision":
        event = ASKED
    return _part(request, fields, event)


def answer(reply: Reply, request: Request) -> Answer:
    """Say as JSON whose the call is, where that was asked, else nothing."""
    del request
    return Answer(200, "application/json", json.dumps(_whose(reply), ensure_ascii=False).encode())


def _answer_in_xml(reply: Reply, request: Request) -> Answer:
    """The same for systems that want XML: where to put the call through, and that we want to hear how it goes on."""
    again = quoteattr(_again(request))
    number = _whose(reply).get("number", "").removeprefix("+")
    verbs = f"<Dial><Number>{escape(number)}</Number></Dial>" if number else ""
    text = f'<?xml version="1.0" encoding="UTF-8"?><Response onAnswer={again} onHangup={again}>{verbs}</Response>'
    return Answer(200, "application/xml", text.encode("utf-8", "xmlcharrefreplace"))


def _whose(reply: Reply) -> dict[str, Any]:
    if not isinstance(reply, Whose):
        return {}
    said = {
        "action": "dial" if reply.number else "announce",
        "number": reply.number,
        "say": reply.announcement,
        "team": reply.team,
        "team_name": reply.name,
        "priority": reply.priority,
        "because": reply.because,
        "instructions": list(reply.instructions),
    }
    return {name: value for name, value in said.items() if value}


def _again(request: Request) -> str:
    """The address that was called, with the user and password that came as a header, for whom we call ourselves so."""
    user, _, password = _credentials(request).partition(":")
    if not password:
        return request.urls[0]
    return request.urls[0].replace("://", f"://{quote(user, safe='')}:{quote(password, safe='')}@", 1)


def _part(request: Request, fields: Mapping[str, str], event: str) -> Inbound:
    sender = _read(fields["from"], request.region) if "from" in fields else Reading(_NOBODY)
    facts = {ours: fields[name] for name, ours in _FACTS.items() if name in fields}
    if event == ENDED:
        facts["call_status"] = _status(fields)
    own = fields.get("id") or f"{event}:{fields.get('agent', '')}:{fields.get('number', '')}"
    return bounded(
        channel=PHONE,
        provider="call-events",
        conversation=fields.get("original") or fields["call"],
        event=f"{fields['call']}:{own}",
        part=PARTS.get(event, "call-status" if event == ENDED else STARTED),
        kind=Kind.CALL_EVENT,
        progress={NEW: Progress.ENOUGH, ASKED: Progress.ENOUGH, ENDED: Progress.ENDED}.get(event, Progress.NOTE),
        sender=sender.address,
        recipients=(_read(fields["to"], request.region).address,) if "to" in fields else (),
        received_at=request.received_at,
        claimed_at=_moment(fields.get("at", "")),
        facts=facts,
        marks=(sender.mark,) if sender.mark else (),
    )


def _read(written: str, region: str) -> Reading:
    """A number as telephone systems write them: what is no number of the region may be one without its plus."""
    reading = read_number(written, region)
    if reading.mark == UNREADABLE and written.isascii() and written.isdigit() and not written.startswith("0"):
        whole = read_number(f"+{written}", region)
        return Reading(whole.address._replace(shown=written)) if not whole.mark else reading
    return reading


def _status(fields: Mapping[str, str]) -> str:
    words = (fields.get("cause", ""), fields["event"])
    bare = ["".join(letter for letter in word.casefold() if letter.isalnum()) for word in words]
    return next((_CAUSES[word] for word in bare if word in _CAUSES), "completed")


def _moment(written: str) -> datetime | None:
    """A time in ISO 8601, or in seconds since 1970 or thousandths or millionths of one; None for what is neither."""
    try:
        if len(written) <= _DIGITS and written.replace(".", "", 1).isdecimal():
            seconds = float(written)
            while seconds > _SECONDS:
                seconds /= 1000
            return datetime.fromtimestamp(seconds, UTC)
        moment = datetime.fromisoformat(written)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo else None


def _token(request: Request) -> str:
    """The secret itself, as a bearer token, as the password of the URL, or as its `key`; "" where there is none."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        return _credentials(request).partition(":")[2]
    return request.query.get("key", [""])[-1]


def _credentials(request: Request) -> str:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    try:
        return base64.b64decode(value, validate=True).decode() if scheme.lower() == "basic" else ""
    except ValueError:
        return ""


def _query(request: Request) -> str:
    return request.urls[0].partition("?")[2]


ADAPTER = Push("calls", PHONE, (ROUTE,), (SECRET,), verify, parse, answer, "call_events")
XML = Push("calls-xml", PHONE, (f"{ROUTE}/xml",), (SECRET,), verify, parse, _answer_in_xml, "call_events")
