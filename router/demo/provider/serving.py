"""The provider's REST API served: as an ASGI app, on a free port, or to an httpx client without any server."""

import asyncio
import concurrent.futures
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from typing import Any

import httpx
import uvicorn

from router.demo.provider import rest_calls, rest_messages, rest_recordings, rest_rooms
from router.demo.provider.exchange import Exchange
from router.demo.provider.rest import Answer, Request, answer, request_of

HOST = "127.0.0.1"
RESOURCES = (rest_calls, rest_messages, rest_recordings, rest_rooms)
"""What answers; each says itself under which address."""

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Tell = Callable[[Mapping[str, Any]], Awaitable[None]]


def app(exchange: Exchange) -> Callable[[Mapping[str, Any], Receive, Tell], Awaitable[None]]:
    """The API as an ASGI application, to be run in the exchange's own event loop."""

    async def asked(scope: Mapping[str, Any], receive: Receive, send: Tell) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        said = answer(exchange, request_of(scope["method"], scope["path"], scope["query_string"], headers, body))
        told = [(b"content-type", said.kind.encode()), (b"content-length", str(len(said.body)).encode())]
        await send({"type": "http.response.start", "status": said.status, "headers": told})
        await send({"type": "http.response.body", "body": said.body})

    return asked


@asynccontextmanager
async def served(exchange: Exchange, listening: socket.socket | None = None) -> AsyncIterator[str]:
    """The API on a port of its own, or on a socket, in this event loop until the block ends; gives its address."""
    with listening or socket.create_server((HOST, 0)) as taken:
        async with _serving(exchange, taken):
            exchange.api = f"http://{HOST}:{taken.getsockname()[1]}"
            yield exchange.api


@asynccontextmanager
async def _serving(exchange: Exchange, listening: socket.socket) -> AsyncIterator[None]:
    config = uvicorn.Config(app(exchange), log_config=None, lifespan="off", ws="none", date_header=False)
    server = _Server(config)
    serving = asyncio.create_task(server.serve([listening]))
    while not server.started and not serving.done():  # noqa: ASYNC110 - the server has no event for it
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.end()
        await serving


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs the event loop, and sleeps until it is told to end.

    Uvicorn's own looks ten times a second whether to end, which in virtual time is thousands of times a call.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        """Serve as this says."""
        super().__init__(config)
        self._ending = asyncio.Event()

    async def main_loop(self) -> None:
        """Return when it is to end."""
        await self._ending.wait()

    def end(self) -> None:
        """Let it end once the requests that have come are answered."""
        self.should_exit = True
        self._ending.set()

    def capture_signals(self) -> Any:
        """Capture none."""
        return nullcontext()


class Transport(httpx.BaseTransport):
    """Takes the requests of a synchronous client to the API, from whichever thread, without any server."""

    def __init__(self, exchange: Exchange, loop: asyncio.AbstractEventLoop) -> None:
        """Answer for this exchange, in its event loop."""
        self._exchange, self._loop, self._thread = exchange, loop, threading.get_ident()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        url = request.url
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = request_of(request.method, url.path, url.query, headers, request.read())
        said = self._answered(asked)
        return httpx.Response(said.status, headers={"content-type": said.kind}, content=said.body)

    def _answered(self, asked: Request) -> Answer:
        if threading.get_ident() == self._thread:
            return answer(self._exchange, asked)
        future: concurrent.futures.Future[Answer] = concurrent.futures.Future()
        self._loop.call_soon_threadsafe(lambda: future.set_result(answer(self._exchange, asked)))
        return future.result()


def client(exchange: Exchange) -> httpx.Client:
    """A client that reaches the API wherever it says it asks; made in the event loop's thread."""
    return httpx.Client(transport=Transport(exchange, asyncio.get_running_loop()))
