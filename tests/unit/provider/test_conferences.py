"""Conferences: who waits, talks, is held or taken out, and what is told of it."""

import asyncio

import pytest

from router.demo.provider.calls import Leg
from router.demo.provider.exchange import Exchange
from router.demo.provider.simulator import Person, client
from tests.provider_hub import CALLER, COLLEAGUE, OURS, Said, played

API = "https://api.twilio.com/2010-04-01/Accounts/" + "AC" + "1" * 32
EVENTS = "statusCallback='/room' statusCallbackEvent='start end join leave hold mute'"
CONFER = f"<Dial action='/after'><Conference {EVENTS} waitUrl='/music'>case-1</Conference></Dial>"
PLACES: dict[str, Said] = {
    "/voice": CONFER,
    "/music": "<Say>Music.</Say><Pause length='5'/>",
    "/after": "<Say>Bye.</Say>",
}


async def joined(exchange: Exchange, _: Leg) -> None:
    await asyncio.sleep(12)
    asked = client(exchange)
    asked.auth = (exchange.account, exchange.token)
    [room] = asked.get(f"{API}/Conferences.json", params={"FriendlyName": "case-1"}).json()["conferences"]
    told = {"To": COLLEAGUE, "From": OURS, "Label": "interpreter", "EndConferenceOnExit": "true"}
    at = f"{API}/Conferences/{room['sid']}/Participants"
    assert asked.post(f"{at}.json", data=told).status_code == 201
    await asyncio.sleep(20)
    assert asked.get(f"{API}/Conferences/{room['sid']}.json").json()["status"] == "in-progress"
    held = asked.post(f"{at}/interpreter.json", data={"Hold": "true", "HoldUrl": "http://hub.example/held"}).json()
    assert (held["hold"], held["label"]) == (True, "interpreter")
    await asyncio.sleep(10)
    asked.post(f"{at}/interpreter.json", data={"Hold": "false", "Muted": "true"})


def test_two_talk_once_both_are_there_and_the_one_who_ends_it_ends_it_for_both() -> None:
    places = PLACES | {"/held": "<Say>One moment.</Say><Pause length='60'/>"}
    call = played(places, Person(CALLER, talks=900.0), (Person(COLLEAGUE, talks=100.0),), joined)
    assert [each["StatusCallbackEvent"] for each in call.hub.of("/room")] == [
        "participant-join",
        "participant-join",
        "conference-start",
        "participant-hold",
        "participant-unhold",
        "participant-mute",
        "participant-leave",
        "participant-leave",
        "conference-end",
    ]
    assert call.hub.of("/room")[-1]["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
    assert list(call.caller.noted("heard"))[-1] == "Bye."
    assert "One moment." in call.colleagues[COLLEAGUE].noted("heard")
    assert "Music." not in call.colleagues[COLLEAGUE].noted("heard")
    assert call.exchange.violations == []


def test_somebody_who_is_alone_waits_until_they_hang_up() -> None:
    call = played(PLACES, Person(CALLER, patience=30.0))
    assert list(call.caller.noted("heard")) == ["Music."] * 6
    assert call.hub.of("/room")[-1]["ReasonConferenceEnded"] == "last-participant-left"


@pytest.mark.parametrize("how", ["delete", "complete"])
def test_the_api_takes_somebody_out_who_goes_on_with_the_action(how: str) -> None:
    async def taken_out(exchange: Exchange, leg: Leg) -> None:
        await asyncio.sleep(10)
        asked = client(exchange)
        asked.auth = (exchange.account, exchange.token)
        [room] = asked.get(f"{API}/Conferences.json").json()["conferences"]
        at = f"{API}/Conferences/{room['sid']}"
        if how == "delete":
            assert asked.delete(f"{at}/Participants/{leg.sid}.json").status_code == 204
        else:
            assert asked.post(f"{at}.json", data={"Status": "completed"}).json()["status"] == "completed"

    call = played(PLACES, meanwhile=taken_out)
    assert list(call.caller.noted("heard"))[-1] == "Bye."
    assert len(call.hub.of("/after")) == 1
