"""The simulated provider's REST API over real HTTP, in a thread of its own, failing when told to."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from router.demo.provider.rest import Answer, answer, request_of
from router.demo.provider.serving import RESOURCES
from router.demo.provider.simulator import Exchange

assert RESOURCES
TOO_MANY, RETRY_AFTER = 429, 90
HALF, HANGS_UP, STAYS = "half", "hangs up", "stays"


@dataclass(slots=True)
class Listing:
    """Where it answers for which exchange. `faults` are what becomes of the next requests."""

    url: str
    exchange: Exchange | None = None
    faults: deque[int | str | None] = field(default_factory=deque)
    asked: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    """Until it is set, a request that STAYS is not answered."""


@contextmanager
def listing() -> Iterator[Listing]:
    """A running API on a free port; it answers 503 until it has an exchange."""
    kept = Listing("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            kept.asked.append(self.path)
            fault = kept.faults.popleft() if kept.faults else None
            if fault == STAYS:
                kept.released.wait()
            if fault in (HANGS_UP, STAYS):
                self.close_connection = True
                return
            if isinstance(fault, int) or kept.exchange is None:
                self._say(Answer(fault if isinstance(fault, int) else 503, b"{}"))
                return
            path, _, query = self.path.partition("?")
            headers = {name.lower(): value for name, value in self.headers.items()}
            said = answer(kept.exchange, request_of("GET", path, query.encode(), headers, b""))
            self._say(said, half=fault == HALF)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", "0")))
            self._say(Answer(404, b"{}"))

        def _say(self, said: Answer, *, half: bool = False) -> None:
            self.send_response(said.status)
            self.send_header("content-type", said.kind)
            self.send_header("content-length", str(len(said.body)))
            if said.status == TOO_MANY:
                self.send_header("retry-after", str(RETRY_AFTER))
            self.end_headers()
            self.wfile.write(said.body[: len(said.body) // 2] if half else said.body)
            self.close_connection = half

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    kept.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
