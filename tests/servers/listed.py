"""The simulated provider's REST API over real HTTP, in a thread of its own, failing when told to."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from router.demo.provider.rest import answer, request_of
from router.demo.provider.serving import RESOURCES
from router.demo.provider.simulator import Exchange
from tests.servers.http import Handler, listening

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

    class Answers(Handler):
        def get(self) -> None:
            kept.asked.append(self.path)
            fault = kept.faults.popleft() if kept.faults else None
            if fault == STAYS:
                kept.released.wait()
            if fault in (HANGS_UP, STAYS):
                self.close_connection = True
                return None
            if isinstance(fault, int) or kept.exchange is None:
                status = fault if isinstance(fault, int) else 503
                again = {"retry-after": str(RETRY_AFTER)} if status == TOO_MANY else {}
                return self.say(status, b"{}", headers=again)
            path, _, query = self.path.partition("?")
            headers = {name.lower(): value for name, value in self.headers.items()}
            said = answer(kept.exchange, request_of("GET", path, query.encode(), headers, b""))
            return self.say(said.status, said.body, said.kind, half=fault == HALF)

    with listening(Answers) as port:
        kept.url = f"http://127.0.0.1:{port}"
        yield kept
