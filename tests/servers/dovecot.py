"""A private Dovecot for tests: mailboxes in Maildir folders that anybody may log in to with the one password."""

import contextlib
import grp
import imaplib
import os
import pwd
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tests.servers.process import Server, find, free_port, own, run_as, unprivileged_user, wait_a_moment

INSTALL = "apt-get install dovecot-imapd (macOS: brew install dovecot)"
PASSWORD = "open-sesame"
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {log}
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
protocols = imap
listen = 127.0.0.1
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
mail_max_userip_connections = 100
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  service_count = 0
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""

OAUTH2 = """
introspection_url = http://127.0.0.1:{token_port}/check?access_token=
introspection_mode = get
username_attribute = email
active_attribute = active
active_value = true
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as the server has it now."""

    uid: int
    raw: bytes
    flags: frozenset[str]


@dataclass(slots=True)
class Dovecot:
    """A running server; `server` is what can be killed and started again."""

    server: Server
    folder: Path
    port: int
    tls_port: int

    @property
    def certificate(self) -> Path:
        """What whoever is to trust it has to be shown."""
        return self.folder / "cert.pem"

    def url(self, user: str, password: str = PASSWORD) -> str:
        """The address of an account, as a setting has it."""
        return f"imap://{user}:{password}@127.0.0.1:{self.port}?security=none"

    @contextmanager
    def account(self, user: str) -> Iterator[imaplib.IMAP4]:
        """A conversation of the mailbox's owner."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=60) as client:
            client.login(user, PASSWORD)
            yield client

    def put(self, user: str, *messages: bytes, folder: str = "INBOX", at: datetime | None = None) -> None:
        """Deliver messages, received now or at a moment."""
        received = imaplib.Time2Internaldate(at or datetime.now(UTC))
        with self.account(user) as client:
            for raw in messages:
                assert client.append(folder, "", received, raw)[0] == "OK"

    def kept(self, user: str, folder: str = "INBOX") -> list[Kept]:
        """The messages in a folder, in their order; none where there is no such folder."""
        with self.account(user) as client:
            if client.select(f'"{folder}"', readonly=True)[0] != "OK":
                return []
            _, data = client.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")
            return [_kept(item[0], item[1]) for item in data if isinstance(item, tuple)]

    def uidvalidity(self, user: str) -> int:
        """What the numbers of the messages hold for."""
        with self.account(user) as client:
            client.select(readonly=True)
            return int(client.response("UIDVALIDITY")[1][0] or 0)

    def renumber(self, user: str) -> None:
        """Lose the indexes, as a restored or rebuilt mailbox has: the messages stay, and get other numbers."""
        before = self.uidvalidity(user)
        while self.uidvalidity(user) == before:  # it is a moment in whole seconds
            self.server.kill()
            for file in (self.folder / "mail" / user).glob("dovecot*"):
                file.unlink()
            self.server.start()
            wait_a_moment()


@contextmanager
def dovecot_server(token_port: int = 9) -> Iterator[Dovecot]:
    """A fresh server on free ports that keeps its mail through a kill; ended and removed afterwards.

    It asks the server of tokens on this port about whoever logs in with one.
    """
    program = find(["dovecot"], [Path("/usr/sbin"), Path("/usr/local/sbin"), Path("/opt/homebrew/sbin")], INSTALL)
    user = unprivileged_user()
    folder = Path(tempfile.mkdtemp(prefix="firstcontact-dovecot-"))
    try:
        own(folder, user)
        own(folder / "mail", user)
        _certify(folder, user)
        port, tls_port, log = free_port(), free_port(), Path(f"{folder}.log")
        log.touch()
        if user is not None:
            shutil.chown(log, user)
        names = _names(user) | {"folder": str(folder), "log": str(log), "password": PASSWORD}
        (folder / "dovecot.conf").write_text(CONFIG.format(port=port, tls_port=tls_port, **names))
        (folder / "oauth2.conf").write_text(OAUTH2.format(token_port=token_port))
        command = [program, "-F", "-c", folder / "dovecot.conf"]
        server = Server(command, log, ready=partial(_greets, port), user=user)
        server.start()
        try:
            yield Dovecot(server, folder, port, tls_port)
        finally:
            server.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        Path(f"{folder}.log").unlink(missing_ok=True)


def _names(user: str | None) -> Mapping[str, str]:
    entry = pwd.getpwnam(user) if user else pwd.getpwuid(os.getuid())
    return {"user": entry.pw_name, "group": grp.getgrgid(entry.pw_gid).gr_name}


def _certify(folder: Path, user: str | None) -> None:
    key, certificate = folder / "key.pem", folder / "cert.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    named = ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    run_as(user, [*made, *named, "-keyout", key, "-out", certificate])


def _greets(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        return connection.recv(100).startswith(b"* OK")
    return False


def _kept(head: bytes, raw: bytes) -> Kept:
    uid = int(head.split(b"UID ")[1].split()[0])
    return Kept(uid, raw, frozenset(flag.decode() for flag in imaplib.ParseFlags(head)))
