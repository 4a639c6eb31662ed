"""Reports come shuffled, late, twice or not at all as a seed says; documents are asked for in order all the same."""

import random
from collections import Counter

import pytest

from channels.adapter import Request
from channels.signature import HEADER, require
from router.demo.provider.simulator import Manners, Person, in_turn
from router.demo.provider.webhooks import signed
from tests.provider_hub import CALLER, COLLEAGUE, Said, played

EVENTS = "statusCallback='/leg' statusCallbackEvent='initiated ringing answered completed'"
PLACES: dict[str, Said] = {
    "/voice": "<Gather action='/menu' numDigits='1'><Say>Press 1.</Say></Gather>",
    "/menu": f"<Dial action='/dialled'><Number {EVENTS}>{COLLEAGUE}</Number></Dial>",
}
IN_ORDER = ["initiated", "ringing", "in-progress", "completed"]


def reports(manners: Manners, seed: int) -> list[str]:
    chance = random.Random(seed)
    caller, colleague = Person(CALLER, in_turn("1")), Person(COLLEAGUE, talks=5.0)
    call = played(PLACES, caller, (colleague,), manners=manners, chance=chance)
    documents = [path for path in call.hub.paths() if path not in ("/leg", "/status")]
    assert documents == ["/voice", "/menu", "/dialled"]
    return [each["CallStatus"] for each in call.hub.of("/leg")]


def test_orderly_reports_come_in_order() -> None:
    assert reports(Manners(), 1) == IN_ORDER


@pytest.mark.parametrize(
    "manners,expected",
    [
        (Manners(late=0.5, late_seconds=300.0), {1}),
        (Manners(repeated=0.5), {1, 2}),
        (Manners(dropped=0.5), {1}),
    ],
    ids=["late", "repeated", "dropped"],
)
def test_unruly_reports_come_otherwise(manners: Manners, expected: set[int]) -> None:
    seen = [reports(manners, seed) for seed in range(12)]
    assert any(each != IN_ORDER for each in seen)
    assert {count for each in seen for count in Counter(each).values()} == expected
    assert seen[3] == reports(manners, 3)


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_requests_bear_the_providers_signature(method: str) -> None:
    import httpx  # noqa: PLC0415 - of this test alone

    fields = {"From": "+447700900100", "Body": "a b&c=d é"}
    request = signed(httpx.AsyncClient(), "secret", "http://hub.example/a?b=c", fields, method, 5)
    headers = {name.lower(): value for name, value in request.headers.items()}
    assert HEADER in headers
    require(Request(request.method, (str(request.url),), headers, request.content, None), "secret")  # type: ignore[arg-type]
