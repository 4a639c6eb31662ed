"""A mail server for tests: keeps what it is given, and answers each command as told to."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Postbox:
    """What a mail server was given, and what it answers to each command."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.to_recipient = "250 OK"
        self.to_data = "250 OK"

    @property
    def letters(self) -> list[EmailMessage]:
        """What was delivered, read by the standard library."""
        return [message_from_bytes(bytes(each.content), policy=policy.default) for each in self.envelopes]

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, to: str, _options: Any) -> str:  # noqa: N802
        """Take a recipient, or answer as told to."""
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(to)
        return self.to_recipient

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a message, or answer as told to."""
        self.envelopes.append(envelope)
        return self.to_data


class OnAFreePort(Controller):
    """A server on whatever port is free: it learns which one only once it listens."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def postbox_server() -> Iterator[tuple[Postbox, int]]:
    """A running mail server on a free port."""
    handler = Postbox()
    controller = OnAFreePort(handler, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield handler, controller.port
    finally:
        controller.stop()
