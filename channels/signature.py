"""The signature that Twilio puts on its requests, checked with one HMAC of the standard library."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from urllib.parse import quote, unquote_plus

from channels.adapter import Refused, Request, Secrets

TOKEN = "TWILIO_AUTH_TOKEN"  # noqa: S105 - the name of the setting
HEADER = "x-twilio-signature"
SETTINGS_HEADER = "x-twilio-webhooks-signature-settings"
_ALGORITHMS = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
_LEFT_PLAIN = "@:"
"""What is encoded in the call and plain in what was signed, as in the caller's address of a SIP call fetched by GET."""

_SPLIT = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(?:([^/?#]*)@)?(\[[^\]/?#]*\]|[^/?#:@]*)(:\d*)?(.*)", re.DOTALL)


def verify(request: Request, secrets: Secrets) -> None:
    """Raise Refused unless the request bears the signature of our account."""
    require(request, secrets[TOKEN])


def require(request: Request, tokens: str) -> None:
    """Let a genuine request pass; raise Refused for any other. `tokens` are one or more, separated by commas."""
    given = request.headers.get(HEADER, "").strip()
    if not given:
        raise Refused("unsigned")
    algorithm = algorithm_of(request.headers.get(SETTINGS_HEADER, ""))
    if algorithm is None or not _is_genuine(request, given.encode("utf-8", "replace"), _keyed(tokens, algorithm)):
        raise Refused("wrong-signature")


def algorithm_of(settings: str) -> str | None:
    """Return the hashlib name of the algorithm that the settings header asks for; None for one that is not known."""
    for part in settings.split(","):
        name, _, value = part.partition("=")
        if name.strip() == "algorithm" and value.strip():
            return _ALGORITHMS.get(value.strip().upper())
    return "sha1"


def sign(url: str, form: Mapping[str, Sequence[str]], token: bytes) -> bytes:
    """Return the signature of a URL and the fields posted to it, in base64."""
    return _mac(url, _joined(form), hmac.new(token, digestmod="sha1"))


def urls_as_signed(url: str) -> Iterator[str]:
    """Yield the forms of a URL that a provider may have signed: as it is, without and with its port, re-encoded."""
    yield url
    match = _SPLIT.fullmatch(url)
    if not match:
        return
    scheme, user, host, port, rest = match.groups()
    before = f"{scheme}://{user + '@' if user else ''}{host}"
    default = ":443" if scheme.lower() == "https" else ":80"
    tails = dict.fromkeys((rest, *_encodings(rest)))
    ports = dict.fromkeys(("", port if port and port != ":" else default))
    yield from (form for tail in tails for each in ports if (form := before + each + tail) != url)


@lru_cache(maxsize=8)
def _keyed(tokens: str, algorithm: str) -> tuple[hmac.HMAC, ...]:
    """An HMAC for each of the tokens, keyed once: that takes longer than signing a text with it."""
    return tuple(hmac.new(token.strip().encode(), digestmod=algorithm) for token in tokens.split(",") if token.strip())


def _is_genuine(request: Request, given: bytes, keys: tuple[hmac.HMAC, ...]) -> bool:
    covers = tuple(_covers(request))
    return any(
        hmac.compare_digest(_mac(url, cover, key), given)
        for called in _as_called(request)
        for url in urls_as_signed(called)
        for cover in covers
        for key in keys
    )


def _covers(request: Request) -> Iterator[bytes]:
    """Yield what may follow the URL in the signed text: together with it, it must cover every byte of the body."""
    if request.form or not request.body:
        yield _joined(request.form)
    if request.body and _is_hashed_in_url(request):
        yield b""


def _as_called(request: Request) -> Iterator[str]:
    """Yield the URLs of a request, then the same with the credentials that it brought: the signed URL may hold them."""
    yield from request.urls
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return
    try:
        user = base64.b64decode(encoded, validate=True).decode()
    except ValueError:
        return
    yield from (url.replace("://", f"://{user}@", 1) for url in request.urls if "@" not in url.partition("?")[0])


def _is_hashed_in_url(request: Request) -> bool:
    claimed = request.query.get("bodySHA256") if "?" in request.urls[0] else None
    if not claimed:
        return False
    actual = hashlib.sha256(request.body).hexdigest().encode()
    return hmac.compare_digest(actual, claimed[0].lower().encode("utf-8", "surrogateescape"))


def _joined(form: Mapping[str, Sequence[str]]) -> bytes:
    """Join the fields as the provider does: names in order, of a repeated one each different value once, in order."""
    pieces = [
        name + value
        for name in sorted(form)
        for value in (form[name] if len(form[name]) == 1 else sorted(set(form[name])))
    ]
    return "".join(pieces).encode("utf-8", "surrogateescape")


def _mac(url: str, form: bytes, key: hmac.HMAC) -> bytes:
    mac = key.copy()
    mac.update(url.encode("utf-8", "surrogateescape") + form)
    return base64.b64encode(mac.digest())


def _encodings(rest: str) -> Iterator[str]:
    """Yield a path and query with the query encoded anew: what signs and what calls may disagree on that."""
    path, mark, query = rest.partition("?")
    if not mark:
        return
    pairs = [pair.partition("=") for pair in query.split("&")]
    for plain in ("", _LEFT_PLAIN):
        again = "&".join(_encode(name, plain) + "=" + _encode(value, plain) for name, _, value in pairs)
        yield from (f"{path}?{again}", f"{path}?{again.replace('%20', '+')}")
    if "'" in query:
        yield path + "?" + query.replace("'", "%27")


def _encode(text: str, plain: str) -> str:
    return quote(unquote_plus(text, errors="surrogateescape"), safe="-_.!~*'()" + plain, errors="surrogateescape")
