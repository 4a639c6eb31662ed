"""Text messages as Twilio posts them."""

from channels import signature
from channels.adapter import Answer, Malformed, Push, Request, Secrets
from channels.bounds import bounded
from channels.inbound import Inbound
from channels.numbers import read_number
from channels.replies import Reply
from channels.twilio_fields import fields_of, present, required

TOKEN = "TWILIO_AUTH_TOKEN"  # noqa: S105 - the name of the setting
_EMPTY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
_FACTS = {
    "FromCountry": "country",
    "MessagingServiceSid": "messaging_service",
    "NumSegments": "segments",
    "ProfileName": "profile_name",
    "OptOutType": "opt_out",
    "OriginalRepliedMessageSid": "replied_to",
}
_MEDIA = 10
"""Files that one message can have, by the provider's own limit."""


def verify(request: Request, secrets: Secrets) -> None:
    """Raise Refused unless the request bears the signature of our account."""
    signature.require(request, secrets[TOKEN])


def parse(request: Request) -> Inbound:
    """Read one text message; raises Malformed naming the field that is missing or wrong."""
    fields = fields_of(request)
    sid = required(fields, "MessageSid", "SmsSid", "SmsMessageSid")
    written = required(fields, "From")
    facts = present(fields, _FACTS)
    if written.startswith("whatsapp:"):
        facts["service"] = "whatsapp"
    sender, mark = read_number(written.removeprefix("whatsapp:"))
    recipient, _ = read_number(required(fields, "To").removeprefix("whatsapp:"))
    media = _media(fields, facts)
    return bounded(
        channel="sms",
        provider="twilio",
        account=fields.get("AccountSid", ""),
        conversation=sid,
        event=sid,
        part="message",
        sender=sender,
        recipients=(recipient,),
        received_at=request.received_at,
        text=fields.get("Body", ""),
        facts=facts,
        marks=tuple(each for each in (mark, "media-not-fetched" if media else "") if each),
    )


def answer(reply: Reply, request: Request) -> Answer:
    """Answer with an empty document: what we have to say to a text goes out by the outbox."""
    del reply, request
    return Answer(200, "text/xml", _EMPTY)


def _media(fields: dict[str, str], facts: dict[str, str]) -> int:
    """Note where the files of the message can be fetched, and return how many there are."""
    declared = fields.get("NumMedia", "0") or "0"
    if not (declared.isascii() and declared.isdigit()):
        raise Malformed("NumMedia", "is not a number")
    count = min(int(declared[:4]), _MEDIA)
    for index in range(count):
        facts[f"media_{index}_url"] = fields.get(f"MediaUrl{index}", "")
        facts[f"media_{index}_type"] = fields.get(f"MediaContentType{index}", "")
    return count


ADAPTER = Push("twilio-sms", "sms", ("twilio/sms",), (TOKEN,), verify, parse, answer)
