"""Twilio's status callbacks of messages that we sent, by text and by WhatsApp, read into delivery receipts."""

from typing import Final

from channels.adapter import Answer, Malformed, Push, Request
from channels.bounds import identifier
from channels.names import SMS
from channels.receipts import LOST, Receipt, Stage
from channels.replies import Reply
from channels.signature import TOKEN, verify
from channels.twilio_errors import PREFIX, meaning_of
from channels.twilio_fields import fields_of, required

ROUTE: Final = "twilio/status"
_STAGES: Final = {
    "accepted": Stage.QUEUED,
    "scheduled": Stage.QUEUED,
    "queued": Stage.QUEUED,
    "sending": Stage.SENDING,
    "sent": Stage.SENT,
    "partially_delivered": Stage.UNDELIVERED,
    "delivered": Stage.DELIVERED,
    "undelivered": Stage.UNDELIVERED,
    "failed": Stage.FAILED,
    "canceled": Stage.FAILED,
    "read": Stage.READ,
}
_EMPTY: Final = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


def parse(request: Request) -> Receipt | None:
    """Read one receipt; None of a status that says nothing of delivery; raises Malformed naming what is missing."""
    fields = fields_of(request)
    sid = required(fields, "MessageSid", "SmsSid")
    status = required(fields, "MessageStatus", "SmsStatus").casefold()
    stage = _STAGES.get(status)
    if stage is None:
        if not status.replace("_", "").isalpha():
            raise Malformed("MessageStatus", "is no status of a message")
        return None  # a new one of the provider's: nothing is known of it, and coming again would not help
    reason = _reason(fields.get("ErrorCode", "").strip(), status) if stage in LOST else ""
    meaning = meaning_of(reason)
    return Receipt(
        account=identifier(fields.get("AccountSid", "")),
        provider_id=identifier(sid),
        stage=stage,
        reason=reason,
        received_at=request.received_at,
        closes=meaning.closes if meaning else None,
        address_at_fault=bool(meaning and meaning.no_number),
    )


def answer(reply: Reply, request: Request) -> Answer:
    """Answer with an empty document: there is nothing to say to a receipt."""
    del reply, request
    return Answer(200, "text/xml", _EMPTY)


def _reason(code: str, status: str) -> str:
    return f"{PREFIX}{code}" if code.isascii() and code.isdigit() and code != "0" else f"message-{status}"


ADAPTER = Push("twilio-status", SMS, (ROUTE,), (TOKEN,), verify, parse, answer)
