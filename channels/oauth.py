"""Access tokens by OAuth 2 for a mail server, fetched when needed and kept until shortly before they end."""

import contextlib
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import httpx

EXAMPLE: Final = "https://client-id:client-secret@login.example/tenant/oauth2/v2.0/token?scope=…"
EARLY_SECONDS: Final = 120.0
"""How long before its end a token is given up: a conversation that begins with it should not outlive it at once."""

_USUAL_SECONDS: Final = 3600.0
_TIMEOUT_SECONDS: Final = 20.0
_FIELDS: Final = frozenset({"scope", "refresh_token", "refresh_token_file"})


class OAuthTrouble(Exception):  # noqa: N818 - the state of somebody else's server, not a fault of ours
    """There is no token; `reason` is a short code without anything that the server said."""

    def __init__(self, reason: str) -> None:
        """Take the code: oauth-refused or oauth-unreachable."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """Who asks for tokens, where, and for what.

    With a refresh token (RFC 6749, section 6) it asks for the mailbox of the person who once agreed; without one for
    itself (section 4.4), which has to be allowed to read the mailbox. A refresh token that comes from a file is written
    back there when the server replaces it.
    """

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = ""
    refresh_token: str = field(default="", repr=False)
    refresh_token_file: Path | None = None

    def form(self) -> dict[str, str]:
        """What is posted for a token; raises OSError where the file cannot be read."""
        form = {"client_id": self.client_id, "client_secret": self.client_secret, "scope": self.scope}
        held = self.refresh_token
        if self.refresh_token_file is not None:
            held = self.refresh_token_file.read_text(encoding="utf-8").strip()
        form |= {"grant_type": "refresh_token", "refresh_token": held} if held else {"grant_type": "client_credentials"}
        return {name: value for name, value in form.items() if value}


def read_client(url: str) -> OAuthClient:
    """The client of a URL; raises ValueError, which says what to write and never repeats what was written."""
    found = _split(url)
    local = found.hostname in ("localhost", "127.0.0.1", "::1")
    if found.scheme != "https" and not (found.scheme == "http" and local):
        raise ValueError(f"must start with https://, for example {EXAMPLE}")
    user = unquote(found.username or "")
    if not user or not found.hostname:
        raise ValueError(f"must have a client's id and the address of the token endpoint, for example {EXAMPLE}")
    asked = dict(parse_qsl(found.query, keep_blank_values=True))
    if asked.keys() - _FIELDS:
        raise ValueError(f"may have {', '.join(sorted(_FIELDS))} after the question mark, and nothing else")
    file = asked.get("refresh_token_file")
    host = found.netloc.rpartition("@")[2]
    return OAuthClient(
        token_url=f"{found.scheme}://{host}{found.path}",
        client_id=user,
        client_secret=unquote(found.password or ""),
        scope=asked.get("scope", ""),
        refresh_token=asked.get("refresh_token", ""),
        refresh_token_file=Path(file) if file else None,
    )


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise ValueError(f"cannot be read, for example {EXAMPLE}") from None


class Tokens:
    """The tokens of one client, for any number of threads."""

    def __init__(self, client: OAuthClient, clock: Callable[[], float] = time.monotonic) -> None:
        """Ask as this client; `clock` gives seconds."""
        self.client = client
        self._clock = clock
        self._lock = threading.Lock()
        self._token, self._until = "", 0.0

    def token(self) -> str:
        """A token that is good for some minutes yet; raises OAuthTrouble."""
        with self._lock:
            if not self._token or self._clock() >= self._until:
                self._ask()
            return self._token

    def forget(self, token: str) -> None:
        """Give a token up, because a server would not have it."""
        with self._lock:
            if token == self._token:
                self._token = ""

    def _ask(self) -> None:
        try:
            answer = httpx.post(self.client.token_url, data=self.client.form(), timeout=_TIMEOUT_SECONDS)
        except OSError:
            raise OAuthTrouble("oauth-refused") from None  # the file with the refresh token cannot be read
        except httpx.HTTPError:
            raise OAuthTrouble("oauth-unreachable") from None
        if (
            answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR
            or answer.status_code == httpx.codes.TOO_MANY_REQUESTS
        ):
            raise OAuthTrouble("oauth-unreachable")
        said = _object(answer)
        token = said.get("access_token")
        if not answer.is_success or not isinstance(token, str) or not token.isprintable():
            raise OAuthTrouble("oauth-refused")
        self._token, self._until = token, self._clock() + _lasts(said.get("expires_in")) - EARLY_SECONDS
        self._keep(said.get("refresh_token"))

    def _keep(self, replaced: object) -> None:
        """Write a new refresh token to the file that the old one came from, all of it or nothing."""
        file = self.client.refresh_token_file
        if file is None or not isinstance(replaced, str) or not replaced:
            return
        with contextlib.suppress(OSError):  # the old one may serve on: the next refusal will say if it does not
            beside = file.with_name(f".{file.name}.new")
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as written:
                written.write(replaced + "\n")
                written.flush()
                os.fsync(written.fileno())
            beside.replace(file)


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _lasts(seconds: object) -> float:
    try:
        return max(float(str(seconds)), EARLY_SECONDS)
    except ValueError:
        return _USUAL_SECONDS
