"""Duty phones by Twilio: an emergency is read out on a call of ours, and whoever presses 1 says that they have it.

Nothing else says so: not that the call was answered, which a machine does as well.
"""

import httpx

from channels import twiml
from channels.adapter import ROOT, Answer, Push, Request
from channels.inbound import PointKind
from channels.names import PHONE
from channels.replies import CallSteps, Menu, Pressed, Reply, Say
from channels.senders import OutboundMessage, Permanent, Result, Send, Setup, WayOut
from channels.signature import TOKEN, verify
from channels.twilio_fields import fields_of, required
from channels.twilio_sender import ACCOUNT, TwilioConfig, config_of, request_of

FROM = "FIRSTCONTACT_VOICE_FROM"
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


def _sender(setup: Setup) -> Send:
    config, callback = config_of(setup, FROM), setup.url + ROOT + ROUTE
    return lambda message: ring(config, callback, message, setup.client())


ADAPTER = Push("twilio-duty", PHONE, (ROUTE,), (TOKEN,), verify, parse, answer)
WAY = WayOut("duty-phone", (ACCOUNT, FROM), _sender)
