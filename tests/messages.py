"""Inbounds for tests, as adapters would have made them."""

import itertools
from datetime import UTC, datetime
from typing import Any

from channels.bounds import bounded
from channels.inbound import Address, Inbound, Kind, PointKind, Progress

_numbers = itertools.count(1)
NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
"""A Tuesday."""

TENANT = "+447700900001"


def text_message(text: str, sender: str = TENANT, sid: str = "", at: datetime = NOON) -> Inbound:
    """A text message."""
    sid = sid or f"SM{next(_numbers):032d}"
    return bounded(
        channel="sms",
        provider="twilio",
        account="AC1",
        conversation=sid,
        event=sid,
        part="message",
        sender=Address(PointKind.PHONE, sender, sender),
        recipients=(Address(PointKind.PHONE, "+441632960000", "01632 960000"),),
        received_at=at,
        text=text,
    )


def mail(text: str, sender: str = "tenant@home.example", **fields: Any) -> Inbound:
    """An email."""
    name = f"<{next(_numbers)}@home.example>"
    chosen = {
        "channel": "email",
        "provider": "smtp",
        "account": "",
        "conversation": name,
        "event": name,
        "part": "message",
        "sender": Address(PointKind.EMAIL, sender, sender),
        "recipients": (Address(PointKind.EMAIL, "hub@mill-lane.example", "hub@mill-lane.example"),),
        "received_at": NOON,
        "text": text,
        "message_id": name.strip("<>"),
    }
    return bounded(**(chosen | fields))


def call(sid: str, part: str, progress: Progress, sender: str = TENANT, **facts: str) -> Inbound:
    """A part of a phone call."""
    return bounded(
        channel="phone",
        provider="twilio",
        account="AC1",
        conversation=sid,
        event=f"{sid}:{part}:{facts}",
        part=part,
        kind=Kind.CALL_EVENT,
        progress=progress,
        sender=Address(PointKind.PHONE, sender, sender),
        recipients=(Address(PointKind.PHONE, "+441632960000", "01632 960000"),),
        received_at=NOON,
        facts=facts,
    )
