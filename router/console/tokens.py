"""Cookies and what hangs on them: the session's or visitor's token, the token in every form, and a message shown once.

All three hang on one secret in one cookie: a form's token and a message's signature are made with it, so they are worth
nothing in another session, and nothing has to be stored for them.
"""

import base64
import hashlib
import hmac
import json

from router.accounts import is_same, new_token
from router.settings import Settings

SESSION, FLASH = "firstcontact", "firstcontact-said"
LONGEST_TOKEN = 100
LONGEST_SAID = 2_000


class Cookies:
    """How cookies are named and set: with `__Host-` and Secure where people come by https."""

    def __init__(self, settings: Settings) -> None:
        """Take the address that people come by from these settings."""
        self._secure = settings.outside_url.startswith("https://")
        self._prefix = "__Host-" if self._secure else ""

    def token(self, header: str) -> str | None:
        """The token in a Cookie header, if there is one."""
        token = self._read(header, SESSION)
        return token if token and len(token) <= LONGEST_TOKEN and token.isascii() else None

    def said(self, header: str, token: str) -> str:
        """The message that waits to be shown in this session; nothing where it was made for another."""
        payload, _, signature = self._read(header, FLASH).partition(".")
        if not payload or not is_same(signature, _made(token, f"said {payload}")):
            return ""
        return str(json.loads(base64.urlsafe_b64decode(payload)))

    def set_token(self, token: str) -> str:
        """A Set-Cookie header that keeps a token until the browser is closed."""
        return self._set(SESSION, token)

    def set_said(self, text: str, token: str) -> str:
        """A Set-Cookie header that keeps a message for the next page; without a text, one that takes it away."""
        if not text:
            return self._set(FLASH, "", "Max-Age=0")
        payload = base64.urlsafe_b64encode(json.dumps(text[:LONGEST_SAID]).encode()).decode()
        return self._set(FLASH, f"{payload}.{_made(token, f'said {payload}')}", "Max-Age=60")

    def _set(self, name: str, value: str, *more: str) -> str:
        secure = ("Secure",) if self._secure else ()
        return "; ".join([f"{self._prefix}{name}={value}", "Path=/", "HttpOnly", "SameSite=Lax", *secure, *more])

    def _read(self, header: str, name: str) -> str:
        wanted = self._prefix + name
        pairs = (pair.strip().partition("=") for pair in header.split(";"))
        return next((value for key, _, value in pairs if key == wanted), "")


def visitor() -> str:
    """A token for somebody who has not signed in: forms need one too."""
    return new_token()


def form_token(token: str) -> str:
    """What every form of a session carries, to show that it came from a page of ours."""
    return _made(token, "form")


def _made(token: str, what: str) -> str:
    return hmac.new(token.encode(), what.encode(), hashlib.sha256).hexdigest()
