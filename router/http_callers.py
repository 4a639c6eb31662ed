"""Which URL did the caller use, and from where? Behind a proxy neither is what arrives here, and much rests on both."""

import re
from collections.abc import Mapping
from functools import lru_cache, partial
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from starlette.types import Scope

from router.settings import Settings

FORWARDING = frozenset({"forwarded", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-port"})

_PAIR = re.compile(r'([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;,\s"]+))')
_ESCAPED = re.compile(r"\\(.)")

IPV6_SITE = 64
"""Bits of an IPv6 address that name a site, such as a home."""

Networks = tuple[IPv4Network | IPv6Network, ...]


def headers_of(scope: Scope) -> dict[str, str]:
    """The request's headers by lower-case name; of a repeated one all values, joined by commas."""
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


class Callers:
    """Knows under which URLs this server may have been called, and whose word on that it takes."""

    def __init__(self, settings: Settings) -> None:
        """Take the public URL and the trusted proxies of these settings."""
        self._public = settings.public_url
        self._trusts = lru_cache(maxsize=1024)(partial(_is_within, settings.trusted_proxies))

    def urls(self, scope: Scope, headers: Mapping[str, str]) -> tuple[str, ...]:
        """The URLs that the caller may have used, likeliest first: the public one, a trusted proxy's word, our own."""
        path = scope.get("raw_path", scope["path"].encode()).decode("latin-1")
        query = scope.get("query_string", b"").decode("latin-1")
        target = f"{path}?{query}" if query else path
        own = f"{scope.get('scheme', 'http')}://{headers.get('host', '')}"
        bases = (self._public, *(_forwarded(headers, own) if self._is_proxy(scope) else ()), own)
        return tuple([base + target for base in dict.fromkeys(bases) if base])

    def network(self, scope: Scope, headers: Mapping[str, str]) -> str:
        """Where the caller is: their IPv4 address, or the network of their IPv6 address, as no more is one person's.

        Of the addresses that proxies have passed on, the last that is no trusted proxy's; "" where none can be known.
        """
        client = scope.get("client")
        passed_on = headers.get("x-forwarded-for", "").split(",") if self._is_proxy(scope) else []
        hops = [hop.strip() for hop in (*passed_on, client[0] if client else "") if hop.strip()]
        known = [hop for hop in reversed(hops) if not self._trusts(hop)]
        return _network((known or hops or [""])[0])

    def _is_proxy(self, scope: Scope) -> bool:
        # Without an address it is a unix socket: only this machine's own proxy can be at its other end.
        client = scope.get("client")
        return not client or self._trusts(client[0])


def _is_within(networks: Networks, host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in networks)


def _network(host: str) -> str:
    try:
        address = ip_address(host)
    except ValueError:
        return ""
    whole = address.max_prefixlen if address.version == 4 else IPV6_SITE  # noqa: PLR2004 - the version of IP
    return str(ip_network((address, whole), strict=False))


def _forwarded(headers: Mapping[str, str], own: str) -> tuple[str, ...]:
    """What a proxy says that the caller used; nothing where it says nothing."""
    if headers.keys().isdisjoint(FORWARDING):
        return ()
    scheme, _, host = own.partition("://")
    standard = _standard(headers.get("forwarded", ""))
    scheme = standard.get("proto") or _first(headers, "x-forwarded-proto") or scheme
    host = standard.get("host") or _first(headers, "x-forwarded-host") or host
    port = _first(headers, "x-forwarded-port")
    with_port = f"{scheme}://{host}:{port}" if port.isdigit() and ":" not in host else ""
    return tuple(url for url in (f"{scheme}://{host}", with_port) if url)


def _standard(header: str) -> dict[str, str]:
    """What a Forwarded header (RFC 7239) says: of each parameter the value of the first hop that has it."""
    said: dict[str, str] = {}
    for name, quoted, plain in _PAIR.findall(header):
        said.setdefault(name.lower(), _ESCAPED.sub(r"\1", quoted) or plain)
    return said


def _first(headers: Mapping[str, str], name: str) -> str:
    return headers.get(name, "").split(",")[0].strip()
