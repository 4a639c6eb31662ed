"""The world outside that our messages go to: a provider that takes texts, and a mail server; each keeps what it got."""

import json
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOST = "127.0.0.1"
TOKEN_HEADER = "i-twilio-idempotency-token"  # noqa: S105 - the name of a header


@dataclass(slots=True)
class Outside:
    """What was sent: how often each intent of the outbox arrived, by its id."""

    texts_url: str = ""
    mail_url: str = ""
    arrived: Counter[str] = field(default_factory=Counter)
    texts: int = 0
    servers: tuple[socketserver.BaseServer, ...] = ()
    begun: list[socketserver.BaseServer] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> None:
        """Answer from now on; whoever has called already is answered too."""
        for server in self.servers:
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
            self.begun.append(server)

    def text(self, intent: str) -> int:
        """A text arrived; how many have by now."""
        with self.lock:
            self.arrived[intent] += 1
            self.texts += 1
            return self.texts

    def mail(self, raw: bytes) -> None:
        """A mail arrived: the id of its intent stands before the @ of its Message-ID, behind a token if it has one."""
        letter = message_from_bytes(raw)
        intent = str(letter["Message-ID"]).strip("<> \r\n").partition("@")[0].rpartition(".")[2]
        with self.lock:
            self.arrived[intent] += 1


@contextmanager
def outside() -> Iterator[Outside]:
    """Both servers, on free ports, until the block ends; they answer from `begin` on.

    An engine is started in between, which has to be done before there are threads.
    """
    world = Outside()
    with ExitStack() as stack:
        texts = stack.enter_context(_Texts((HOST, 0), world))
        mail = stack.enter_context(_Mail((HOST, 0), world))
        world.texts_url = f"http://{HOST}:{texts.server_address[1]}"
        world.mail_url = f"smtp://{HOST}:{mail.server_address[1]}?security=none"
        world.servers = (texts, mail)
        try:
            yield world
        finally:
            for server in world.begun:
                server.shutdown()


class _Texts(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], world: Outside) -> None:
        super().__init__(address, _TakeText)
        self.world = world


class _TakeText(BaseHTTPRequestHandler):
    """Takes a text as the provider's API does."""

    server: _Texts
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        body = self.rfile.read(length)
        if len(body) < length:  # whoever was asking is gone, and asked for nothing
            self.close_connection = True
            return
        number = self.server.world.text(self.headers[TOKEN_HEADER])
        answer = json.dumps({"sid": f"SM{number:032d}"}).encode()
        self.send_response(201)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing: the engine's own log tells."""


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
