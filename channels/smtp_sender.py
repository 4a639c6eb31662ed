"""Email out through an SMTP server."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, localtime

from channels.inbound import PointKind
from channels.senders import OWN_HEADER, OutboundMessage, Permanent, Result, Sent, Temporary

_LATER, _PERMANENT = 400, 500
_CREDENTIALS = frozenset({530, 534, 535, 538})
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class SmtpConfig:
    """A server and how to speak to it: `security` is none, starttls or tls; we write from the mailbox `sender`."""

    host: str
    port: int
    sender: str
    sender_name: str = ""
    reply_to: str = ""
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    timeout_seconds: float = 20.0
    empty_return_path: bool = True
    """Whether automatic mail has an empty return path, as RFC 3834 would have it; some servers refuse to send such."""


def send(config: SmtpConfig, message: OutboundMessage) -> Result:
    """Send one email, and say what came of it; its Message-ID is the provider's id too."""
    if message.address.kind is not PointKind.EMAIL:
        return Permanent("not-a-mailbox")
    try:
        letter = compose(config, message)
    except (ValueError, IndexError):
        return Permanent("not-composable")
    try:
        with _connection(config) as server:
            # With an empty return path nothing can answer it, not even another machine.
            path = "" if message.automatic and config.empty_return_path else config.sender
            server.send_message(letter, path, [message.address.value])
    except smtplib.SMTPException as error:
        return _failure(error)
    except OSError:
        return Temporary("unreachable")
    return Sent(letter["Message-ID"].strip("<>"))


def trouble(config: SmtpConfig) -> str:
    """What would keep us from sending now, in a word; nothing where the server takes us. Nothing is sent.

    One of unreachable, certificate, not-authorised, not-supported-by-server, connection-lost and smtp-CODE.
    """
    try:
        with _connection(config) as server:
            server.ehlo_or_helo_if_needed()
            code, _ = server.noop()
    except smtplib.SMTPException as error:
        return _failure(error).reason
    except ssl.SSLError:
        return "certificate"
    except OSError:
        return "unreachable"
    return "" if code < _LATER else f"smtp-{code}"


def compose(config: SmtpConfig, message: OutboundMessage) -> EmailMessage:
    """Write the email: its headers thread it, and say of an automatic one that it is one."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = formataddr((_line(config.sender_name), config.sender))
    letter["To"] = formataddr((_line(message.address.name), message.address.value))
    letter["Subject"] = _line(message.subject)
    letter["Date"] = format_datetime(localtime())
    letter["Message-ID"] = message_id(config, message)
    letter[OWN_HEADER] = _line(message.message_id)
    if config.reply_to:
        letter["Reply-To"] = config.reply_to
    if message.in_reply_to:
        thread = dict.fromkeys((*message.references, message.in_reply_to))
        letter["In-Reply-To"] = f"<{_line(message.in_reply_to)}>"
        letter["References"] = " ".join(f"<{_line(each)}>" for each in list(thread)[-20:])
    if message.automatic:
        letter["Auto-Submitted"] = "auto-replied"
        letter["X-Auto-Response-Suppress"] = "All"
    letter["Content-Language"] = _line(message.language)
    letter.set_content(message.text)
    return letter


def message_id(config: SmtpConfig, message: OutboundMessage) -> str:
    """Return the Message-ID of an outbound message: the same at every attempt, of the sending mailbox's domain."""
    domain = config.sender.rpartition("@")[2] or "localhost"
    return f"<{message.message_id}>" if "@" in message.message_id else f"<{message.message_id}@{domain}>"


def _line(text: str) -> str:
    return _UNSAFE.sub(" ", text).strip()


@contextmanager
def _connection(config: SmtpConfig) -> Iterator[smtplib.SMTP]:
    if config.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            config.host, config.port, timeout=config.timeout_seconds, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(config.host, config.port, timeout=config.timeout_seconds)
    try:
        if config.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if config.user:
            server.login(config.user, config.password)
        yield server
        # What the server says to QUIT changes nothing: it has already answered for the message.
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
    finally:
        server.close()


def _failure(error: smtplib.SMTPException) -> Temporary | Permanent:
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Permanent("not-supported-by-server")
    code = _code(error)
    if isinstance(error, smtplib.SMTPAuthenticationError) or code in _CREDENTIALS:
        return Temporary("not-authorised")
    if code >= _PERMANENT:
        return Permanent(f"smtp-{code}")
    return Temporary(f"smtp-{code}" if code > 0 else "connection-lost")


def _code(error: smtplib.SMTPException) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _ in error.recipients.values()), default=0)
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0
