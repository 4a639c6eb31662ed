"""Somebody at the console: keeps cookies, follows redirects, and fills in the forms of the page that was answered."""

import asyncio
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from router import accounts
from router.accounts import Role
from router.services import Services
from router.store import users
from router.store.engine import begin_write
from router.store.schema import sessions
from router.store.schema import users as table
from router.web.app import create_app
from tests.landlord import TUESDAY

PASSWORD = "three words quite apart"
PASSWORD_HASH = accounts.hash_password(PASSWORD)
_numbers = itertools.count(1)
_latest: list[Any] = []
FORM_TOKEN = re.compile(r'name="form_token" value="(\w+)"')


@dataclass(slots=True)
class Clock:
    """A clock that stands still unless it is moved on."""

    now: datetime = TUESDAY

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


@dataclass(slots=True)
class Visitor:
    """One browser. `url` is the address that it uses, `ip` where it is."""

    services: Services
    url: str = "http://127.0.0.1:8000"
    ip: str = "127.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)
    user: dict[str, Any] = field(default_factory=dict)
    app: Any = None

    def __post_init__(self) -> None:
        self.app = app_of(self.services)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """The page at an address, without following where it leads."""
        return self.send("GET", path, headers=headers)

    def post(self, path: str, fields: Mapping[str, Any] | None = None, **headers: str) -> httpx.Response:
        """Send a form with the token that this visitor's forms have, unless the fields have another."""
        return self.send("POST", path, data={"form_token": self.form_token(), **(fields or {})}, headers=headers)

    def follow(self, answer: httpx.Response) -> httpx.Response:
        """The page that a redirect leads to."""
        assert answer.status_code == 303, answer.text
        return self.get(answer.headers["location"])

    def form_token(self) -> str:
        """The token in the forms of this visitor."""
        found = FORM_TOKEN.search(self.get("/account").text) or FORM_TOKEN.search(self.get("/sign-in").text)
        return found[1] if found else ""

    def send(self, method: str, path: str, **how: Any) -> httpx.Response:
        """Send a request, and keep the cookies of the answer."""
        headers = {name.replace("_", "-"): value for name, value in how.pop("headers", {}).items()}
        headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = asyncio.run(self._send(method, path, headers=headers, **how))
        for line in answer.headers.get_list("set-cookie"):
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer

    async def _send(self, method: str, path: str, **how: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, client=(self.ip, 50_000))
        async with httpx.AsyncClient(transport=transport, base_url=self.url) as client:
            return await client.request(method, path, **how)

    def signed_in(self, roles: Sequence[str], teams: Sequence[str], password_hash: str) -> "Visitor":
        """Be signed in as a new user, without the form."""
        self.user, now = add_user(self.services, roles, teams, password_hash), self.services.clock()
        self.cookies["firstcontact"] = token = accounts.new_token()
        row = {"digest": accounts.digest(token), "user_id": self.user["id"], "created_at": now, "seen_at": now}
        with begin_write(self.services.record) as record:
            record.execute(sessions.insert().values(**row))
        return self

    def sign_in(self, password: str = PASSWORD, email: str = "", **more: str) -> httpx.Response:
        """Fill in the sign-in form."""
        token = FORM_TOKEN.search(self.get("/sign-in").text)
        fields = {"email": email or self.user["email"], "password": password, "form_token": token[1] if token else ""}
        return self.send("POST", "/sign-in", data=fields | more)


def app_of(services: Services) -> Any:
    """The application on these services: the one of the visitor before, where it is that."""
    if not _latest or _latest[0] is not services:
        _latest[:] = services, create_app(services)
    return _latest[1]


def add_user(
    services: Services, roles: Sequence[str], teams: Sequence[str] = (), password_hash: str | None = PASSWORD_HASH
) -> dict[str, Any]:
    """A new user in the record."""
    email = f"user{next(_numbers)}@mill-lane.example"
    user = accounts.new_user(email, "Sam Reed", [Role(role) for role in roles], teams, services.clock())
    user["password_hash"] = password_hash
    with begin_write(services.record) as record:
        record.execute(table.insert().values(**user))
        assert users.by_email(record, email)
    return user
