"""The simulated provider on our real application: in-process, in virtual time, on a record of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx

from router import scheduler
from router.demo.provider.simulator import TOKEN, Exchange, Number, Source, Time, VirtualLoop, Watch, play, still
from router.services import Services
from router.web.app import create_app
from tests.landlord import TUESDAY, publish_small, services_on

BASE = "http://hub.example"
VOICE, STATUS, TEXTS = (f"{BASE}/channels/twilio/{place}" for place in ("voice", "voice/status", "sms"))
TICK_SECONDS = 60.0
Result = TypeVar("Result")


class Server(httpx.AsyncBaseTransport):
    """Our application as the provider reaches it; while `trouble` is set, it is `down`, too `slow`, or `broken`."""

    def __init__(self, services: Services) -> None:
        self.trouble = ""
        self._reached = httpx.ASGITransport(create_app(services))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        match self.trouble:
            case "down":
                raise httpx.ConnectError("nobody listens")
            case "slow":
                raise httpx.ReadTimeout("no answer in time")
            case "broken":
                return httpx.Response(500, text="Something went wrong.")
        return await self._reached.handle_async_request(request)


@dataclass(frozen=True, slots=True)
class Line:
    """A provider with numbers of ours on it, and the services of the application that answers, at `server`."""

    exchange: Exchange
    services: Services
    server: Server

    async def settled(self) -> None:
        """Return when every call is over and every report made; the scheduler works meanwhile, and once after."""
        ticking = asyncio.create_task(self._tick())
        await self.exchange.settled()
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking
        await asyncio.to_thread(_tick, self.services)

    async def waits(self, seconds: float) -> None:
        """Let so many seconds go by; the scheduler works meanwhile."""
        ticking = asyncio.create_task(self._tick())
        await self.exchange.time.sleep(seconds)
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            with still():
                await asyncio.to_thread(_tick, self.services)


def _tick(services: Services) -> None:
    """What the scheduler does each second."""
    scheduler.tick(services)
    scheduler.ring(services, lambda: False)


def on_the_line(
    url: str,
    data: Path,
    numbers: tuple[str, ...],
    main: Callable[[Line], Awaitable[Result]],
    files: Mapping[str, bytes] | None = None,
    start: datetime = TUESDAY,
    settings: Mapping[str, Any] | None = None,
    fallback: Source | None = None,
    **exchange: Any,
) -> Result:
    """Run `main` with a line to an application on this record, with these files live (the small landlord unless told).

    Time is virtual, for the provider as for the application: see `router.demo.provider.clock`.
    """
    loop = VirtualLoop(start)
    # The doors read the secrets of their channels from there.
    (data / "env").write_text(f"TWILIO_AUTH_TOKEN={TOKEN}\n")
    keys = {"twilio_auth_token": TOKEN, "public_url": BASE, **(settings or {})}
    with services_on(url, data, loop.clock, **keys) as services:
        if files:
            publish_small(services, files)
        return play(loop, _played(services, loop, numbers, main, fallback, exchange))


async def _played(
    services: Services,
    loop: VirtualLoop,
    numbers: tuple[str, ...],
    main: Callable[[Line], Awaitable[Result]],
    fallback: Source | None,
    exchange: Mapping[str, Any],
) -> Result:
    server = Server(services)
    async with httpx.AsyncClient(transport=server) as client:
        network = Exchange(client, Time(loop.clock), **exchange)
        for number in numbers:
            network.numbers[number] = Number(number, VOICE, Watch(STATUS), fallback, TEXTS)
        return await main(Line(network, services, server))
