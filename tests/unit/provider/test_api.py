"""The REST API: who may ask, its errors and pages, calls made, sent elsewhere and ended, and texts."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from router.demo.provider.calls import Leg
from router.demo.provider.exchange import Exchange
from router.demo.provider.simulator import Person, client, served, text
from tests.provider_hub import BASE, CALLER, COLLEAGUE, OURS, Said, played

ROOT = "https://api.twilio.com/2010-04-01/Accounts/" + "AC" + "1" * 32
CALL = {"To": COLLEAGUE, "From": OURS, "Url": f"{BASE}/callback"}
LONG: Mapping[str, Said] = {"/voice": "<Pause length='100'/>"}


def asking(work: Callable[[httpx.Client, Leg], None]) -> Callable[[Exchange, Leg], Any]:
    """Ask the API, with the account's credentials, five seconds after the call has come in."""

    async def meanwhile(exchange: Exchange, leg: Leg) -> None:
        await asyncio.sleep(5.0)
        with client(exchange) as asked:
            asked.auth = (exchange.account, exchange.token)
            work(asked, leg)

    return meanwhile


@pytest.mark.parametrize(
    "method,path,data,status,code",
    [
        ("GET", "/Calls/CA0.json", {}, 404, 20404),
        ("GET", "/Nothing.json", {}, 404, 20404),
        ("DELETE", "/Calls.json", {}, 405, 20004),
        ("POST", "/Calls.json", CALL | {"To": ""}, 400, 21201),
        ("POST", "/Calls.json", CALL | {"To": "01632"}, 400, 21211),
        ("POST", "/Calls.json", CALL | {"From": ""}, 400, 21213),
        ("POST", "/Calls.json", CALL | {"From": "hub"}, 400, 21212),
        ("POST", "/Calls.json", CALL | {"From": COLLEAGUE}, 400, 21210),
        ("POST", "/Calls.json", CALL | {"Url": ""}, 400, 21205),
        ("GET", "/Calls.json?PageSize=many", {}, 400, 20001),
        ("POST", "/Queues.json", {"FriendlyName": "a", "MaxSize": "-1"}, 400, 20001),
        ("POST", "/Calls.json", CALL | {"Timeout": "soon"}, 400, 20001),
        ("POST", "/Messages.json", {"To": "1", "From": OURS, "Body": "a"}, 400, 21211),
        ("POST", "/Messages.json", {"To": CALLER, "From": OURS}, 400, 21602),
        ("POST", "/Messages.json", {"To": CALLER, "From": OURS, "Body": "a" * 1601}, 400, 21617),
    ],
)
def test_what_is_wrong_has_the_providers_number(
    method: str, path: str, data: dict[str, str], status: int, code: int
) -> None:
    def work(asked: httpx.Client, _: Leg) -> None:
        answer = asked.request(method, ROOT + path, data=data or None)
        assert (answer.status_code, answer.json()["code"], answer.json()["status"]) == (status, code, status)

    played(LONG, meanwhile=asking(work))


def test_nobody_else_may_ask() -> None:
    def work(asked: httpx.Client, _: Leg) -> None:
        asked.auth = ("AC0", "guessed")
        assert asked.get(f"{ROOT}/Calls.json").json()["code"] == 20003

    played(LONG, meanwhile=asking(work))


def test_a_call_is_looked_up_sent_elsewhere_and_ended() -> None:
    def work(asked: httpx.Client, leg: Leg) -> None:
        at = f"{ROOT}/Calls/{leg.sid}.json"
        shown = asked.get(at).json()
        assert (shown["status"], shown["direction"], shown["duration"]) == ("in-progress", "inbound", None)
        assert asked.post(at, data={"Url": f"{BASE}/elsewhere"}).status_code == 200

    call = played({**LONG, "/elsewhere": "<Say>Elsewhere.</Say>"}, meanwhile=asking(work))
    assert list(call.caller.noted("heard")) == ["Elsewhere."]
    assert call.leg.duration == 6


@pytest.mark.parametrize("told", [{"Status": "completed"}, {"Url": f"{BASE}/elsewhere"}])
def test_a_call_that_is_over_cannot_be_changed(told: dict[str, str]) -> None:
    def work(asked: httpx.Client, leg: Leg) -> None:
        at = f"{ROOT}/Calls/{leg.sid}.json"
        assert asked.post(at, data={"Status": "completed"}).status_code == 200

    async def twice(exchange: Exchange, leg: Leg) -> None:
        await asking(work)(exchange, leg)
        await leg.done.wait()
        with client(exchange) as asked:
            asked.auth = (exchange.account, exchange.token)
            assert asked.post(f"{ROOT}/Calls/{leg.sid}.json", data=told).json()["code"] == 21220

    assert played(LONG, meanwhile=twice).leg.status == "completed"


@pytest.mark.parametrize(
    "colleague,statuses,heard",
    [
        ({}, ["initiated", "ringing", "in-progress", "completed"], ["Hello."]),
        ({"answers": "busy"}, ["initiated", "ringing", "busy"], []),
        ({"answers": "no-answer"}, ["initiated", "ringing", "no-answer"], []),
        ({"answers": "failed"}, ["initiated", "failed"], []),
    ],
)
def test_a_call_of_ours_rings_and_reports(colleague: dict[str, Any], statuses: list[str], heard: list[str]) -> None:
    events = ["initiated", "ringing", "answered", "completed"]

    def work(asked: httpx.Client, _: Leg) -> None:
        told = {**CALL, "StatusCallback": f"{BASE}/progress", "StatusCallbackEvent": events}
        made = asked.post(f"{ROOT}/Calls.json", data=told, headers={"I-Twilio-Idempotency-Token": "one"}).json()
        again = asked.post(f"{ROOT}/Calls.json", data=told, headers={"I-Twilio-Idempotency-Token": "one"}).json()
        assert made["sid"] == again["sid"]
        assert made["direction"] == "outbound-api"

    call = played({**LONG, "/callback": "<Say>Hello.</Say>"}, None, (Person(COLLEAGUE, **colleague),), asking(work))
    assert [each["CallStatus"] for each in call.hub.of("/progress")] == statuses
    assert list(call.colleagues[COLLEAGUE].noted("heard")) == heard


def test_a_list_comes_in_pages_and_as_it_is_asked_for() -> None:
    def work(asked: httpx.Client, leg: Leg) -> None:
        for _ in range(4):
            asked.post(f"{ROOT}/Calls.json", data=CALL)
        address: str | None = f"{ROOT}/Calls.json?PageSize=2&To=%2B441632960001"
        pages = []
        while address:
            page = asked.get(address).json()
            pages.append([each["to"] for each in page["calls"]])
            address = page["next_page_uri"] and f"https://api.twilio.com{page['next_page_uri']}"
        assert pages == [[COLLEAGUE, COLLEAGUE], [COLLEAGUE, COLLEAGUE]]
        for query, expected in [
            ({"Status": "in-progress"}, [leg.sid]),
            ({"StartTime>": "2026-03-03"}, []),
            ({"From": CALLER, "StartTime": "2026-03-02"}, [leg.sid]),
            ({"From": CALLER, "StartTime<": "2026-03-01"}, []),
        ]:
            found = asked.get(f"{ROOT}/Calls.json", params=query).json()["calls"]
            assert [each["sid"] for each in found] == expected

    played({**LONG, "/callback": "<Hangup/>"}, None, (Person(COLLEAGUE),), asking(work))


def test_a_text_is_taken_once_by_its_token_and_delivered() -> None:
    told = {"To": CALLER, "From": OURS, "Body": "Your repair is at 9.", "StatusCallback": f"{BASE}/texted"}

    def work(asked: httpx.Client, _: Leg) -> None:
        for _ in range(2):
            answer = asked.post(f"{ROOT}/Messages.json", data=told, headers={"I-Twilio-Idempotency-Token": "one"})
            assert answer.status_code == 201
        assert [each["body"] for each in asked.get(f"{ROOT}/Messages.json").json()["messages"]] == [told["Body"]]

    call = played(LONG, meanwhile=asking(work))
    assert [each["MessageStatus"] for each in call.hub.of("/texted")] == ["sent", "delivered"]
    assert call.exchange.arrived["one"] == 2


def test_a_text_comes_in_with_its_files() -> None:
    async def send(exchange: Exchange, _: Leg) -> None:
        number = exchange.numbers[OURS]
        exchange.numbers[OURS] = type(number)(OURS, number.voice_url, sms_url=f"{BASE}/sms")
        await text(exchange, Person(CALLER), OURS, "Look", media=(("image/png", b"PNG"),))
        with client(exchange) as asked:
            asked.auth = (exchange.account, exchange.token)
            [(_, fields)] = [each for each in exchange_told(exchange) if each[0].endswith("/sms")]
            assert asked.get(fields["MediaUrl0"]).content == b"PNG"

    call = played(LONG, meanwhile=send)
    [told] = call.hub.of("/sms")
    assert (told["Body"], told["NumMedia"], told["MediaContentType0"]) == ("Look", "1", "image/png")


def exchange_told(exchange: Exchange) -> list[tuple[str, Mapping[str, str]]]:
    return [(each.url, each.fields) for each in exchange.asked]


def test_the_api_is_served_on_a_port_of_its_own() -> None:
    async def main() -> None:
        async with httpx.AsyncClient() as asked:
            exchange = Exchange(asked)
            async with served(exchange) as address:
                at = f"{address}/2010-04-01/Accounts/{exchange.account}.json"
                answer = await asked.get(at, auth=(exchange.account, exchange.token))
                assert answer.json()["status"] == "active"

    asyncio.run(main())
