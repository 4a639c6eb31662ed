"""Rows of Twilio's lists read as the webhooks that should have told of them, so that a late one is a repeat."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlencode

from channels import twilio_receipts, twilio_sms, twilio_voice
from channels.adapter import ROOT, Malformed, Request
from channels.inbound import Inbound
from channels.receipts import Receipt

OVER: Final = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
LISTED: Final = "known-from-list"
"""The mark of a call of which its webhook never told: what is not listed, such as the keys, is known from nowhere."""

INBOUND, OUTBOUND = "inbound", "outbound"
_HOST: Final = "https://listed.invalid"
_FORM: Final = {"content-type": "application/x-www-form-urlencoded"}
Row = Mapping[str, Any]


def moment(row: Row, *names: str) -> datetime | None:
    """The first of these fields that has a moment in it, in UTC."""
    for name in names:
        try:
            return parsedate_to_datetime(str(row.get(name) or "")[:100]).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def begun(row: Row) -> Inbound:
    """A call that came in, as its first webhook would have told; raises Malformed of a row that is none."""
    told = _told("", _call(row) | {"CallStatus": "in-progress"}, _when(row, "start_time", "date_created"))
    return replace(told, marks=(*told.marks, LISTED))


def ended(row: Row) -> Inbound:
    """The end of a call, or of the leg of one; raises Malformed."""
    more = {"CallDuration": row.get("duration"), "Timestamp": row.get("end_time")}
    return _told("status", _call(row) | more, _when(row, "end_time", "date_updated", "start_time", "date_created"))


def recorded(row: Row, root: str) -> Inbound:
    """A recording that is there, below this address of the account; raises Malformed."""
    told = {
        "AccountSid": row.get("account_sid"),
        "CallSid": row.get("call_sid"),
        "RecordingSid": row.get("sid"),
        "RecordingUrl": f"{root}/Recordings/{row.get('sid')}",
        "RecordingStatus": row.get("status"),
        "RecordingDuration": row.get("duration"),
        "RecordingSource": row.get("source"),
    }
    return _told("recorded", told, _when(row, "date_created"))


def transcribed(row: Row, call: str) -> Inbound:
    """What was said on a recording of a call; raises Malformed."""
    told = {
        "AccountSid": row.get("account_sid"),
        "CallSid": call,
        "RecordingSid": row.get("recording_sid"),
        "TranscriptionSid": row.get("sid"),
        "TranscriptionStatus": row.get("status"),
        "TranscriptionText": row.get("transcription_text"),
    }
    return _told("transcribed", told, _when(row, "date_created"))


def text(row: Row, files: Sequence[Row], root: str) -> Inbound:
    """A text that came in, with its files, which lie below this address of the account; raises Malformed."""
    told = {name: row.get(key) for name, key in _TEXT.items()} | {"NumMedia": len(files)}
    for number, file in enumerate(files):
        told[f"MediaUrl{number}"] = f"{root}/Messages/{row.get('sid')}/Media/{file.get('sid')}"
        told[f"MediaContentType{number}"] = file.get("content_type")
    return twilio_sms.parse(_request("twilio/sms", told, _when(row, "date_sent", "date_created")))


def receipt(row: Row, now: datetime) -> Receipt | None:
    """How far a text of ours has come; None of a status that says nothing of it. Raises Malformed."""
    told = {
        "AccountSid": row.get("account_sid"),
        "MessageSid": row.get("sid"),
        "MessageStatus": row.get("status"),
        "ErrorCode": row.get("error_code"),
    }
    return twilio_receipts.parse(_request(twilio_receipts.ROUTE, told, now))


_TEXT: Final = {"MessageSid": "sid", "AccountSid": "account_sid", "From": "from", "To": "to", "Body": "body"}
_CALL: Final = {
    "CallSid": "sid",
    "AccountSid": "account_sid",
    "ParentCallSid": "parent_call_sid",
    "From": "from",
    "To": "to",
    "CallStatus": "status",
    "Direction": "direction",
    "ForwardedFrom": "forwarded_from",
    "CallerName": "caller_name",
}


def _call(row: Row) -> dict[str, Any]:
    return {name: row.get(key) for name, key in _CALL.items()}


def _told(place: str, fields: Mapping[str, Any], at: datetime) -> Inbound:
    found = twilio_voice.parse(_request(f"twilio/voice/{place}".rstrip("/"), fields, at))
    if not isinstance(found, Inbound):
        raise Malformed("path", "is asked, and tells of nothing")
    return found


def _when(row: Row, *names: str) -> datetime:
    at = moment(row, *names)
    if at is None:
        raise Malformed(names[0], "is no moment")
    return at


def _request(route: str, fields: Mapping[str, Any], at: datetime) -> Request:
    given = {name: str(value) for name, value in fields.items() if value is not None and value != ""}
    return Request("POST", (f"{_HOST}{ROOT}{route}",), _FORM, urlencode(given).encode(), at)
