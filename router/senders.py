"""Which way each channel goes out here: by the provider that the settings name, or into the record for a chat."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from urllib.parse import unquote, urlsplit

import httpx
from sqlalchemy import Connection, select

from channels import smtp_sender, twilio_duty, twilio_receipts, twilio_sender, webhook_sender
from channels.adapter import ROOT
from channels.senders import OutboundMessage, Permanent, Result, Send, Sent, Temporary
from channels.smtp_sender import SmtpConfig
from channels.twilio_sender import TwilioConfig
from channels.webhook_sender import WebhookConfig
from router.services import utc_now
from router.settings import Settings
from router.store import our_parts
from router.store.our_parts import OurPart
from router.store.schema import contacts
from router.store.trouble import OverloadedError, UnavailableError
from router.store.writer import Writer

SMTP_PORTS = {"smtp": 587, "smtps": 465}


def senders(settings: Settings, writer: Writer, client: Callable[[], httpx.Client]) -> Mapping[str, Send]:
    """A function for every channel that is set up; what is not set up is not there, and a person is told.

    `client` is asked for when there is something to send.
    """
    found: dict[str, Send] = {"chat": partial(_into_chat, writer)}
    if settings.twilio_account_sid and settings.sms_from:
        found["sms"] = partial(_text, twilio_config(settings), client)
    if settings.twilio_account_sid and settings.whatsapp_from:
        config = replace(twilio_config(settings), from_number=settings.whatsapp_from, scheme="whatsapp:")
        found["whatsapp"] = partial(_text, config, client)
    if settings.smtp_url.get_secret_value() and settings.mail_from:
        found["email"] = partial(smtp_sender.send, smtp_config(settings))
    if settings.twilio_account_sid and settings.voice_from:
        callback = settings.outside_url + ROOT + twilio_duty.ROUTE
        config = replace(twilio_config(settings), from_number=settings.voice_from)
        found["duty-phone"] = partial(_ring, config, callback, client)
    if secrets := settings.webhook_secret.get_secret_value():
        found["webhook"] = partial(_post, WebhookConfig(secrets), client)
    return found


def _text(config: TwilioConfig, client: Callable[[], httpx.Client], message: OutboundMessage) -> Result:
    return twilio_sender.send(config, message, client())


def _ring(config: TwilioConfig, callback: str, client: Callable[[], httpx.Client], message: OutboundMessage) -> Result:
    return twilio_duty.ring(config, callback, message, client())


def _post(config: WebhookConfig, client: Callable[[], httpx.Client], message: OutboundMessage) -> Result:
    return webhook_sender.send(config, message, client())


def twilio_config(settings: Settings) -> TwilioConfig:
    """How the settings would have texts sent."""
    token = settings.twilio_auth_token.get_secret_value()
    # Without an address that the provider can reach there are no receipts, and a wrong one may be refused.
    receipts = settings.public_url + ROOT + twilio_receipts.ROUTE if settings.public_url else ""
    return TwilioConfig(settings.twilio_account_sid, token, settings.sms_from, settings.twilio_api, receipts)


def smtp_config(settings: Settings) -> SmtpConfig:
    """How the settings would have mail sent; only where they name a mail server."""
    url = urlsplit(settings.smtp_url.get_secret_value())
    return SmtpConfig(
        url.hostname or "localhost",
        url.port or SMTP_PORTS[url.scheme],
        settings.mail_from,
        security="tls" if url.scheme == "smtps" else "none" if "security=none" in url.query else "starttls",
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
    )


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
