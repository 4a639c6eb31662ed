"""Text and WhatsApp messages as Twilio posts them."""

from collections.abc import Iterator, Mapping
from typing import Final

from channels.adapter import Answer, Push, Request
from channels.bounds import DAMAGED, LOST, bounded
from channels.inbound import Inbound, Kind, Progress
from channels.names import SMS, WHATSAPP
from channels.numbers import read_number
from channels.pieces import CONTINUES, PATIENCE, may_go_on
from channels.replies import Reply
from channels.signature import TOKEN, verify
from channels.text_words import Word, word_of
from channels.twilio_fields import fields_of, present, required

_EMPTY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
_FACTS: Final = {
    "FromCountry": "country",
    "MessagingServiceSid": "messaging_service",
    "NumSegments": "segments",
    "ProfileName": "profile_name",
    "WaId": "whatsapp_id",
    "OptOutType": "opt_out",
    "OriginalRepliedMessageSid": "replied_to",
    "ButtonText": "button",
    "ButtonPayload": "button_payload",
    "ListTitle": "list_choice",
    "ListId": "list_id",
    "Latitude": "latitude",
    "Longitude": "longitude",
    "Address": "place_address",
    "Label": "place",
    "Forwarded": "forwarded",
    "FrequentlyForwarded": "often_forwarded",
    "ReferralSourceUrl": "referral",
}
_MEDIA = 10
"""Files that one message can have, by the provider's own limit."""

NOT_FETCHED = "media-not-fetched"
UNCOUNTED = "files-uncounted"
"""The mark of a message that does not say readably how many files it has: some may have come and are not fetched."""


def parse(request: Request) -> Inbound:
    """Read one message; raises Malformed naming the field that is missing or wrong."""
    fields = fields_of(request)
    sid = required(fields, "MessageSid", "SmsSid", "SmsMessageSid")
    # Some networks withhold who sends a text: what it says is taken in all the same.
    written = fields.get("From", "").strip()
    facts = present(fields, _FACTS)
    channel = WHATSAPP if written.startswith("whatsapp:") else SMS
    if channel == WHATSAPP:
        facts["service"] = "whatsapp"
    sender, mark = read_number(written.removeprefix("whatsapp:"), request.region)
    recipient, _ = read_number(required(fields, "To").removeprefix("whatsapp:"), request.region)
    counted, text = _declared(fields), _text(fields)
    media = _media(fields, facts, _listed(fields) if counted is None else counted)
    word = None if media or not written else word_of(fields.get("Body", ""), facts.get("opt_out", ""))
    if word:
        facts["word"] = word.value
    goes_on = channel == SMS and bool(written) and not (media or word) and may_go_on(text)
    if goes_on:
        facts[CONTINUES] = "perhaps"
    return bounded(
        channel=channel,
        provider="twilio",
        account=fields.get("AccountSid", ""),
        conversation=sid,
        event=sid,
        part="message",
        kind=Kind.KEYWORD if word in (Word.STOP, Word.START) else Kind.MESSAGE,
        progress=Progress.WAIT if goes_on else Progress.ENOUGH,
        patience=PATIENCE if goes_on else None,
        sender=sender if sender.name or "profile_name" not in facts else sender._replace(name=facts["profile_name"]),
        recipients=(recipient,),
        received_at=request.received_at,
        text=text,
        facts=facts,
        marks=(*filter(None, [mark]), *_marks(text, media, counted)),
    )


def _marks(text: str, media: int, counted: int | None) -> Iterator[str]:
    if LOST in text:
        yield DAMAGED
    if media:
        yield NOT_FETCHED
    if counted is None:
        yield UNCOUNTED


def _text(fields: Mapping[str, str]) -> str:
    """What was said: the words, else what was chosen from a list or on a button, and the place that was shared."""
    said = fields.get("Body", "") or fields.get("ButtonText", "") or fields.get("ListTitle", "")
    if not (fields.get("Latitude") and fields.get("Longitude")):
        return said
    place = ", ".join(filter(None, (fields.get("Label", ""), fields.get("Address", ""))))
    where = f"{fields['Latitude']}, {fields['Longitude']}"
    return "\n".join(filter(None, (said, f"Location: {f'{place} ({where})' if place else where}")))


def answer(reply: Reply, request: Request) -> Answer:
    """Answer with an empty document: what we have to say to a text goes out by the outbox."""
    del reply, request
    return Answer(200, "text/xml", _EMPTY)


def _declared(fields: Mapping[str, str]) -> int | None:
    """How many files the message says it has, at most as many as there can be; None where that cannot be read."""
    declared = fields.get("NumMedia", "").strip() or "0"
    return min(int(declared[:4]), _MEDIA) if declared.isascii() and declared.isdigit() else None


def _listed(fields: Mapping[str, str]) -> int:
    """How many files the message gives addresses of, one after the other."""
    return next((index for index in range(_MEDIA) if not fields.get(f"MediaUrl{index}")), _MEDIA)


def _media(fields: Mapping[str, str], facts: dict[str, str], count: int) -> int:
    """Note where the files of the message can be fetched, and return how many there are."""
    for index in range(count):
        facts[f"media_{index}_url"] = fields.get(f"MediaUrl{index}", "")
        facts[f"media_{index}_type"] = fields.get(f"MediaContentType{index}", "")
    return count


ADAPTER = Push("twilio-sms", SMS, ("twilio/sms",), (TOKEN,), verify, parse, answer)
