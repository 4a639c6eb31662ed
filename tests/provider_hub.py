"""A hub of fixed documents for the simulated provider: what it answers at each path, and one call played on it."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import httpx

from router.demo.provider.simulator import Exchange, Leg, Number, Person, Source, Time, VirtualLoop, Watch, play, ring

BASE = "http://hub.example"
OURS, CALLER, COLLEAGUE = "+441632960100", "+447700900100", "+441632960001"
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
Said = str | bytes | int | Callable[[Mapping[str, str]], str]


def twiml(verbs: str) -> bytes:
    return f"<Response>{verbs}</Response>".encode()


@dataclass
class Hub:
    """Answers each path with the verbs beside it, a status, raw bytes, or what a function makes of the form."""

    places: Mapping[str, Said]
    told: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        posted, query = request.content.decode(), request.url.query.decode()
        fields = dict(parse_qsl(posted or query, keep_blank_values=True))
        path = request.url.path + (f"?{query}" if query and posted else "")
        self.told.append((path, fields))
        said = self.places.get(path, "")
        said = said(fields) if callable(said) else said
        if isinstance(said, int):
            return httpx.Response(said)
        content = said if isinstance(said, bytes) else twiml(said)
        return httpx.Response(200, content=content, headers={"content-type": "text/xml"})

    def paths(self) -> list[str]:
        return [path for path, _ in self.told]

    def of(self, path: str) -> list[dict[str, str]]:
        return [fields for where, fields in self.told if where == path]


@dataclass
class Played:
    hub: Hub
    exchange: Exchange
    caller: Person
    leg: Leg
    colleagues: Mapping[str, Person]


Meanwhile = Callable[[Exchange, Leg], object]


def played(
    places: Mapping[str, Said],
    caller: Person | None = None,
    colleagues: tuple[Person, ...] = (),
    meanwhile: Meanwhile | None = None,
    fallback: Source | None = None,
    **exchange: object,
) -> Played:
    """One call to /voice played to its end in virtual time; `meanwhile` is run, and awaited, beside it."""
    hub, caller, loop = Hub(places), caller or Person(CALLER), VirtualLoop(MONDAY)

    async def main() -> Played:
        async with httpx.AsyncClient(transport=httpx.MockTransport(hub)) as client:
            network = Exchange(client, Time(loop.clock), **exchange)  # type: ignore[arg-type]
            network.numbers[OURS] = Number(OURS, f"{BASE}/voice", Watch(f"{BASE}/status"), fallback)
            network.people |= {each.number: each for each in colleagues}
            leg = ring(network, caller, OURS)
            if meanwhile is not None:
                work = meanwhile(network, leg)
                if asyncio.iscoroutine(work):
                    await work
            await network.settled()
            return Played(hub, network, caller, leg, network.people)

    return play(loop, main())
