"""The pollers of the landlord's mailboxes: each has its own thread, connection and back-off, so none delays another."""

import logging
import threading
import time
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from channels.imap import ImapTrouble, Session, connect
from channels.oauth import Tokens
from router import logs, metrics
from router.mail_batches import Taking
from router.mailboxes import Mailbox, begin, connected, look
from router.services import Services
from router.store import mailboxes
from router.store.mailboxes import Key
from router.store.trouble import WriterError

FIRST_DELAY: Final = 1.0
LONGEST_DELAY: Final = 300.0
TOLD_WITHIN: Final = 30.0
"""Seconds that a server is waited for which tells of new mail by itself, before it is looked at all the same."""

SLOWLY: Final = {"login-refused": 60.0, "oauth-refused": 60.0}
"""Seconds before the next try at least: a mail server locks whoever knocks with a wrong password too often."""


class Poller:
    """Looks into one mailbox until it is told to stop, whatever happens to the mail server or the record."""

    def __init__(
        self, services: Services, mailbox: Mailbox, turn: threading.Lock, tokens: Tokens | None = None
    ) -> None:
        """Make ready; `turn`, and the tokens of a client, are shared by the pollers of a process."""
        self.mailbox = mailbox
        self._services = services
        self._taking = Taking(services, mailbox.key, mailbox.address, mailbox.after, turn)
        self._tokens = tokens
        self._stop = threading.Event()
        self._session: Session | None = None
        self._failures = 0
        name = f"mailbox {mailbox.account}"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Look for the first time, now."""
        self._thread.start()

    def stop(self) -> None:
        """Stop soon: a batch that is being stored is finished, waiting for the server is not."""
        self._stop.set()
        if self._session is not None:
            self._session.abort()

    def join(self, seconds: float) -> None:
        """Wait so long for the end, where there is anything to finish: nothing is while it connects, or waits."""
        if self._session is not None:
            self._thread.join(max(seconds, 0.0))

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._converse()
            except Exception as error:  # noqa: BLE001 - whatever it was, the next try comes in its time
                if not self._stop.is_set():
                    self._stop.wait(self._note(error))

    def _converse(self) -> None:
        """Connect, and look again and again until something is wrong or it is time to stop."""
        begin(self._services, self.mailbox)
        session = self._session = connect(self.mailbox.imap, self._tokens)
        logs.log("mailbox.connected", account=self.mailbox.account)
        try:
            while not self._stop.is_set():
                look(self._services, self.mailbox, session, self._taking, self._stop.is_set)
                self._failures = 0
                self._rest(session)
        finally:
            self._session = None
            session.close()

    def _rest(self, session: Session) -> None:
        """Until the next look: told by the server where it can tell, and never for long, or nobody sees it vanish."""
        if session.can_wait and not self._stop.is_set():
            session.wait(TOLD_WITHIN)
        else:
            self._stop.wait(self._services.settings.poll_seconds)

    def _note(self, error: Exception) -> float:
        """Say what is wrong, in the log and in the record; gives how long to wait."""
        reason = _reason(error)
        first = min(FIRST_DELAY, self._services.settings.poll_seconds)
        delay = min(max(first * 2.0**self._failures, SLOWLY.get(reason, 0.0)), LONGEST_DELAY)
        self._failures += 1
        account = self.mailbox.account
        logs.failed("mailbox.failed", error, account=account, reason=reason, attempt=self._failures, seconds=delay)
        metrics.job_failed("mailbox")
        try:
            trouble = (self.mailbox.key, reason, self._services.clock())
            self._services.writer.submit(mailboxes.fail, trouble).result()
        except (WriterError, SQLAlchemyError) as failure:
            logs.failed("mailbox.unnoted", failure, account=account)
        return delay


def _reason(error: Exception) -> str:
    if isinstance(error, ImapTrouble):
        return error.reason
    return "record-unavailable" if isinstance(error, WriterError | SQLAlchemyError) else "fault"


class Pollers:
    """As many pollers as the landlord's YAML and the settings name together; all methods are for one thread."""

    def __init__(self, services: Services) -> None:
        """Take the tools; nothing is polled yet."""
        self._services = services
        self._accounts = services.settings.imap_accounts
        self._tokens = {name: Tokens(client) for name, client in services.settings.oauth_clients.items()}
        self._running: dict[Key, Poller] = {}
        self._turn = threading.Lock()
        self._version: int | None = None

    def tend(self) -> None:
        """Follow the live ruleset: start, stop and change pollers; called every second."""
        live = self._services.live.current()
        if live.version == self._version:
            return
        self._version = live.version
        wanted = connected(live, self._accounts)
        for account in sorted(self._accounts.keys() - {account for account, _ in wanted}):
            logs.log("mailbox.unknown", level=logging.WARNING, account=account, reason="no-such-mailbox")
        for key, poller in list(self._running.items()):
            if wanted.get(key) != poller.mailbox:
                poller.stop()
                del self._running[key]
        for key in wanted.keys() - self._running.keys():
            tokens = self._tokens.get(wanted[key].imap.oauth)
            self._running[key] = Poller(self._services, wanted[key], self._turn, tokens)
            self._running[key].start()

    def stop(self, seconds: float) -> None:
        """Stop all, and wait so long for them; what is cut off is done again by whoever comes next."""
        until = time.monotonic() + seconds
        for poller in self._running.values():
            poller.stop()
        for poller in self._running.values():
            poller.join(until - time.monotonic())
