"""Emails put into a real mailbox, where the settings name one for the demo, for the engine to fetch from there."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree

from channels.imap import ImapTrouble, Session, connect
from channels.imap_account import ImapAccount
from router.demo.engine import LOOK_SECONDS, PATIENCE, CannotStartError
from router.services import Services
from router.store import mailboxes
from router.store.engine import begin_read

ACCOUNT = "demo"
"""The account that is the demo's: FIRSTCONTACT_IMAP__DEMO. No other is ever touched."""

FOLDER = "INBOX"
ADDRESS = "demo@firstcontact.example"
FILE = "demo-mailbox.yaml"
MAILBOX = """# Added by the demo: the mailbox that it puts emails into.
mailboxes:
  {address}: {{team: {team}, account: {account}, checked_by: {server}}}
"""
SERVER = "mx.firstcontact.example"
"""The mail server that the demo's emails say they were checked by."""


@dataclass(slots=True)
class Postbox:
    """A mailbox that emails can be put into, one at a time."""

    session: Session
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, raw: bytes) -> None:
        """Put one in; returns once the server has it."""
        with self.lock:
            self.session.box.append(raw, FOLDER)


@contextmanager
def postbox(account: ImapAccount) -> Iterator[Postbox]:
    """The mailbox of an account, logged in to until the block ends; raises CannotStartError."""
    try:
        session = connect(account)
    except ImapTrouble as trouble:
        raise CannotStartError(f"The mailbox of FIRSTCONTACT_IMAP__DEMO cannot be used: {trouble.reason}.") from None
    try:
        yield Postbox(session)
    finally:
        session.close()


def await_polling(services: Services) -> None:
    """Return when the engine has met the mailbox: what was there before is left alone; raises CannotStartError."""
    deadline = time.monotonic() + PATIENCE
    while not _is_met(services):
        if time.monotonic() > deadline:
            raise CannotStartError("The engine does not fetch the mailbox of FIRSTCONTACT_IMAP__DEMO.")
        time.sleep(LOOK_SECONDS)


def _is_met(services: Services) -> bool:
    with begin_read(services.record) as record:
        return mailboxes.read(record, (ACCOUNT, FOLDER)) is not None


def with_mailbox(landlord: Path, copy: Path, team: str) -> Path:
    """A copy of a landlord's folder that has the demo's mailbox too, for its first-contact team."""
    copytree(landlord, copy)
    text = MAILBOX.format(address=ADDRESS, team=team, account=ACCOUNT, server=SERVER)
    (copy / FILE).write_text(text, encoding="utf-8")
    return copy
