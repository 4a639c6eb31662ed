"""Fetching the files of a message from Twilio: signed in at its API alone, and from nowhere but its own hosts.

The address of a file comes from outside, so nothing of it is trusted: it has to be the provider's, over HTTPS, and
lead to a public address. The API answers with a redirect to where the file lies, which is followed without the
account's credentials, as that address is signed by itself.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from channels.http_sending import put_off
from channels.inbound import Attachment
from channels.media_kinds import ENDINGS, fits, kind_of

API: Final = "https://api.twilio.com"
HOSTS: Final = ("twilio.com", "twiliocdn.com")
"""Domains of the provider's own: these and what lies below them."""

STORES: Final = frozenset({"s3-external-1.amazonaws.com", "s3.amazonaws.com"})
"""Where the provider keeps files with somebody else: these hosts alone, and only as the target of a redirect."""

_MOST_REDIRECTS: Final = 4
_CHUNK: Final = 64 * 1024
_AGAIN: Final = frozenset({401, 403, 404, 409, 425})
"""Errors that may pass: credentials are put right, and a file may be listed a moment before it can be fetched."""

Resolve = Callable[[str], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Account:
    """Whose files they are: what to sign in with, and the address of the API, which may be any that was set up."""

    sid: str
    token: str = field(repr=False)
    api: str = API


@dataclass(frozen=True, slots=True)
class NotFetched:
    """Why a file was not fetched, as a short code, and whether another try may help."""

    reason: str
    again: bool = False


class _Refusal(Exception):  # noqa: N818 - it is an answer, not a fault
    def __init__(self, outcome: NotFetched) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


def resolve(host: str) -> tuple[str, ...]:
    """The addresses of a host; raises OSError where it has none."""
    return tuple(dict.fromkeys(str(each[4][0]) for each in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)))


def fetch(
    url: str, declared: str, name: str, account: Account, client: httpx.Client, limit: int, look_up: Resolve = resolve
) -> Attachment | NotFetched:
    """Fetch one file of at most `limit` bytes; `declared` is the type that the message said, `name` without ending."""
    try:
        content = _followed(url, account, client, limit, look_up)
    except _Refusal as refusal:
        return refusal.outcome
    except httpx.TimeoutException:
        return NotFetched("timeout", again=True)
    except httpx.HTTPError:
        return NotFetched("unreachable", again=True)
    kind = kind_of(content)
    if not kind:
        return NotFetched("type-not-allowed")
    if not fits(declared, kind):
        return NotFetched("not-what-it-says")
    return Attachment(name + ENDINGS[kind], kind, sha256(content).hexdigest(), len(content), content)


def _followed(url: str, account: Account, client: httpx.Client, limit: int, look_up: Resolve) -> bytes:
    for hop in range(_MOST_REDIRECTS + 1):
        request = _request(url, account, client, look_up, first=hop == 0)
        response = client.send(request, stream=True, follow_redirects=False)
        try:
            if not response.is_redirect:
                return _content(response, limit)
            url = urljoin(url, response.headers.get("location", ""))
        finally:
            response.close()
    raise _Refusal(NotFetched("too-many-redirects"))


def _request(url: str, account: Account, client: httpx.Client, look_up: Resolve, *, first: bool) -> httpx.Request:
    """The request for an address that may be called; the account signs in at its API, and there alone.

    An API that was set up instead of the provider's own, such as one on this machine, is trusted as it stands.
    """
    try:
        parts = urlsplit(url)
        origin, port = (parts.scheme, parts.hostname or "", parts.port), parts.port
    except ValueError:
        raise _Refusal(NotFetched("address-refused")) from None
    api = urlsplit(account.api)
    if parts.username or parts.password:
        raise _Refusal(NotFetched("address-refused"))
    if account.api != API and origin == (api.scheme, api.hostname, api.port):
        return _signed(client.build_request("GET", url), account) if first else client.build_request("GET", url)
    if parts.scheme != "https" or port not in (None, 443) or not _is_theirs(origin[1], first=first):
        raise _Refusal(NotFetched("address-refused"))
    request = _pinned(client, url, origin[1], look_up)
    return _signed(request, account) if first and _is_api(origin[1]) else request


def _is_theirs(host: str, *, first: bool) -> bool:
    return any(host == each or host.endswith(f".{each}") for each in HOSTS) or (not first and host in STORES)


def _is_api(host: str) -> bool:
    """Whether it is the API, or that of one of its regions, such as api.dublin.ie1.twilio.com."""
    return host == "api.twilio.com" or (host.startswith("api.") and host.endswith(".twilio.com"))


def _pinned(client: httpx.Client, url: str, host: str, look_up: Resolve) -> httpx.Request:
    """A request to the very address that was looked at, so that a name cannot lead elsewhere a moment later."""
    try:
        found = look_up(host)
    except OSError:
        raise _Refusal(NotFetched("unreachable", again=True)) from None
    if not found or not all(_is_public(each) for each in found):
        raise _Refusal(NotFetched("address-refused"))
    address = next((each for each in found if ":" not in each), found[0])
    pinned = httpx.URL(url).copy_with(host=address)
    return client.build_request("GET", pinned, headers={"Host": host}, extensions={"sni_hostname": host})


def _is_public(written: str) -> bool:
    address = ipaddress.ip_address(written.partition("%")[0])
    inner = getattr(address, "ipv4_mapped", None) or address
    return inner.is_global and not inner.is_multicast


def _signed(request: httpx.Request, account: Account) -> httpx.Request:
    token = account.token.partition(",")[0].strip()
    return next(iter(httpx.BasicAuth(account.sid, token).auth_flow(request)))


def _content(response: httpx.Response, limit: int) -> bytes:
    """The body, of which never more than the limit is read, whatever its headers say."""
    if later := put_off(response):
        raise _Refusal(NotFetched(later.reason, again=True))
    if not response.is_success:
        raise _Refusal(NotFetched(f"http-{response.status_code}", again=response.status_code in _AGAIN))
    declared = response.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:12]) > limit:
        raise _Refusal(NotFetched("too-large"))
    return b"".join(_limited(response, limit))


def _limited(response: httpx.Response, limit: int) -> Iterator[bytes]:
    size = 0
    for chunk in response.iter_bytes(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise _Refusal(NotFetched("too-large"))
        yield chunk
