"""Requests of the demo that are made again while nobody answers, or they are asked to come again."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import httpx

TRY_AGAIN_SECONDS = 0.2
PATIENCE = 60.0
"""Seconds after which what was not taken is given up, and counts as lost."""

UNAVAILABLE, CONFLICT = 503, 409
Result = TypeVar("Result")


class NotTakenError(Exception):
    """Nobody took it, or it was answered with neither 2xx nor a request to come again; the text says which."""


class ComeAgainError(Exception):
    """It was not taken this time; the text says why."""


@dataclass(slots=True)
class Insisting:
    """A client that insists. `came_again` counts what had to be sent again."""

    client: httpx.AsyncClient
    came_again: int = 0

    async def request(self, method: str, url: str, **what: object) -> httpx.Response:
        """The answer that is 2xx, or that says why it cannot be done as things stand; raises NotTakenError."""

        async def once() -> httpx.Response:
            try:
                response = await self.client.request(method, url, **what)  # type: ignore[arg-type] # handed on as it is
            except httpx.TransportError as error:
                raise ComeAgainError(f"no answer ({type(error).__name__})") from None
            if not response.is_success and response.status_code != CONFLICT:
                raise not_taken(response.status_code)
            return response

        return await self.until_taken(once)

    async def until_taken(self, once: Callable[[], Awaitable[Result]]) -> Result:
        """Do it again and again while it raises ComeAgainError; raises NotTakenError when that takes too long."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return await once()
            except ComeAgainError as error:
                if time.monotonic() > deadline:
                    raise NotTakenError(str(error)) from None
            self.came_again += 1
            await asyncio.sleep(TRY_AGAIN_SECONDS)


def not_taken(status: int) -> NotTakenError | ComeAgainError:
    """What an answer of this status means, 0 for none: to come again, or that it is refused."""
    problem = f"answered {status}" if status else "no answer"
    return ComeAgainError(problem) if status in (0, UNAVAILABLE) else NotTakenError(problem)
