"""A batch of messages from a mailbox: fetched, read, stored, and marked only when all of them are on disk."""

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from hashlib import blake2s
from typing import Final

from channels.addresses import mailbox as address_of
from channels.email import unfetched, unreadable
from channels.imap import ImapRefusal, ImapTrouble, Listed, Session
from channels.inbound import Inbound
from router import intake, logs, metrics
from router.services import Services
from router.store.contacts import Accepted
from router.store.mailboxes import Key
from router.store.trouble import WriterError
from router.tries import Tries

ALONE_AFTER: Final = 2
"""After so many deaths, or lost connections, in a row over one batch, its messages are taken in one by one."""

GIVE_UP_AFTER: Final = 5
"""After so many over one message it is stored without being read, or without what the server will not hand over."""


@dataclass(frozen=True, slots=True)
class _Message:
    """A message that was fetched; `raw` is None where the server would not hand it over."""

    listed: Listed
    raw: bytes | None = field(repr=False)


@dataclass(slots=True)
class Taking:
    """Takes in batches from one mailbox. `turn` lets one mailbox of the process at a time read and store.

    `trouble` is what did not work although messages were stored, until it works again.
    """

    services: Services
    key: Key
    address: str
    after: str
    turn: threading.Lock
    trouble: str | None = None
    _lost: tuple[int, int] = (0, 0)
    """The first message of the batch at which the connection was lost last, and how often in a row it was."""

    @property
    def cautious(self) -> bool:
        """Whether there is a message among the next that may end whoever takes it in: then they have to come alone."""
        return max(self._tries().failed, self._lost[1]) >= ALONE_AFTER

    def take_in(self, session: Session, uidvalidity: int, batch: Sequence[Listed]) -> None:
        """Store these messages, then mark them; raises ImapTrouble or WriterError where there is no use in going on."""
        messages = self._fetched(session, batch)
        with self.turn, self._tries().counted() as deaths:
            read = [self._read(each, uidvalidity, whole=deaths < GIVE_UP_AFTER) for each in messages]
            stored = [self._stored(each, future) for each, future in self._submitted(messages, read)]
        if any(accepted and not accepted.repeated for accepted in stored):
            self.services.wake()
        done = zip(messages, stored, strict=True)
        self._mark(session, [each.listed.uid for each, accepted in done if accepted and each.raw is not None])

    def _fetched(self, session: Session, batch: Sequence[Listed]) -> list[_Message]:
        """The messages of a batch that are still there; one that cannot be had does not keep back the others."""
        first = batch[0].uid
        if self._lost[0] == first and self._lost[1] >= GIVE_UP_AFTER:
            return self._without(batch[0])
        try:
            found = dict(session.fetch([each.uid for each in batch], self.services.settings.email_limit + 1))
        except ImapRefusal:
            if len(batch) == 1:
                return self._without(batch[0])
            return [message for each in batch for message in self._fetched(session, [each])]
        except ImapTrouble:
            self._lost = first, (self._lost[1] + 1 if self._lost[0] == first else 1)
            raise
        return [_Message(each, found[each.uid]) for each in batch if each.uid in found]

    def _without(self, listed: Listed) -> list[_Message]:
        """A message of which nothing is known but that it is there: asked for a broken one, some servers hang up."""
        self._lost = 0, 0
        self._complain("fetch-refused")
        return [_Message(listed, None)]

    def _read(self, message: _Message, uidvalidity: int, *, whole: bool) -> Inbound:
        at = min(message.listed.received_at, self.services.clock())
        if message.raw is None:
            return unfetched(f"{self.key[0]}:{self.key[1]}:{uidvalidity}:{message.listed.uid}", at, self.address)
        inbound = (
            intake.read_mail(self.services, message.raw, at, self.address) if whole else unreadable(message.raw, at)
        )
        ours = address_of(self.address)
        if ours.value in {each.value for each in inbound.recipients}:
            return inbound
        # Last, because it only says whose account it lay in: what the headers name is where it was sent to.
        return replace(inbound, recipients=(*inbound.recipients, ours))

    def _submitted(
        self, messages: Sequence[_Message], read: Sequence[Inbound]
    ) -> list[tuple[_Message, "Future[Accepted]"]]:
        """All of them handed to the writer before the first is waited for, so that they share one flush of the disk."""
        return [
            (message, intake.submit(self.services, inbound)) for message, inbound in zip(messages, read, strict=True)
        ]

    def _stored(self, message: _Message, future: "Future[Accepted]") -> Accepted | None:
        """What is on disk now; None for a message that the record will not take, however it is put."""
        try:
            accepted = future.result()
        except WriterError:
            raise
        except Exception as error:  # noqa: BLE001 - it belongs to this message, and may not keep back the others
            logs.failed("message.failed", error, account=self.key[0])
            return self._stored_unread(message)
        outcome = "repeated" if accepted.repeated else "stored"
        metrics.mail_fetched(self.key[0], outcome)
        logs.log("mail.fetched", account=self.key[0], contact=accepted.contact_id, outcome=outcome)
        return accepted

    def _stored_unread(self, message: _Message) -> Accepted | None:
        try:
            return intake.submit(self.services, unreadable(message.raw or b"", message.listed.received_at)).result()
        except WriterError:
            raise
        except Exception as error:  # noqa: BLE001 - it stays in the mailbox, without a mark
            logs.failed("message.failed", error, account=self.key[0])
            self._complain("message-refused")
            return None

    def _mark(self, session: Session, uids: Sequence[int]) -> None:
        """Mark what is on disk; a server that will not have it marked does not stop the mailbox."""
        if not uids:
            return
        try:
            session.mark(uids, self.after)
        except ImapRefusal as refusal:
            self._complain(refusal.reason)
        else:
            self.trouble = None if self.trouble == "mark-refused" else self.trouble

    def _complain(self, reason: str) -> None:
        self.trouble = reason
        metrics.mail_fetched(self.key[0], reason)
        logs.log("mailbox.trouble", level=logging.WARNING, account=self.key[0], reason=reason)

    def _tries(self) -> Tries:
        mark = blake2s("\n".join(self.key).encode(), digest_size=8).hexdigest()
        return Tries(self.services.settings.run_folder / "mailboxes" / mark)
