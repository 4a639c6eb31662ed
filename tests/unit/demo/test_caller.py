"""A caller follows TwiML as the provider does: our own documents are what it is given."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
import pytest

from channels.replies import CallSteps, Connect, Hangup, Menu, Redirect, Reply, Say
from channels.twiml import render
from router.demo.caller import Caller, HangsUp, Played, Script

BASE = "http://hub.example"
VOICE = "/channels/twilio/voice"
MENU = Menu((Say("Press 1 for repairs."),), ("1", "2"), "menu?step=1", 8)
TWICE = Menu((Say("Press 1 for repairs."),), ("1", "2"), "menu?step=1", 8, repeat=2)
PUT_THROUGH = CallSteps((Say("One moment."), Connect("+441632960001", then="dialled")))
PERSON = CallSteps((Connect("+441632960000"), Hangup()))
OVER = CallSteps((Hangup(),))


@dataclass
class Hub:
    """Answers each place with its reply, and keeps what it was told."""

    replies: Mapping[str, Reply | bytes]
    told: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    waited: float = 0.0

    async def post(self, url: str, fields: Mapping[str, str]) -> httpx.Response:
        split = urlsplit(url)
        place = split.path.removeprefix(VOICE).strip("/") + (f"?{split.query}" if split.query else "")
        self.told.append((place, dict(fields)))
        reply = self.replies.get(place, CallSteps(()))
        content = reply if isinstance(reply, bytes) else render(reply, "twilio/voice")
        return httpx.Response(200, content=content, headers={"X-Firstcontact-Contact": "contact-1"})

    async def wait(self, seconds: float) -> None:
        self.waited += seconds

    def play(self, **script: object) -> Played:
        chosen = {"sid": "CA1", "caller": "+447700900100", "called": "+448081570100"} | script
        return asyncio.run(Caller(BASE, self.post, self.wait).call(Script(**chosen)))  # type: ignore[arg-type]

    def places(self) -> list[str]:
        return [place for place, _ in self.told]


def hub(menu: Menu = MENU, after: Reply = OVER) -> Hub:
    return Hub({"": CallSteps((menu,)), "menu?step=1": PUT_THROUGH, "dialled": after})


END = ["status", "status"]


@pytest.mark.parametrize(
    "script,places,dialled",
    [
        ({"keys": ("1",)}, ["", "menu?step=1", "dialled"], [("+441632960001", "completed")]),
        ({}, ["", "menu?step=1", "dialled"], [("+441632960001", "completed")]),
        ({"hangs_up": HangsUp.IN_MENU}, [""], []),
        ({"hangs_up": HangsUp.WHILE_RINGING}, ["", "menu?step=1"], [("+441632960001", "canceled")]),
    ],
    ids=["presses", "says-nothing", "hangs-up-in-the-menu", "hangs-up-while-ringing"],
)
def test_a_caller_goes_where_the_document_says(
    script: dict[str, object], places: list[str], dialled: list[tuple[str, str]]
) -> None:
    told = hub()
    played = told.play(**script)
    assert told.places() == places + END
    assert played.dialled == dialled
    assert played.trouble == ""
    assert played.contacts == {"contact-1"}


@pytest.mark.parametrize("outcome", ["busy", "no-answer", "failed"])
def test_whom_nobody_answers_is_put_through_again(outcome: str) -> None:
    told = hub(after=PERSON)
    played = told.play(keys=("1",), rings=lambda number: "completed" if number == "+441632960000" else outcome)
    assert played.dialled == [("+441632960001", outcome), ("+441632960000", "completed")]
    assert played.reached
    [dialled] = [fields for place, fields in told.told if place == "dialled"]
    assert dialled["DialCallStatus"] == outcome
    assert dialled["DialCallDuration"] == "0"


@pytest.mark.parametrize(
    "keys,digits", [(("2",), "2"), (("23",), "2"), (("", "1"), "1"), (("", ""), ""), ((), ""), (("#",), "#")]
)
def test_keys_are_reported_as_the_menu_wants_them(keys: tuple[str, ...], digits: str) -> None:
    told = hub(TWICE)
    told.play(keys=keys)
    [pressed] = [fields["Digits"] for place, fields in told.told if place == "menu?step=1"]
    assert pressed == digits


def test_silence_takes_as_long_as_the_menu_waits_for_it() -> None:
    pressing, silent = hub(), hub()
    pressing.play(keys=("1",))
    silent.play()
    assert silent.waited - pressing.waited == pytest.approx(8 - 1.5)


def test_what_is_heard_is_what_was_said() -> None:
    assert hub().play(keys=("1",)).heard == ["Press 1 for repairs.", "One moment."]


def test_a_redirect_is_followed() -> None:
    told = Hub({"": CallSteps((Redirect("menu?step=1"),)), "menu?step=1": PUT_THROUGH, "dialled": OVER})
    told.play()
    assert told.places() == ["", "menu?step=1", "dialled", *END]


@pytest.mark.parametrize(
    "document,trouble",
    [
        (b"nothing like it", "not XML"),
        (b"<Answer/>", "not a Response"),
        (b"<Response><Sing>la</Sing></Response>", "no verb Sing"),
        (b"<Response><Gather><Dial>1</Dial></Gather></Response>", "only what is spoken"),
        (b"<Response><Dial/></Response>", "name one number"),
        (b"<Response><Pause length='long'/></Response>", "length of a Pause"),
        (b"<Response><Redirect>/channels/twilio/voice</Redirect></Response>", "has not ended"),
    ],
)
def test_what_cannot_be_followed_is_named_and_the_call_ends(document: bytes, trouble: str) -> None:
    told = Hub({"": document})
    assert trouble in told.play().trouble
    assert told.places()[-2:] == END


def test_every_request_comes_twice_where_it_is_delivered_twice() -> None:
    told = hub()
    told.play(keys=("1",), delivered_twice=True)
    assert told.told[::2] == told.told[1::2]
    assert told.places()[::2] == ["", "menu?step=1", "dialled", *END]


@pytest.mark.parametrize("out_of_order", [False, True])
def test_the_end_is_reported_in_order_or_not(out_of_order: bool) -> None:
    told = hub()
    told.play(keys=("1",), out_of_order=out_of_order)
    statuses = [(fields["CallStatus"], fields["SequenceNumber"]) for place, fields in told.told if place == "status"]
    expected = [("in-progress", "0"), ("completed", "1")]
    assert statuses == (expected[::-1] if out_of_order else expected)


@pytest.mark.parametrize("caller,sent", [("+447700900100", "+447700900100"), ("", "anonymous")])
def test_who_is_calling_is_said_each_time(caller: str, sent: str) -> None:
    told = hub()
    told.play(keys=("1",), caller=caller)
    assert {fields["From"] for _, fields in told.told} == {sent}
    assert {fields["CallSid"] for _, fields in told.told} == {"CA1"}
