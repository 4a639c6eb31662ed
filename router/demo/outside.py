"""The world outside: a telephony provider and a mail server, each in threads of its own; both keep what they got."""

import asyncio
import random
import socket
import socketserver
import threading
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any, TypeVar

import httpx

from channels.adapter import ROOT
from router.demo.phones import Phones
from router.demo.provider.simulator import Exchange, Manners, Number, Time, Watch, served
from router.settings import Settings

Result = TypeVar("Result")
HOST = "127.0.0.1"
CONNECTIONS = 20
"""A provider does not open one for each of its callers."""

MANNERS = Manners(late=0.12, late_seconds=120.0, repeated=0.06)


@dataclass(slots=True)
class Outside:
    """What was sent: how often each intent of the outbox arrived, by its id; and the telephones of the morning."""

    seed: int = 0
    speed: float = 0.0
    api_url: str = ""
    mail_url: str = ""
    mailed: Counter[str] = field(default_factory=Counter)
    phones: Phones | None = None
    loop: asyncio.AbstractEventLoop | None = None
    listening: socket.socket | None = None
    post: "_Mail | None" = None
    ready: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def arrived(self) -> Counter[str]:
        """How often each intent arrived, as a text or as a mail."""
        return self.mailed + (self.phones.exchange.arrived if self.phones else Counter())

    def begin(self, settings: Settings) -> None:
        """Answer from now on; whoever has called already is answered too. Call it once an engine runs."""
        if self.post is not None:
            threading.Thread(target=self.post.serve_forever, args=(0.05,), daemon=True).start()
        threading.Thread(target=lambda: asyncio.run(self._telephone(settings)), daemon=True).start()
        self.ready.wait()

    async def within(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do something in the provider's own event loop."""
        if self.loop is None:
            raise RuntimeError("the world outside has not begun")
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.loop))

    async def settled(self) -> None:
        """Return when every call is over, and every report of one has been made."""
        if self.phones is not None:
            await self.within(self.phones.exchange.settled())

    def mail(self, raw: bytes) -> None:
        """A mail arrived: the id of its intent stands before the @ of its Message-ID, behind a token if it has one."""
        letter = message_from_bytes(raw)
        intent = str(letter["Message-ID"]).strip("<> \r\n").partition("@")[0].rpartition(".")[2]
        with self.lock:
            self.mailed[intent] += 1

    async def _telephone(self, settings: Settings) -> None:
        """The provider, until the program ends."""
        self.loop = asyncio.get_running_loop()
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        async with httpx.AsyncClient(limits=limits, trust_env=False) as client:
            exchange = self._exchange(client, settings)
            self.phones = Phones(exchange)
            exchange.phone_of = self.phones.answers
            async with served(exchange, self.listening):
                self.ready.set()
                await asyncio.Event().wait()

    def _exchange(self, client: httpx.AsyncClient, settings: Settings) -> Exchange:
        voice, texts = (f"{settings.address}{ROOT}twilio/{place}" for place in ("voice", "sms"))
        watch = Watch(f"{voice}/status", ("answered", "completed"))
        return Exchange(
            client,
            Time(speed=self.speed),
            random.Random(self.seed),
            MANNERS,
            settings.twilio_account_sid,
            settings.twilio_auth_token.get_secret_value(),
            numbers={settings.sms_from: Number(settings.sms_from, voice, watch, sms_url=texts)},
        )


@contextmanager
def outside(seed: int, speed: float) -> Iterator[Outside]:
    """Both servers, on free ports, until the block ends; they answer from `begin` on.

    An engine is started in between, which has to be done before there are threads.
    """
    world = Outside(seed, speed)
    with ExitStack() as stack:
        world.listening = stack.enter_context(socket.create_server((HOST, 0)))
        world.post = stack.enter_context(_Mail((HOST, 0), world))
        world.api_url = f"http://{HOST}:{world.listening.getsockname()[1]}"
        world.mail_url = f"smtp://{HOST}:{world.post.server_address[1]}?security=none"
        yield world


class _Mail(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], world: Outside) -> None:
        super().__init__(address, _TakeMail)
        self.world = world


class _TakeMail(socketserver.StreamRequestHandler):
    """Takes mail over SMTP, as much of it as a client that only sends needs."""

    server: _Mail

    def handle(self) -> None:
        self._say("220 outside.example")
        while line := self.rfile.readline():
            verb = line[:4].strip().upper()
            if verb == b"DATA":
                self._say("354 go on")
                self.server.world.mail(self._data())
            self._say("221 bye" if verb == b"QUIT" else "250 ok")
            if verb == b"QUIT":
                return

    def _data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) and line != b".\r\n":
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())
