"""The provider's side of its webhooks: forms posted and signed as it does, again where it is asked to come again."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from channels.signature import HEADER, sign

TRY_AGAIN_SECONDS = 0.2
PATIENCE = 60.0
"""Seconds after which what was not taken is given up, and counts as lost."""

UNAVAILABLE, CONFLICT = 503, 409


class NotTakenError(Exception):
    """Nobody took it, or it was answered with neither 2xx nor a request to come again; the text says which."""


@dataclass(slots=True)
class Provider:
    """A telephone company's webhooks towards one engine. `came_again` counts what had to be sent again."""

    client: httpx.AsyncClient
    token: str
    account: str = "AC" + "0" * 32
    came_again: int = field(default=0)

    async def post(self, url: str, fields: Mapping[str, str]) -> httpx.Response:
        """Post a form to a URL, signed, until it is answered 2xx; raises NotTakenError."""
        form = {"AccountSid": self.account, **fields}
        signature = sign(url, {name: [value] for name, value in form.items()}, self.token.encode())
        return await insist(self.client, "POST", url, self, data=form, headers={HEADER: signature.decode()})


async def insist(client: httpx.AsyncClient, method: str, url: str, counts: Provider, **what: object) -> httpx.Response:
    """Send a request again and again while nobody answers, or it is asked to come again; raises NotTakenError.

    Gives an answer that is 2xx, or that says why it cannot be done as things stand.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        problem = "no answer"
        try:
            response = await client.request(method, url, **what)  # type: ignore[arg-type]
        except httpx.TransportError as error:
            problem = f"no answer ({type(error).__name__})"
        else:
            if response.is_success or response.status_code == CONFLICT:
                return response
            problem = f"answered {response.status_code}"
            if response.status_code != UNAVAILABLE:
                raise NotTakenError(problem)
        if time.monotonic() > deadline:
            raise NotTakenError(problem)
        counts.came_again += 1
        await asyncio.sleep(TRY_AGAIN_SECONDS)
