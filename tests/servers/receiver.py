"""Another system for tests, which is told of enquiries over HTTP: keeps what it is given, and answers as told to."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(slots=True)
class Receiver:
    """What it was posted, headers by lower-case name and body; what it answers, with which headers."""

    url: str
    got: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    status: int = 204
    headers: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A running one on a free port."""
    kept = Receiver("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            kept.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(kept.status)
            for name, value in kept.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    kept.url = f"http://127.0.0.1:{server.server_address[1]}/in"
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
