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
from channels.numbers import Reading, read_number
from channels.replies import Reply, Whose

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
    "nouserresponse": "no-answer",
    "busy": "busy",
    "userbusy": "busy",
    "congestion": "failed",
    "notfound": "failed",
    "failed": "failed",
}
"""How a call ended, by the words of CTI webhooks and of Q.850; whatever else is said, it was completed."""

_SECONDS: Final = 1e11
"""A time above this is not in seconds: it would be the year 5138."""
_DIGITS: Final = 24

_NOBODY: Final = Address(PointKind.UNKNOWN, "")


def verify(request: Request, secrets: Secrets) -> None:
    """Raise Refused unless the request is signed, or bears one of the secrets itself, with a secret of ours."""
    given = _token(request)
    if given:
        expected = [each.encode() for each in stamped.several(secrets[SECRET])]
        if not any(hmac.compare_digest(each, given.encode("utf-8", "surrogateescape")) for each in expected):
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
    if event == NEW and request.section.get("answer") == "decision":
        event = ASKED
    return _part(request, fields, event)


def answer(reply: Reply, request: Request) -> Answer:
    """Say as JSON whose the call is, where that was asked, else nothing."""
    del request
    return Answer(200, "application/json", json.dumps(_whose(reply), ensure_ascii=False).encode())


def answer_in_xml(reply: Reply, request: Request) -> Answer:
    """The same for systems that want XML: where to put the call through, and that we want to hear how it goes on."""
    again = quoteattr(request.urls[0])
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


def _part(request: Request, fields: Mapping[str, str], event: str) -> Inbound:
    call = fields["call"]
    sender = read_number(fields["from"]) if "from" in fields else Reading(_NOBODY)
    facts = {ours: fields[name] for name, ours in _FACTS.items() if name in fields}
    if event == ENDED:
        facts["call_status"] = _status(fields)
    own = fields.get("id") or f"{event}:{fields.get('agent', '')}:{fields.get('number', '')}"
    return bounded(
        channel="phone",
        provider="call-events",
        conversation=call,
        event=f"{call}:{own}",
        part=PARTS.get(event, "call-status" if event == ENDED else STARTED),
        kind=Kind.CALL_EVENT,
        progress={NEW: Progress.ENOUGH, ASKED: Progress.ENOUGH, ENDED: Progress.ENDED}.get(event, Progress.NOTE),
        sender=sender.address,
        recipients=(read_number(fields["to"]).address,) if "to" in fields else (),
        received_at=request.received_at,
        claimed_at=_moment(fields.get("at", "")),
        facts=facts,
        marks=(sender.mark,) if sender.mark else (),
    )


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
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[2]
        except ValueError:
            return ""
    return request.query.get("key", [""])[-1]


def _query(request: Request) -> str:
    return request.urls[0].partition("?")[2]


ADAPTER = Push("calls", "phone", (ROUTE,), (SECRET,), verify, parse, answer, "call_events")
XML = Push("calls-xml", "phone", (f"{ROUTE}/xml",), (SECRET,), verify, parse, answer_in_xml, "call_events")
