"""Which way each channel goes out here: by the provider that the settings name, or into the record for a chat."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import httpx
from sqlalchemy import Connection, select

from channels import registry, smtp_sender, twilio_sender
from channels.names import CHAT
from channels.senders import OutboundMessage, Permanent, Result, Send, Sent, Setup, Temporary
from channels.smtp_sender import SmtpConfig
from channels.twilio_sender import TwilioConfig
from router.services import utc_now
from router.settings import Settings
from router.store import our_parts
from router.store.our_parts import OurPart
from router.store.schema import contacts
from router.store.trouble import OverloadedError, UnavailableError
from router.store.writer import Writer

REPEATABLE: Final = frozenset({CHAT})
"""Channels on which sending again under the same id is harmless."""


def senders(settings: Settings, writer: Writer, client: Callable[[], httpx.Client]) -> Mapping[str, Send]:
    """A function for every channel that is set up; what is not set up is not there, and a person is told.

    `client` is asked for when there is something to send.
    """
    setup = _setup(settings, client)
    found = {way.channel: way.make(setup) for way in registry.WAYS_OUT if all(map(settings.setting, way.needs))}
    return {CHAT: partial(_into_chat, writer), **found}


def twilio_config(settings: Settings) -> TwilioConfig:
    """How the settings would have texts sent, and calls made."""
    return twilio_sender.config_of(_setup(settings))


def smtp_config(settings: Settings) -> SmtpConfig:
    """How the settings would have mail sent; only where they name a mail server."""
    return smtp_sender.config_of(_setup(settings))


def _setup(settings: Settings, client: Callable[[], httpx.Client] = httpx.Client) -> Setup:
    return Setup(settings.setting, client, settings.outside_url, is_public=bool(settings.public_url))


def _into_chat(writer: Writer, message: OutboundMessage) -> Result:
    """A chat's window reads from the record, so to say something there is to add a part, once only by the intent."""
    try:
        return writer.submit(_add_lines, message).result()
    except (UnavailableError, OverloadedError):
        return Temporary("record-unavailable")


def _add_lines(connection: Connection, messages: list[OutboundMessage]) -> list[Result]:
    return [_add_line(connection, message) for message in messages]


def _add_line(connection: Connection, message: OutboundMessage) -> Result:
    session = message.address.value
    wanted = select(contacts.c.id, contacts.c.account).where(
        contacts.c.channel == message.channel, contacts.c.conversation == session
    )
    contact = connection.execute(wanted).first()
    if contact is None:
        return Permanent("no-such-session")
    said = OurPart(
        contact.id,
        message.channel,
        contact.account,
        f"ours:{message.message_id}",
        "chat-line",
        "message",
        utc_now(),
        outgoing=True,
        subject=message.subject,
        text=message.text,
    )
    return Sent(our_parts.add(connection, said))
