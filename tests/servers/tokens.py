"""A server of access tokens for tests (OAuth 2): gives them out, and tells a mail server whether one is good."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from tests.servers.http import Handler, listening

CLIENT, SECRET = "a-client", "its-secret"
TOKEN = "/tenant/oauth2/v2.0/token"


@dataclass(slots=True)
class TokenServer:
    """What it was asked, and what it says: whose mailbox its tokens open, and which of them are good."""

    port: int = 0
    user: str = ""
    good: set[str] = field(default_factory=set)
    refresh: str = "refresh-1"
    rotates: bool = False
    lasts: int = 3600
    status: int = 200
    useless: int = 0
    """Which of its tokens, counted from 1, no mail server will have."""
    asked: list[dict[str, str]] = field(default_factory=list)

    def url(self, **query: str) -> str:
        """The address of a client, as a setting has it."""
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        return f"http://{CLIENT}:{SECRET}@127.0.0.1:{self.port}{TOKEN}{'?' if asked else ''}{asked}"

    def answer(self, form: dict[str, str]) -> tuple[int, object]:
        """What is said to whoever asks for a token."""
        self.asked.append(form)
        if self.status != 200:
            return self.status, {"error": "server_error"}
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        if form["grant_type"] == "refresh_token" and form.get("refresh_token") != self.refresh:
            return 400, {"error": "invalid_grant"}
        token = f"token-{len(self.asked)}"
        if len(self.asked) != self.useless:
            self.good.add(token)
        said: dict[str, object] = {"access_token": token, "token_type": "Bearer", "expires_in": self.lasts}
        if self.rotates:
            self.refresh = f"refresh-{len(self.asked) + 1}"
            said["refresh_token"] = self.refresh
        return 200, said

    def standing(self, token: str) -> tuple[int, object]:
        """What is said to the mail server that was shown a token."""
        return (200, {"email": self.user, "active": True}) if token in self.good else (401, {"active": False})


@contextmanager
def token_server() -> Iterator[TokenServer]:
    """A running one on a free port."""
    kept = TokenServer()

    class Answers(Handler):
        def post(self) -> None:
            raw = self.posted().decode()
            self._say(kept.answer({name: values[0] for name, values in parse_qs(raw).items()}))

        def get(self) -> None:
            self._say(kept.standing(parse_qs(urlsplit(self.path).query).get("access_token", [""])[0]))

        def _say(self, said: tuple[int, object]) -> None:
            self.say(said[0], json.dumps(said[1]).encode())

    with listening(Answers) as port:
        kept.port = port
        yield kept
