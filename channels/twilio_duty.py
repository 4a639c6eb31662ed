"""Duty phones by Twilio: an emergency is read out on a call of ours, and whoever presses 1 says that they have it.

Nothing else says so: not that the call was answered, which a machine does as well.
"""

import httpx

from channels import signature, twiml
from channels.adapter import Answer, Push, Request, Secrets
from channels.inbound import PointKind
from channels.replies import CallSteps, Menu, Pressed, Reply, Say
from channels.senders import OutboundMessage, Permanent, Result
from channels.twilio_fields import fields_of, required
from channels.twilio_sender import TwilioConfig, request_of

TOKEN = "TWILIO_AUTH_TOKEN"  # noqa: S105 - the name of the setting
ROUTE = "twilio/duty"
YES = "1"
"""The key that says: I have it."""

_RING_SECONDS, _TIMES, _WAIT_SECONDS = 30, 3, 6


def ring(config: TwilioConfig, callback: str, message: OutboundMessage, client: httpx.Client | None = None) -> Result:
    """Call a duty phone and speak the message; the key comes in at `callback`, the public address of our route."""
    if message.address.kind is not PointKind.PHONE:
        return Permanent("not-a-number")
    form = {
        "To": message.address.value,
        "From": config.from_number,
        "Twiml": twiml.document(spoken(message.text, message.message_id, message.language), callback).decode(),
        "Timeout": str(_RING_SECONDS),
    }
    return request_of(config, "Calls", form, message, client)


def spoken(text: str, about: str, language: str = "en-GB", voice: str = "") -> CallSteps:
    """Speak a text until a key is pressed, or three times; `about` is the id of what the key is an answer to."""
    prompts = (Say(text, language, voice),)
    return CallSteps((Menu(prompts, (YES,), f"?notice={about}", _WAIT_SECONDS, _TIMES),))


def verify(request: Request, secrets: Secrets) -> None:
    """Raise Refused unless the request bears the signature of our account."""
    signature.require(request, secrets[TOKEN])


def parse(request: Request) -> Pressed:
    """Read which key was pressed, if one was; raises Malformed naming the field that is missing or wrong."""
    fields = fields_of(request)
    call = required(fields, "CallSid")
    about = required({name: values[-1] for name, values in request.query.items()}, "notice")
    return Pressed(call[:100], fields.get("Digits", "").strip()[:20], about[:100])


def answer(reply: Reply, request: Request) -> Answer:
    """Write the reply as TwiML."""
    del request
    return Answer(200, "text/xml", twiml.render(reply, ROUTE))


ADAPTER = Push("twilio-duty", "phone", (ROUTE,), (TOKEN,), verify, parse, answer)
