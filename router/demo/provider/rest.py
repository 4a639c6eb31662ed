"""The provider's REST API: who may ask, which resource answers, its errors and its pages."""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

import orjson

from router.demo.provider.exchange import Exchange

Found = TypeVar("Found")
ROOT = "/2010-04-01/Accounts"
DOCS = "https://www.twilio.com/docs/errors"
PAGE_SIZE, LARGEST_PAGE = 50, 1_000
UNAUTHORISED, NOT_FOUND, NOT_ALLOWED, INVALID = 20_003, 20_404, 20_004, 20_001
TOKEN_HEADER = "i-twilio-idempotency-token"  # noqa: S105 - the name of a header


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: the fields of the form or of the query, with every value of each."""

    method: str
    path: str
    query: str
    fields: Mapping[str, Sequence[str]]
    headers: Mapping[str, str]

    def get(self, name: str, default: str = "") -> str:
        """The last value of a field."""
        return self.fields[name][-1] if self.fields.get(name) else default

    def number(self, name: str, default: int) -> int:
        """The last value of a field that is a whole number; raises RefusedError for any other."""
        value = self.get(name) or str(default)
        if not (value.isascii() and value.isdigit()):
            raise RefusedError(400, INVALID, f"Invalid Parameter {name}")
        return int(value[:9])


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered."""

    status: int
    body: bytes
    kind: str = "application/json"


class RefusedError(Exception):
    """Something that the API refuses: its status, and the provider's number for it."""

    def __init__(self, status: int, code: int, message: str) -> None:
        """Remember them."""
        super().__init__(message)
        self.status, self.code = status, code


Resource = Callable[..., Answer]
ROUTES: list[tuple[str, re.Pattern[str], Resource]] = []


def route(method: str, path: str) -> Callable[[Resource], Resource]:
    """Have this function answer such requests, below the account; {} in the path is a sid or a name."""
    pattern = re.compile(re.escape(path).replace(r"\{\}", "([^/]+?)"))

    def register(resource: Resource) -> Resource:
        ROUTES.append((method, pattern, resource))
        return resource

    return register


def request_of(method: str, path: str, query: bytes, headers: Mapping[str, str], body: bytes) -> Request:
    """A request as it came over HTTP."""
    fields: dict[str, list[str]] = {}
    form = body.decode(errors="replace") if method in ("POST", "PUT") else query.decode()
    for name, value in parse_qsl(form, keep_blank_values=True):
        fields.setdefault(name, []).append(value)
    return Request(method, path, query.decode(), fields, headers)


def answer(exchange: Exchange, request: Request) -> Answer:
    """Answer one request; what is wrong with it is said as the provider says it."""
    try:
        _admit(exchange, request)
        return _resource(exchange, request)
    except RefusedError as error:
        said = {"code": error.code, "message": str(error), "more_info": f"{DOCS}/{error.code}", "status": error.status}
        return Answer(error.status, orjson.dumps(said))


def _admit(exchange: Exchange, request: Request) -> None:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        given = base64.b64decode(encoded, validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        given = ""
    if given != f"{exchange.account}:{exchange.token}":
        raise RefusedError(401, UNAUTHORISED, "Authenticate")


def _resource(exchange: Exchange, request: Request) -> Answer:
    below = request.path.removeprefix(f"{ROOT}/{exchange.account}")
    matched = False
    for method, pattern, resource in ROUTES:
        if match := pattern.fullmatch(below):
            matched = True
            if method == request.method:
                return resource(exchange, request, *match.groups())
    if matched:
        raise RefusedError(405, NOT_ALLOWED, f"Method {request.method} is not allowed on {request.path}")
    raise not_found(request)


def once(exchange: Exchange, request: Request, make: Callable[[], str]) -> str:
    """The sid of what a request makes; one with the same idempotency token gets what the first made."""
    token = request.headers.get(TOKEN_HEADER, "")
    exchange.arrived[token] += 1
    sid = exchange.by_token.get(token) or make()
    if token:
        exchange.by_token[token] = sid
    return sid


def not_found(request: Request) -> RefusedError:
    """What is said of something that is not there."""
    return RefusedError(404, NOT_FOUND, f"The requested resource {request.path} was not found")


def there(request: Request, found: Found | None) -> Found:
    """What was found; raises RefusedError where nothing was."""
    if found is None:
        raise not_found(request)
    return found


def said(shape: Mapping[str, Any], status: int = 200) -> Answer:
    """A resource as JSON."""
    return Answer(status, orjson.dumps(shape))


def page(request: Request, name: str, rows: Iterable[Mapping[str, Any]]) -> Answer:
    """One page of a list, with where the next one is."""
    found = list(rows)
    size = max(min(request.number("PageSize", PAGE_SIZE), LARGEST_PAGE), 1)
    number = request.number("Page", 0)
    first, last = number * size, min((number + 1) * size, len(found))
    kept = [(key, value) for key, value in parse_qsl(request.query) if key not in ("Page", "PageToken", "PageSize")]

    def at(index: int) -> str:
        return f"{request.path}?{urlencode([*kept, ('PageSize', size), ('Page', index)])}"

    return said(
        {
            name: found[first:last],
            "page": number,
            "page_size": size,
            "start": first,
            "end": max(last - 1, first),
            "uri": at(number),
            "first_page_uri": at(0),
            "next_page_uri": at(number + 1) if last < len(found) else None,
            "previous_page_uri": at(number - 1) if number else None,
        }
    )


def moment(at: datetime | None) -> str | None:
    """A moment as the API writes it."""
    return format_datetime(at) if at else None


def within(request: Request, name: str, at: datetime | None) -> bool:
    """Whether a moment is on, before or after what the query asks for: `StartTime`, `StartTime<` and `StartTime>`."""
    asked = {sign: request.get(name + sign) for sign in ("", "<", ">")}
    if not any(asked.values()):
        return True
    if at is None:
        return False
    stamp = at.isoformat()
    return all(
        not value or compare(stamp[: len(value.rstrip("Z"))], value.rstrip("Z"))
        for (_, compare), value in zip(_SIGNS, asked.values(), strict=True)
    )


_SIGNS: tuple[tuple[str, Callable[[str, str], bool]], ...] = (
    ("", lambda at, asked: at == asked),
    ("<", lambda at, asked: at <= asked),
    (">", lambda at, asked: at >= asked),
)
