"""Another system for tests, which is told of enquiries over HTTP: keeps what it is given, and answers as told to."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.servers.http import Handler, listening


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

    class Answers(Handler):
        def post(self) -> None:
            kept.got.append(({name.lower(): value for name, value in self.headers.items()}, self.posted()))
            self.say(kept.status, headers=kept.headers)

    with listening(Answers) as port:
        kept.url = f"http://127.0.0.1:{port}/in"
        yield kept
