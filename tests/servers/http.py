"""What the HTTP servers of the tests share: one in a thread of its own on a free port, which says nothing by itself."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType


class Handler(BaseHTTPRequestHandler):
    """A handler that keeps its connections, and logs nothing."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self.get()

    def do_POST(self) -> None:
        self.post()

    def get(self) -> None:
        """Answer a GET; here there is none."""
        self.say(405)

    def post(self) -> None:
        """Answer a POST; here there is none."""
        self.posted()
        self.say(405)

    def say(
        self,
        status: int,
        body: bytes = b"",
        kind: str = "application/json",
        headers: Mapping[str, str] = MappingProxyType({}),
        *,
        half: bool = False,
    ) -> None:
        """Answer; with `half` the connection breaks off in the middle of it."""
        self.send_response(status)
        for name, value in {"content-type": kind, "content-length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if half else body)
        self.close_connection = self.close_connection or half

    def posted(self) -> bytes:
        """The body of a request; less than was announced of one whose sender has died half-way."""
        return self.rfile.read(int(self.headers.get("content-length", "0")))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def listening(handler: type[Handler]) -> Iterator[int]:
    """The port of a running server that answers by this handler."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
