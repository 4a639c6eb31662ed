"""Requests to a customer's addresses as the provider makes them: form-encoded, signed, tried again where told so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urldefrag, urlencode, urlsplit

import httpx

from channels.signature import HEADER, sign
from router.demo.provider.clock import still

READ_SECONDS = 15.0
FAILED, REFUSED, TIMED_OUT = 11_200, 11_217, 11_205
"""The provider's numbers for no answer, an answer that is not 2xx, and one that does not come in time."""


class NotAnsweredError(Exception):
    """A request got no 2xx; `code` is the provider's number for that, `kind` which of its retry policies covers it."""

    def __init__(self, code: int, kind: str, problem: str, status: int = 0) -> None:
        """Remember both, and the status of the answer if there was one."""
        super().__init__(problem)
        self.code, self.kind, self.status = code, kind, status


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was made, and the status of its answer, 0 for none."""

    at: datetime
    url: str
    fields: Mapping[str, str]
    status: int
    headers: Mapping[str, str]


async def ask(
    client: httpx.AsyncClient, token: str, url: str, fields: Mapping[str, str], method: str = "POST"
) -> httpx.Response:
    """Make a request as often as the fragment of its URL says; raises NotAnsweredError."""
    address, fragment = urldefrag(url)
    told = parse_qs(fragment)
    again = min(int(told.get("rc", ["0"])[-1]), 5)
    policies = set(",".join(told.get("rp", ["ct"])).split(","))
    seconds = float(told.get("rt", [str(READ_SECONDS * 1_000)])[-1]) / 1_000
    while True:
        try:
            return await _once(client, token, address, fields, method, seconds)
        except NotAnsweredError as error:
            if not again or not {error.kind, "all"} & policies:
                raise
            again -= 1


async def _once(
    client: httpx.AsyncClient, token: str, url: str, fields: Mapping[str, str], method: str, seconds: float
) -> httpx.Response:
    request = signed(client, token, url, fields, method, seconds)
    try:
        with still():
            response = await client.send(request)
    except httpx.ReadTimeout:
        raise NotAnsweredError(TIMED_OUT, "rt", f"no answer within {seconds:g} s") from None
    except httpx.TransportError as error:
        raise NotAnsweredError(FAILED, "ct", f"no answer ({type(error).__name__})") from None
    if response.is_success:
        return response
    status = response.status_code
    raise NotAnsweredError(REFUSED, f"{status // 100}xx", f"answered {status}", status)


def signed(
    client: httpx.AsyncClient, token: str, url: str, fields: Mapping[str, str], method: str, seconds: float
) -> httpx.Request:
    """The request with the provider's signature of it: the fields posted, or in the query of a GET."""
    patience = httpx.Timeout(seconds, pool=None)
    if method == "GET":
        address = url + ("&" if urlsplit(url).query else "?") + urlencode(fields)
        signature = sign(address, {}, token.encode()).decode()
        return client.build_request("GET", address, headers={HEADER: signature}, timeout=patience)
    signature = sign(url, {name: [value] for name, value in fields.items()}, token.encode()).decode()
    return client.build_request("POST", url, data=dict(fields), headers={HEADER: signature}, timeout=patience)
