"""Email out through an SMTP server."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, formataddr, localtime
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

from channels.email_twin import PLAIN_TEXT, twin
from channels.inbound import PointKind
from channels.names import EMAIL
from channels.senders import OWN_HEADER, OutboundMessage, Permanent, Result, Send, Sent, Setup, Temporary, WayOut

SERVER, SENDER = "FIRSTCONTACT_SMTP_URL", "FIRSTCONTACT_MAIL_FROM"
PORTS = {"smtp": 587, "smtps": 465}
_LATER, _PERMANENT = 400, 500
_CREDENTIALS = frozenset({530, 534, 535, 538})
_IDS = frozenset({"message-id", "in-reply-to", "references"})
_END_OF_MESSAGE = b"\r\n.\r\n"
_UNKNOWN = re.compile(
    rb"\b5\.(?:1\.(?:1|2|3|6|10)|2\.1)\b|user unknown|no such (?:user|mailbox)|does(?: not|n't) exist", re.IGNORECASE
)
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


class _LongIds(EmailPolicy):
    """A policy that never encodes message ids: the library does with those that fill a line, and no thread survives."""

    def fold(self, name: str, value: Any) -> str:
        """Fold a header; ids only between one another."""
        if name.lower() not in _IDS:
            return str(super().fold(name, value))
        return f"{name}: {f'{self.linesep} '.join(str(value).split())}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Fold a header into bytes."""
        return self.fold(name, value).encode() if name.lower() in _IDS else bytes(super().fold_binary(name, value))


_POLICY = _LongIds(linesep="\r\n")


def config_of(setup: Setup) -> SmtpConfig:
    """What the settings say of the mail server; only where they name one."""
    url = urlsplit(setup.setting(SERVER))
    return SmtpConfig(
        url.hostname or "localhost",
        url.port or PORTS[url.scheme],
        setup.setting(SENDER),
        security="tls" if url.scheme == "smtps" else "none" if "security=none" in url.query else "starttls",
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
    )


def send(config: SmtpConfig, message: OutboundMessage) -> Result:
    """Send one email, and say what came of it; its Message-ID is the provider's id too."""
    if message.address.kind is not PointKind.EMAIL:
        return Permanent("not-a-mailbox")
    try:
        letter = compose(config, message)
    except (ValueError, IndexError):
        return Permanent("not-composable")
    # With an empty return path nothing can answer it, not even another machine; a token in it says what came back.
    own = message.reply_to or message.sender or config.sender
    path = "" if message.automatic and config.empty_return_path else own
    try:
        with _connection(config) as server:
            try:
                server.send_message(letter, path, [message.address.value])
            except smtplib.SMTPServerDisconnected:
                if not server.handed_over:
                    raise
                return Temporary("no-answer")  # it has all of it, and nobody knows whether it took it
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
    letter = EmailMessage(policy=_POLICY)
    letter["From"] = formataddr((_line(message.sender_name or config.sender_name), message.sender or config.sender))
    letter["To"] = formataddr((_line(message.address.name), message.address.value))
    letter["Subject"] = _line(message.subject)
    letter["Date"] = format_datetime(localtime())
    letter["Message-ID"] = message_id(config, message)
    letter[OWN_HEADER] = _line(message.message_id)
    if reply_to := message.reply_to or config.reply_to:
        letter["Reply-To"] = reply_to
    if message.in_reply_to:
        thread = dict.fromkeys((*message.references, message.in_reply_to))
        letter["In-Reply-To"] = f"<{_line(message.in_reply_to)}>"
        letter["References"] = " ".join(f"<{_line(each)}>" for each in list(thread)[-20:])
    if message.automatic:
        letter["Auto-Submitted"] = "auto-replied"
        letter["X-Auto-Response-Suppress"] = "All"
    letter.set_content(message.text)
    if PLAIN_TEXT not in message.formats:
        html = twin(message.text, _line(message.subject), _line(message.language), message.formats)
        letter.add_alternative(html, subtype="html")
    for each in message.attachments:
        main, _, sub = each.media_type.partition("/")
        letter.add_attachment(each.content, maintype=main, subtype=sub, filename=_line(each.name))
    # Last, for what was set before would have moved into the first part.
    letter["Content-Language"] = _line(message.language)
    return letter


def message_id(config: SmtpConfig, message: OutboundMessage) -> str:
    """Return the Message-ID of an outbound message: the same at every attempt, of the sending mailbox's domain."""
    domain = (message.sender or config.sender).rpartition("@")[2] or "localhost"
    return f"<{message.message_id}>" if "@" in message.message_id else f"<{message.message_id}@{domain}>"


class _Watched(smtplib.SMTP):
    """A connection that knows whether a whole message has been handed over, whatever was answered to it."""

    handed_over = False

    def send(self, s: Any) -> None:
        """Send, and note the end of a message."""
        super().send(s)
        self.handed_over = self.handed_over or (isinstance(s, bytes) and s.endswith(_END_OF_MESSAGE))


class _WatchedTls(_Watched, smtplib.SMTP_SSL):
    """The same with TLS from the start."""


def _line(text: str) -> str:
    return _UNSAFE.sub(" ", text).strip()


@contextmanager
def _connection(config: SmtpConfig) -> Iterator[_Watched]:
    if config.security == "tls":
        server: _Watched = _WatchedTls(
            config.host, config.port, timeout=config.timeout_seconds, context=ssl.create_default_context()
        )
    else:
        server = _Watched(config.host, config.port, timeout=config.timeout_seconds)
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
        return Permanent(f"smtp-{code}", address_at_fault=_says_unknown(error))
    return Temporary(f"smtp-{code}" if code > 0 else "connection-lost")


def _says_unknown(error: smtplib.SMTPException) -> bool:
    """Whether the server refused the recipient because there is none such, and not for another reason (RFC 3463)."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return any(_UNKNOWN.search(said) for _, said in error.recipients.values())


def _code(error: smtplib.SMTPException) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _ in error.recipients.values()), default=0)
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0


def _sender(setup: Setup) -> Send:
    return partial(send, config_of(setup))


WAY = WayOut(EMAIL, (SERVER, SENDER), _sender)
