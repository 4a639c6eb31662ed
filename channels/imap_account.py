"""How to reach an account at a mail server, as one URL: `imaps://user:password@host`, or `imap://` with STARTTLS.

Instead of a password there may be `?oauth=name`: the name of a client whose tokens are used.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

EXAMPLE: Final = "imaps://user:password@mail.landlord.example"
PORTS: Final[Mapping[str, int]] = {"imaps": 993, "imap": 143}
_ENCODE: Final = "write / ? # % [ ] in a user or password as %2F %3F %23 %25 %5B %5D"
_CONTROL: Final = 0x20


@dataclass(frozen=True, slots=True)
class ImapAccount:
    """A server, and whose mail is read there; `security` is tls, starttls or none.

    `oauth` is the name of the client whose tokens stand in for a password, "" for an account with one.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: str = "tls"
    oauth: str = ""
    timeout_seconds: float = 30.0

    @property
    def source(self) -> str:
        """Which mail this is, without saying whose: elsewhere the same numbers belong to other messages."""
        return hashlib.sha256(f"{self.host}:{self.port}\n{self.user}".encode()).hexdigest()[:16]


def read_account(url: str) -> ImapAccount:
    """The account of a URL; raises ValueError, which says what to write and never repeats what was written."""
    found = _split(url)
    if found.scheme not in PORTS or "://" not in url:
        raise ValueError(f"must start with imaps:// or imap://, for example {EXAMPLE}")
    user, password = unquote(found.username or ""), unquote(found.password or "")
    security, oauth = _asked(found)
    if oauth and password:
        raise ValueError("must have a password or ?oauth=, and not both")
    if not user or not (password or oauth) or not found.hostname:
        raise ValueError(f"must have a user, a password and a host, for example {EXAMPLE}; {_ENCODE}")
    if any(ord(character) < _CONTROL for character in user + password):
        raise ValueError("must have no control character in the user or the password")
    if found.path.strip("/") or found.fragment:
        raise ValueError(f"must end with the host or port: the folder stands in the landlord's YAML; {_ENCODE}")
    return ImapAccount(found.hostname, _port(found), user, password, security, oauth)


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise ValueError(f"cannot be read; {_ENCODE}") from None


def _port(found: SplitResult) -> int:
    try:
        return found.port or PORTS[found.scheme]
    except ValueError:
        raise ValueError(f"has a port that is no number from 1 to 65535; {_ENCODE}") from None


def _asked(found: SplitResult) -> tuple[str, str]:
    """What stands behind the question mark: how the conversation is kept private, and the name of an OAuth client."""
    asked = parse_qs(found.query, keep_blank_values=True)
    oauth = asked.pop("oauth", [""])[-1]
    if asked not in ({}, {"security": ["none"]}) or (asked and found.scheme == "imaps"):
        raise ValueError(
            "may only have ?oauth=NAME after it, and with imap:// ?security=none for a server on this machine"
        )
    return "none" if asked else "tls" if found.scheme == "imaps" else "starttls", oauth.lower().replace("_", "-")
