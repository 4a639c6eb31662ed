"""Every adapter and every way out there is, in one visible list: a channel that is not here does not exist."""

from collections.abc import Mapping

from channels import (
    call_events,
    chat,
    direct,
    email,
    smtp_sender,
    twilio_duty,
    twilio_outgoing,
    twilio_receipts,
    twilio_sender,
    twilio_sms,
    twilio_voice,
    webhook_sender,
)
from channels.adapter import Direct, Pull, Push, Session
from channels.names import PHONE
from channels.senders import WayOut

PUSH: tuple[Push, ...] = (
    twilio_sms.ADAPTER,
    twilio_receipts.ADAPTER,
    twilio_voice.ADAPTER,
    twilio_duty.ADAPTER,
    twilio_outgoing.ADAPTER,
    call_events.ADAPTER,
    call_events.XML,
)
PULL: tuple[Pull, ...] = (email.ADAPTER,)
SESSION: tuple[Session, ...] = (chat.ADAPTER,)
DIRECT: tuple[Direct, ...] = (direct.ADAPTER,)
WAYS_OUT: tuple[WayOut, ...] = (*twilio_sender.WAYS, smtp_sender.WAY, twilio_duty.WAY, webhook_sender.WAY)

LIVE: frozenset[str] = frozenset({PHONE, *(adapter.channel for adapter in SESSION)})
"""Channels on which somebody waits for what is answered."""

SECRETS: frozenset[str] = frozenset(name for adapter in PUSH for name in adapter.secrets)
"""The settings that the adapters declare by name."""

SETTINGS: frozenset[str] = SECRETS.union(*(way.needs for way in WAYS_OUT))
"""Every setting that something here declares by name."""

_ROUTES: Mapping[str, Push] = {route: adapter for adapter in PUSH for route in adapter.routes}


def by_route(route: str) -> Push | None:
    """Return the push adapter of a route below /channels/, without slashes around it; None if there is none."""
    return _ROUTES.get(route.strip("/"))
