"""Callers in a queue: what they hear, how they get out of it, and what the action is told."""

import asyncio
from collections.abc import Mapping

import pytest

from router.demo.provider.calls import Leg
from router.demo.provider.exchange import Exchange
from router.demo.provider.simulator import Person, client, in_turn, ring
from tests.provider_hub import CALLER, COLLEAGUE, OURS, Said, played

ENQUEUE = "<Enqueue action='/left' waitUrl='/wait'>repairs</Enqueue>"
QUEUE_PLACES: dict[str, Said] = {"/voice": ENQUEUE, "/wait": "<Say>Please wait.</Say><Pause length='10'/>"}
API = "https://api.twilio.com/2010-04-01/Accounts/" + "AC" + "1" * 32


def api(exchange: Exchange):  # noqa: ANN201 - an httpx client
    found = client(exchange)
    found.auth = (exchange.account, exchange.token)
    return found


def test_whoever_waits_hears_the_document_again_and_again_and_it_knows_their_place() -> None:
    call = played(QUEUE_PLACES, Person(CALLER, patience=40.0))
    waits = call.hub.of("/wait")
    assert [each["QueueTime"] for each in waits] == ["0", "11", "22", "32"]
    assert {(each["QueuePosition"], each["CurrentQueueSize"], each["MaxQueueSize"]) for each in waits} == {
        ("1", "1", "100")
    }
    [left] = call.hub.of("/left")
    assert (left["QueueResult"], left["QueueTime"], left["CallStatus"]) == ("hangup", "40", "completed")
    assert call.exchange.violations == []
    assert call.exchange.queues["repairs"].members == []


@pytest.mark.parametrize(
    "wait,left",
    [
        ("<Leave/>", "leave"),
        ("<Gather numDigits='1' action='/key'/>", "leave"),
        (500, "error"),
        ("<Redirect>/elsewhere</Redirect>", "leave"),
    ],
)
def test_a_document_lets_somebody_leave(wait: Said, left: str) -> None:
    places = {
        "/voice": ENQUEUE,
        "/wait": wait,
        "/key": "<Leave/>",
        "/elsewhere": "<Leave/>",
        "/left": "<Say>You have left.</Say>",
    }
    call = played(places, Person(CALLER, in_turn("1")))
    assert [each["QueueResult"] for each in call.hub.of("/left")] == [left]
    assert list(call.caller.noted("heard")) == ["You have left."]


def test_without_an_action_the_next_verb_follows() -> None:
    call = played({"/voice": "<Enqueue waitUrl='/wait'>a</Enqueue><Say>Next.</Say>", "/wait": "<Leave/>"})
    assert list(call.caller.noted("heard")) == ["Next."]


def test_a_full_queue_is_told_at_once() -> None:
    call = played(QUEUE_PLACES | {"/left": "<Say>Too many wait.</Say>"}, queue_size=0)
    assert [(each["QueueResult"], "QueueSid" in each) for each in call.hub.of("/left")] == [("queue-full", False)]
    assert list(call.caller.noted("heard")) == ["Too many wait."]


def test_a_verb_that_may_not_be_in_a_queue_is_named() -> None:
    call = played({"/voice": ENQUEUE, "/wait": "<Dial>+441632960001</Dial><Leave/>"})
    assert call.exchange.violations == ["http://hub.example/wait: a document here may not hold a Dial"]


async def agent_takes(exchange: Exchange, leg: Leg) -> None:
    """A colleague is rung by the API after a while, and takes the first out of the queue."""
    del leg
    await asyncio.sleep(30)
    told = {"To": COLLEAGUE, "From": OURS, "Url": "http://hub.example/agent"}
    assert api(exchange).post(f"{API}/Calls.json", data=told).status_code == 201


@pytest.mark.parametrize("introduced", ["", " url='/introduced'"])
def test_a_colleague_takes_the_first_out_of_the_queue(introduced: str) -> None:
    places = QUEUE_PLACES | {
        "/agent": f"<Dial action='/dialled'><Queue{introduced}>repairs</Queue></Dial>",
        "/introduced": "<Say>This call is recorded.</Say>",
    }
    call = played(places, Person(CALLER, talks=60.0), (Person(COLLEAGUE, talks=90.0),), agent_takes)
    [left] = call.hub.of("/left")
    assert (left["QueueResult"], left["QueueTime"]) == ("bridged", "34")
    [dialled] = call.hub.of("/dialled")
    assert (dialled["DialCallStatus"], dialled["DialCallDuration"]) == ("completed", "60")
    assert list(call.caller.noted("talking to")) == [COLLEAGUE]
    assert ("This call is recorded." in call.caller.noted("heard")) == bool(introduced)
    assert call.exchange.violations == []


@pytest.mark.parametrize("make,status", [(True, "no-answer"), (False, "failed")])
def test_an_empty_or_unknown_queue_is_told(make: bool, status: str) -> None:
    def meanwhile(exchange: Exchange, _: Leg) -> None:
        if make:
            exchange.queue("repairs")

    places: dict[str, Said] = {"/voice": "<Dial timeout='9' action='/dialled'><Queue>repairs</Queue></Dial>"}
    call = played(places, meanwhile=meanwhile)
    assert [each["DialCallStatus"] for each in call.hub.of("/dialled")] == [status]


async def dequeued(exchange: Exchange, leg: Leg) -> None:
    """The API sends the member elsewhere, by the sid of the call."""
    await asyncio.sleep(15)
    asked = api(exchange)
    [queue] = asked.get(f"{API}/Queues.json").json()["queues"]
    assert (queue["friendly_name"], queue["current_size"]) == ("repairs", 1)
    [member] = asked.get(f"{API}/Queues/{queue['sid']}/Members.json").json()["queue_members"]
    assert (member["call_sid"], member["position"], member["wait_time"]) == (leg.sid, 1, 15)
    at = f"{API}/Queues/{queue['sid']}/Members/{leg.sid}.json"
    assert asked.post(at, data={"Url": "http://hub.example/connect", "Method": "POST"}).status_code == 200
    assert asked.get(at).json()["code"] == 20404


def test_the_api_takes_a_member_out_by_the_calls_sid() -> None:
    places = QUEUE_PLACES | {"/connect": f"<Dial action='/dialled'>{COLLEAGUE}</Dial>", "/dialled": "<Hangup/>"}
    call = played(places, colleagues=(Person(COLLEAGUE),), meanwhile=dequeued)
    assert [each["QueueResult"] for each in call.hub.of("/left")] == ["redirected"]
    assert list(call.caller.noted("talking to")) == [COLLEAGUE]
    assert [each["DialBridged"] for each in call.hub.of("/dialled")] == ["true"]


def test_those_who_wait_have_their_places() -> None:
    seen: list[Mapping[str, str]] = []

    def wait(fields: Mapping[str, str]) -> str:
        seen.append(fields)
        return "<Pause length='20'/>"

    async def more(exchange: Exchange, leg: Leg) -> None:
        del leg
        for number in range(3):
            await asyncio.sleep(1)
            ring(exchange, Person(f"+44770090020{number}", patience=30.0), OURS)

    played({"/voice": ENQUEUE, "/wait": wait}, Person(CALLER, patience=25.0), meanwhile=more)
    assert [each["QueuePosition"] for each in seen] == ["1", "2", "3", "4", "1", "2", "3", "4"]
    assert [each["CurrentQueueSize"] for each in seen] == ["1", "2", "3", "4", "4", "4", "4", "4"]
