"""Taking mail from a mail server by LMTP (RFC 2033): a message is answered for only when its contact is on disk."""

import asyncio
from datetime import UTC, datetime
from typing import Any, Final

from aiosmtpd.controller import Controller, UnixSocketController
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session

from channels.email import unreadable
from channels.inbound import Inbound
from router import intake, logs, metrics
from router.services import Services
from router.store.contacts import Accepted
from router.store.trouble import WriterError

DOOR: Final = "lmtp"
MOST_RECIPIENTS: Final = 100
"""Recipients of one message here: our own mailboxes, of which no message names more."""

UNIX: Final = "unix:"
_IDENT: Final = "Firstcontact"
_TAKEN: Final = "250 2.0.0 Taken in"
_LATER: Final = "451 4.3.0 It could not be stored. Send it again later."
_TOO_MANY: Final = "452 4.5.3 Too many recipients"
_EMPTY: Final = "554 5.6.0 There is no message"


class Door:
    """What is done with each message that a mail server hands over; aiosmtpd calls it by the names that it knows."""

    def __init__(self, services: Services) -> None:
        """Take in for these services."""
        self._services = services

    async def handle_RCPT(  # noqa: N802 - the library's name and arguments
        self, server: LMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take any recipient: the mail server knows whose mail it brings us."""
        del server, session
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return _TOO_MANY
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: LMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Answer once for each recipient, all in the same way: it is one message, and one contact."""
        del server, session
        raw = envelope.original_content or b""
        answer = await self._answer(raw, envelope) if raw.strip() else _EMPTY
        return "\r\n".join([answer] * len(envelope.rcpt_tos))

    async def _answer(self, raw: bytes, envelope: Envelope) -> str:
        at = datetime.now(UTC)
        try:
            accepted = await self._stored(raw, envelope, at)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is not on disk, so it has to come again
            logs.failed("intake.failed", error, door=DOOR)
            metrics.refused(DOOR, "not-stored")
            return _LATER
        if not accepted.repeated:
            self._services.wake()
        outcome = "repeated" if accepted.repeated else "stored"
        logs.log("mail.delivered", door=DOOR, contact=accepted.contact_id, outcome=outcome)
        return _TAKEN

    async def _stored(self, raw: bytes, envelope: Envelope, at: datetime) -> Accepted:
        to = tuple(envelope.rcpt_tos)
        inbound = await asyncio.to_thread(self._read, raw, at, envelope.mail_from, to)
        try:
            return await self._services.writer.write(*intake.entry(self._services, inbound))
        except WriterError:
            raise
        except Exception as error:  # noqa: BLE001 - it belongs to how it was read: what cannot be stored read is not read
            logs.failed("message.failed", error, door=DOOR)
            return await self._services.writer.write(*intake.entry(self._services, unreadable(raw, at, to)))

    def _read(self, raw: bytes, at: datetime, sender: str | None, to: tuple[str, ...]) -> Inbound:
        return intake.read_mail(self._services, raw, at, envelope_from=sender, envelope_to=to)


def listen(services: Services, where: str) -> Controller | UnixSocketController:
    """Listen at `host:port` or `unix:/path` in a thread until `stop` is called; raises OSError where that cannot be."""
    limit = services.settings.email_limit
    door = Door(services)
    how: dict[str, Any] = {"data_size_limit": limit, "ident": _IDENT, "enable_SMTPUTF8": True}
    if where.startswith(UNIX):
        local: UnixSocketController = _Unix(door, where.removeprefix(UNIX), **how)
        local.start()
        return local
    host, _, port = where.rpartition(":")
    listening: Controller = _Tcp(door, host.strip("[]"), int(port), **how)
    listening.start()
    return listening


class _Lines(LMTP):
    def __init__(self, *arguments: Any, **how: Any) -> None:
        # Real mail has longer lines than the standard's 998 letters, and a mail server would send it back.
        self.line_length_limit = how["data_size_limit"]
        super().__init__(*arguments, **how)


class _Tcp(Controller):
    def factory(self) -> Any:
        return _Lines(self.handler, **self.SMTP_kwargs)


class _Unix(UnixSocketController):
    def factory(self) -> Any:
        return _Lines(self.handler, **self.SMTP_kwargs)
