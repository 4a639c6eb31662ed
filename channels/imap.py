"""The conversation with a mail server over IMAP: open, list what is new, fetch it, and mark it; keeps nothing."""

import contextlib
import imaplib
import re
import socket
import ssl
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from imap_tools import AND, BaseMailBox, ImapToolsError, MailBox, MailBoxUnencrypted, U
from imap_tools.utils import encode_folder

from channels.imap_account import ImapAccount
from channels.oauth import OAuthTrouble, Tokens

_UID: Final = re.compile(rb"\bUID (\d+)")
_SIZE: Final = re.compile(rb"\bRFC822\.SIZE (\d+)")
_DATE: Final = re.compile(rb'\bINTERNALDATE "([^"]+)"')
_ANOTHER: Final = re.compile(rb"\d+ \(")
GOODBYE_SECONDS: Final = 2.0
_LOGIN: Final = {
    "PRIVACYREQUIRED": "tls-required",
    "UNAVAILABLE": "server-busy",
    "LIMIT": "server-busy",
    "INUSE": "server-busy",
    "SERVERBUG": "server-busy",
}
"""What a server that refuses a login may say beside NO; anything else is taken for a wrong user or password."""


class ImapTrouble(Exception):  # noqa: N818 - the state of a mailbox, not a fault of ours
    """The conversation is over; `reason` is a short code without anything that the server said."""

    def __init__(self, reason: str) -> None:
        """Take the code, which docs/mailboxes.md explains."""
        super().__init__(reason)
        self.reason = reason


class ImapRefusal(ImapTrouble):
    """The server has said no to one thing; the conversation goes on."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as it is now: messages keep their number for as long as `uidvalidity` stays, the next has `uidnext`."""

    uidvalidity: int
    uidnext: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A message that is there: its number, its size in bytes as the server guesses it, and when the server had it."""

    uid: int
    size: int
    received_at: datetime


@dataclass(slots=True)
class Session:
    """An open conversation. Everything raises ImapTrouble when it is over, and ImapRefusal when the server says no."""

    box: BaseMailBox = field(repr=False)

    def select(self, folder: str) -> Folder:
        """Open a folder, or look at it again."""
        with _heard("no-such-folder"):
            self.box.folder.set(folder)
            validity, following = self._said("UIDVALIDITY"), self._said("UIDNEXT")
        if validity is None:
            raise ImapTrouble("no-uidvalidity")
        return Folder(validity, following if following is not None else max(self.uids(1), default=0) + 1)

    def uids(self, first: int, last: int | None = None, since: date | None = None) -> list[int]:
        """The numbers of the messages from `first` on, in order; those received on or after a day of the server's."""
        wanted = AND(uid=U(str(first), str(last or "*")), date_gte=since)
        with _heard("search-refused"):
            found = sorted({int(uid) for uid in self.box.uids(wanted, charset=None)})
        return [uid for uid in found if uid >= first]  # `9:*` gives the last message even if that has a lower number

    def listed(self, uids: Sequence[int]) -> list[Listed]:
        """What these messages are, in order; those that are gone are left out."""
        data = self._fetch(uids, "(RFC822.SIZE INTERNALDATE)")
        lines = [item if isinstance(item, bytes) else item[0] for item in data if item]
        return sorted(filter(None, map(_listed, lines)), key=lambda each: each.uid)

    def fetch(self, uids: Sequence[int], limit: int) -> list[tuple[int, bytes]]:
        """At most `limit` bytes of each of these messages, in order; those that are gone are left out."""
        return sorted(_bodies(self._fetch(uids, f"(BODY.PEEK[]<0.{limit}>)")))

    def mark(self, uids: Sequence[int], after: str) -> None:
        """Do with these messages what is done when they were taken in: `seen`, `keyword:Name` or `move:Folder`."""
        kind, _, name = after.partition(":")
        with _heard("mark-refused"):
            if kind == "move":
                self._move(_set(uids), name)
            else:
                self._uid("STORE", _set(uids), "+FLAGS.SILENT", f"({name or chr(92) + 'Seen'})")

    @property
    def can_wait(self) -> bool:
        """Whether the server tells of what comes by itself (RFC 2177)."""
        return "IDLE" in self.box.client.capabilities

    def wait(self, seconds: float) -> None:
        """Wait until the server tells of something, at most so long; only where it can."""
        with _heard("idle-refused"):
            self.box.idle.wait(seconds)

    def close(self) -> None:
        """Say goodbye, if there is still somebody who answers, and let go."""
        with contextlib.suppress(Exception):
            self.box.client.sock.settimeout(GOODBYE_SECONDS)
            self.box.client.logout()
        with contextlib.suppress(Exception):
            self.box.client.shutdown()

    def abort(self) -> None:
        """End the conversation from another thread: whoever is waiting for the server hears ImapTrouble."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.box.client.sock, socket.SHUT_RDWR)  # not TLS's own: it would be in mid-read

    def _said(self, name: str) -> int | None:
        _, said = self.box.client.response(name)
        return int(said[-1]) if said and said[-1] else None

    def _fetch(self, uids: Sequence[int], what: str) -> list[Any]:
        if not uids:
            return []
        with _heard("fetch-refused"):
            return self._uid("FETCH", _set(uids), what)

    def _move(self, uids: str, folder: str) -> None:
        moves = "MOVE" in self.box.client.capabilities
        self._carry("MOVE" if moves else "COPY", uids, folder)
        if moves:
            return
        self._uid("STORE", uids, "+FLAGS.SILENT", r"(\Deleted)")
        if "UIDPLUS" in self.box.client.capabilities:  # a plain EXPUNGE would remove what others have marked as well
            self._uid("EXPUNGE", uids)

    def _carry(self, command: str, uids: str, folder: str) -> None:
        """Move or copy into a folder, which is made if it is not there yet."""
        try:
            self._uid(command, uids, encode_folder(folder))
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            with contextlib.suppress(ImapToolsError):  # somebody else may have made it just now
                self.box.folder.create(folder)
            self._uid(command, uids, encode_folder(folder))

    def _uid(self, command: str, *arguments: str | bytes) -> list[Any]:
        kind, data = self.box.client.uid(command, *arguments)  # type: ignore[arg-type] # it takes bytes as well
        if kind != "OK":
            raise imaplib.IMAP4.error(command)
        return list(data)


def connect(account: ImapAccount, tokens: Tokens | None = None) -> Session:
    """Connect and log in, with a token where the account has no password; raises ImapTrouble."""
    box = _open(account)
    try:
        if tokens is None:
            _log_in(box, account)
        else:
            _log_in_by_token(box, account, tokens)
        # What a server can do it often says only now, and the library asks only before.
        box.client.capabilities = tuple(box.client.capability()[1][-1].decode().upper().split())
    except ImapTrouble:
        Session(box).close()
        raise
    except (imaplib.IMAP4.error, OSError) as error:
        Session(box).close()
        raise ImapTrouble("connection-lost") from error
    return Session(box)


def _open(account: ImapAccount) -> BaseMailBox:
    refused = "tls-failed" if account.security == "starttls" else "no-imap-server"
    try:
        if account.security == "tls":
            return MailBox(account.host, account.port, account.timeout_seconds, ssl_context=_trusted())
        box = MailBoxUnencrypted(account.host, account.port, account.timeout_seconds)
        if account.security == "starttls":
            _encrypt(box)
    except ssl.SSLCertVerificationError as error:
        raise ImapTrouble("certificate-not-trusted") from error
    except ssl.SSLError as error:
        raise ImapTrouble("tls-failed") from error
    except OSError as error:
        raise ImapTrouble("unreachable") from error
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        raise ImapTrouble(refused) from error
    return box


def _encrypt(box: BaseMailBox) -> None:
    try:
        box.client.starttls(_trusted())
    except Exception:
        Session(box).close()
        raise


def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()


def _log_in(box: BaseMailBox, account: ImapAccount) -> None:
    plain = account.user.isascii() and account.password.isascii()
    try:
        (box.login if plain else box.login_utf8)(account.user, account.password, initial_folder=None)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        said = next((reason for code, reason in _LOGIN.items() if f"[{code}]" in str(error)), "login-refused")
        raise ImapTrouble(said) from None  # what the server said may repeat the user's name


def _log_in_by_token(box: BaseMailBox, account: ImapAccount, tokens: Tokens) -> None:
    """Log in by XOAUTH2, as Microsoft and Google have it."""
    try:
        token = tokens.token()
    except OAuthTrouble as trouble:
        raise ImapTrouble(trouble.reason) from None
    said = f"user={account.user}\1auth=Bearer {token}\1\1".encode()
    # A server that refuses a token says why in a challenge, and waits for an empty answer before it says NO.
    answers = iter((said,))
    try:
        kind, _ = box.client.authenticate("XOAUTH2", lambda _: next(answers, b""))
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        kind = "NO"
    if kind != "OK":
        tokens.forget(token)
        raise ImapTrouble("token-refused")


@contextlib.contextmanager
def _heard(refusal: str) -> Iterator[None]:
    """Put what the library raises into our words."""
    try:
        yield
    except imaplib.IMAP4.readonly as error:
        raise ImapTrouble("read-only") from error
    except (imaplib.IMAP4.abort, OSError) as error:
        raise ImapTrouble("connection-lost") from error
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        raise ImapRefusal(refusal) from error


def _set(uids: Iterable[int]) -> str:
    return ",".join(map(str, uids))


def _listed(line: bytes) -> Listed | None:
    uid, size, received = _UID.search(line), _SIZE.search(line), _DATE.search(line)
    if not uid or not size or not received:
        return None  # the server speaks of flags that somebody else has set
    return Listed(int(uid[1]), int(size[1]), parsedate_to_datetime(received[1].decode().strip()).astimezone(UTC))


def _bodies(data: Sequence[Any]) -> Iterator[tuple[int, bytes]]:
    """The messages of an answer, in which a literal stands beside what comes before it, and the rest comes next."""
    for at, item in enumerate(data):
        if isinstance(item, tuple):
            rest = data[at + 1] if at + 1 < len(data) and isinstance(data[at + 1], bytes) else b""
            uid = _UID.search(item[0]) or (None if _ANOTHER.match(rest) else _UID.search(rest))
            if uid:
                yield int(uid[1]), item[1]
        elif item and b"BODY[" in item and (uid := _UID.search(item)):
            yield int(uid[1]), b""  # nothing at all is no literal
