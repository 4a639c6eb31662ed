"""Calls that we make by Twilio: a colleague answers, the other end is dialled from there, and how it went."""

from channels import twiml
from channels.adapter import Answer, Push, Request
from channels.bounds import clean
from channels.names import PHONE
from channels.replies import Outgoing, Reply
from channels.signature import TOKEN, verify
from channels.twilio_fields import fields_of, required

ROUTE = "twilio/outgoing"
ANSWERED, TAKEN, DIALLED, TALKED, STATUS = "", "taken", "dialled", "talked", "status"
"""The places: a colleague answered, pressed a key, the other end was dialled, whether they talked, it is over."""

ABOUT = "of"
"""The name in the query of our own id of the call."""

_PLACES = (ANSWERED, TAKEN, DIALLED, TALKED, STATUS)
_CONNECTED = frozenset({"completed", "answered"})
_MOST_DIGITS = 6


def parse(request: Request) -> Outgoing:
    """Read what is asked or told of a call that we make; raises Malformed naming the field that is missing."""
    fields = fields_of(request)
    place = request.route.removeprefix(ROUTE).strip("/")
    about = required({name: values[-1] for name, values in request.query.items()}, ABOUT)
    dial = required(fields, "DialCallStatus") if place == DIALLED else ""
    seconds = fields.get("DialCallDuration", "")
    return Outgoing(
        place,
        required(fields, "CallSid")[:100],
        clean(about, 100),
        status=fields.get("CallStatus", "")[:20],
        key=fields.get("Digits", "").strip()[:20],
        dial=dial[:20],
        bridged=dial in _CONNECTED and fields.get("DialBridged") != "false",
        seconds=int(seconds[:_MOST_DIGITS]) if seconds.isascii() and seconds.isdigit() else 0,
    )


def answer(reply: Reply, request: Request) -> Answer:
    """Write the reply as TwiML."""
    del request
    return Answer(200, "text/xml", twiml.render(reply, ROUTE))


ROUTES = tuple(f"{ROUTE}/{place}".rstrip("/") for place in _PLACES)
ADAPTER = Push("twilio-outgoing", PHONE, ROUTES, (TOKEN,), verify, parse, answer)
