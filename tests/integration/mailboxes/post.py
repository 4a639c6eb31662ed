"""An engine with its mailboxes on a real mail server, as the tests of mailboxes use it."""

import itertools
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from channels.imap import Session, connect
from router.mail_batches import Taking
from router.mailboxes import Mailbox, begin, connected, look
from router.pollers import Pollers
from router.services import Services
from router.store import mailboxes
from router.store.engine import begin_read
from router.store.schema import contacts, parts
from tests.servers.dovecot import Dovecot, Kept
from tests.servers.process import until

_numbers = itertools.count(1)


def letter(text: str = "My tap drips.", message_id: str = "", to: str = "repairs@mill-lane.example") -> bytes:
    """A raw message, one of its own unless an id is given."""
    name = message_id or f"{next(_numbers)}@home.example"
    head = f"From: Jo <jo@home.example>\r\nTo: {to}\r\nSubject: {text[:40]}\r\nMessage-ID: <{name}>\r\n"
    return f"{head}\r\n{text}\r\n".encode()


def letters(count: int) -> list[bytes]:
    """So many, each with a text of its own."""
    return [letter(f"My tap number {number} drips.") for number in range(count)]


@dataclass(slots=True)
class Post:
    """The engine, the server, and the user on it of each account."""

    dovecot: Dovecot
    services: Services
    users: dict[str, str]
    _pollers: list[Pollers] = field(default_factory=list)

    def put(self, account: str, *raw: bytes, at: datetime | None = None) -> None:
        """Messages arrive in the mailbox of an account."""
        self.dovecot.put(self.users[account], *raw, at=at)

    def poll(self, services: Services | None = None) -> Pollers:
        """Start to poll, as the poller process does."""
        pollers = Pollers(services or self.services)
        self._pollers.append(pollers)
        pollers.tend()
        return pollers

    def stop(self) -> None:
        """Stop whatever polls."""
        while self._pollers:
            self._pollers.pop().stop(10)

    @contextmanager
    def looking(self, account: str = "repairs") -> Iterator["Looking"]:
        """One mailbox, connected to and looked into only when a test says so."""
        found = connected(self.services.live.current(), self.services.settings.imap_accounts)
        mailbox = next(each for each in found.values() if each.account == account)
        begin(self.services, mailbox)
        taking = Taking(self.services, mailbox.key, mailbox.address, mailbox.after, threading.Lock())
        looking = Looking(self.services, mailbox, taking, connect(mailbox.imap))
        try:
            yield looking
        finally:
            looking.session.close()

    def look(self, account: str = "repairs") -> int:
        """Connect to one mailbox and look once; gives how many messages were taken in."""
        with self.looking(account) as each:
            return each.once()

    def texts(self) -> Counter[str]:
        """What was taken in, and how often."""
        with begin_read(self.services.record) as record:
            return Counter(text.strip() for text in record.execute(select(parts.c.text)).scalars())

    def contacts(self) -> list[dict[str, Any]]:
        """The contacts that there are, oldest first."""
        with begin_read(self.services.record) as record:
            return [dict(row) for row in record.execute(select(contacts).order_by(contacts.c.id)).mappings()]

    def progress(self, account: str = "repairs") -> dict[str, Any]:
        """How far a mailbox is; empty before it has begun."""
        with begin_read(self.services.record) as record:
            return mailboxes.read(record, (account, "INBOX")) or {}

    def kept(self, account: str = "repairs", folder: str = "INBOX") -> list[Kept]:
        """What the server has in a folder."""
        return self.dovecot.kept(self.users[account], folder)

    def caught_up(self, count: int) -> None:
        """Wait until so many texts were taken in, and see that each was once."""
        until(lambda: len(self.texts()) >= count, f"{count} messages are taken in")
        assert set(self.texts().values()) == {1}
        assert len(self.contacts()) == count


@dataclass(slots=True)
class Looking:
    """A mailbox that is connected to."""

    services: Services
    mailbox: Mailbox
    taking: Taking
    session: Session

    def once(self) -> int:
        """Look once; gives how many messages were taken in."""
        return look(self.services, self.mailbox, self.session, self.taking, lambda: False)

    def reconnect(self) -> None:
        """Begin a new conversation."""
        self.session.close()
        self.session = connect(self.mailbox.imap)
