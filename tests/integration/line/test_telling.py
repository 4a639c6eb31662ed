"""Telling the owner: by mail, text, webhook and duty phone, each once, until a person says that they have it."""

import asyncio
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from channels.inbound import Inbound
from channels.senders import OutboundMessage, Result, Temporary
from router import outbound
from router.acting import Ordered, act
from router.enquiry import orders
from router.enquiry.actions import Actor
from router.enquiry.state import State
from router.scheduler import fire
from router.services import Services
from router.store import enquiries, history, outbox
from router.store.engine import begin_read
from router.store.ids import new_id
from router.web.app import create_app
from rules.folder import read_folder
from tests.landlord import FOLDER, publish_small, route_all, services_on, shown, take_in
from tests.messages import NOON, TENANT, mail, text_message
from tests.servers.postbox import Postbox, postbox_server
from tests.servers.provider import ACCOUNT, NUMBER, TOKEN, Provider, provider
from tests.servers.receiver import Receiver, receiver
from tests.unit.channels.test_webhook import is_ours

HUB, SECRET = "https://hub.example", "a-secret-for-tests"
DESK, REPAIRS, COMPLAINTS = (
    "emergency-desk@mill-lane.example",
    "repairs-team@mill-lane.example",
    "complaints-team@mill-lane.example",
)
DUTY, HUB_CELL = "+447700900903", "+447700900901"
NIGHT = NOON + timedelta(hours=10)
BOSS = Actor("user:boss", everywhere=True)
GAS = "I can smell gas in my kitchen, please ring Ada on 07700 900123"
DANGER = """
handling:
  - rule: sparks
    when: {text: {mentions: sparks}}
    then: {priority: emergency}
    because: Sparks start fires.
    examples: [{journey: repair, text: sparks}]
"""


@dataclass(slots=True)
class Hand:
    """A clock that stands still until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def on(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass(frozen=True, slots=True)
class Town:
    """The engine, its clock, and everybody whom it tells."""

    services: Services
    clock: Hand
    mail: Postbox
    phones: Provider
    system: Receiver

    def comes(self, inbound: Inbound) -> str:
        """The id of the enquiry that a contact leads to."""
        accepted = take_in(self.services, inbound)
        route_all(self.services)
        return str(shown(self.services, accepted.contact_id)["decision"]["enquiry"]["id"])

    def tell(self) -> None:
        """Send what is due."""
        outbound.send_due(self.services)

    def after(self, **span: float) -> None:
        """Let time pass, its timers fire, and what follows be said."""
        self.clock.on(**span)
        fire(self.services)
        self.tell()

    def order(self, enquiry_id: str, order: orders.Order, actor: Actor = BOSS) -> State:
        return act(self.services, Ordered(enquiry_id, order, actor, new_id()))

    def events(self, enquiry_id: str, kind: str = "") -> list[dict[str, Any]]:
        with begin_read(self.services.record) as record:
            found = history.of_one(record, enquiry_id)
        return [event for event in found if event["kind"] == kind or not kind]

    def notices(self, enquiry_id: str) -> list[dict[str, Any]]:
        with begin_read(self.services.record) as record:
            return [row for row in outbox.of(record, enquiry_id=enquiry_id) if row["audience"] == "team"]

    def mailed(self) -> list[str]:
        """To whom mail went since this was last asked."""
        sent = [str(letter["To"]) for letter in self.mail.letters]
        self.mail.envelopes.clear()
        return sent

    def texted(self) -> list[str]:
        """To which numbers of colleagues texts went since this was last asked."""
        sent = [text["To"] for text in self.phones.sent if text["To"] != TENANT]
        self.phones.sent.clear()
        return sent

    def press(self, number: int, key: str = "", form: dict[str, str] | None = None) -> httpx.Response:
        """Press a key on one of the calls, as the provider tells us of it."""
        url, posted, signed = self.phones.pressed(number, key)
        headers = {"X-Twilio-Signature": signed}

        async def post() -> httpx.Response:
            transport = httpx.ASGITransport(create_app(self.services))
            async with httpx.AsyncClient(transport=transport) as client:
                return await client.post(url, data=posted | (form or {}), headers=headers)

        return asyncio.run(post())


@pytest.fixture
def town(store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)  # channels read their own secrets
    with postbox_server() as (mailbox, port), provider() as phones, receiver() as system:
        settings = {
            "public_url": HUB,
            "twilio_account_sid": ACCOUNT,
            "twilio_auth_token": TOKEN,
            "twilio_api": phones.url,
            "sms_from": NUMBER,
            "voice_from": NUMBER,
            "webhook_secret": SECRET,
            "smtp_url": f"smtp://127.0.0.1:{port}?security=none",
            "mail_from": "hub@mill-lane.example",
        }
        clock = Hand()
        with services_on(store_url, tmp_path, clock, **settings) as services:
            publish_small(services, files(system))
            yield Town(services, clock, mailbox, phones, system)


def files(system: Receiver) -> dict[str, bytes]:
    """The small landlord, where another system is told of emergencies, and sparks make one."""
    [(name, small)] = read_folder(FOLDER).items()
    line = f'      - {{webhook: "{system.url}", when: emergency}}\n      - {{phone: "{DUTY}"'
    return {name: small.replace(f'      - {{phone: "{DUTY}"'.encode(), line.encode()), "more.yaml": DANGER.encode()}


def test_the_owner_is_told_once_and_nothing_of_the_customer(town: Town) -> None:
    id_ = town.comes(text_message("my boiler is broken, I am Ada"))
    for _ in range(2):
        town.tell()
    [letter] = town.mail.letters
    with begin_read(town.services.record) as record:
        reference = enquiries.get(record, [id_])[0]["reference"]
    assert (letter["To"], letter["Subject"]) == (REPAIRS, f"New, normal: Repair ({reference})")
    said = letter.get_body(("plain",)).get_content()
    assert f"{HUB}/enquiries/{reference}" in said
    assert "Due: 17:00 on Tuesday 10 March." in said
    assert letter["Auto-Submitted"]
    assert not re.search(r"Ada|boiler|7700|\+44", str(letter))
    whole, part = town.notices(id_)
    assert (whole["state"], whole["sent"]["addresses"], part["state"]) == ("sent", 1, "sent")
    told = [event["data"] for event in town.events(id_, "message-sent") if "team" in event["data"]]
    assert [(each["team"], each["news"], each["channel"]) for each in told] == [("repairs", "new", "email")]


def test_an_emergency_is_told_by_every_way_that_the_team_names(town: Town) -> None:
    id_ = town.comes(text_message(GAS))
    town.tell()
    assert town.mailed() == [DESK]
    [call] = town.phones.calls
    assert call["To"] == DUTY
    [(headers, body)] = town.system.got
    assert is_ours(headers, body, SECRET)
    told = json.loads(body)
    assert (told["event"], told["enquiry"], told["team"], told["priority"]) == ("new", id_, "emergency", "emergency")
    assert told["acknowledged"] is False
    for said in (call["Twiml"], body.decode()):
        assert not re.search(r"Ada|kitchen|7700|\+44", said)


@pytest.mark.parametrize(
    "at, state, mailed", [(NOON, "sent", ["hub-team@mill-lane.example"]), (NIGHT, "to-person", [])]
)
def test_a_desk_is_told_in_its_hours_and_where_nothing_fits_it_shows(
    town: Town, at: datetime, state: str, mailed: list[str]
) -> None:
    town.clock.now = at
    id_ = town.comes(text_message("hello"))
    town.tell()
    assert town.mailed() == mailed
    assert town.notices(id_)[0]["state"] == state
    assert [event["data"]["trouble"] for event in town.events(id_, "message-to-person")] == (
        [] if mailed else ["nobody-to-tell"]
    )


def test_nobody_answers_and_it_goes_round_and_round(town: Town) -> None:
    town.clock.now = NIGHT
    id_ = town.comes(text_message(GAS))
    town.after(minutes=9)
    assert (town.mailed(), town.texted()) == ([DESK], [])
    for minutes, mailed, texted, calls in (
        (1, [REPAIRS], [], 1),
        (5, [], [HUB_CELL], 1),
        (10, [DESK], [], 2),
        (10, [REPAIRS], [], 2),
    ):
        town.after(minutes=minutes)
        town.after()
        assert (town.mailed(), town.texted(), len(town.phones.calls)) == (mailed, texted, calls)
    escalated = town.events(id_, "escalated")
    assert [event["data"]["to"] for event in escalated] == ["repairs", "hub", "emergency", "repairs"]
    assert {event["team"] for event in escalated} == {"emergency"}
    town.order(id_, orders.Acknowledge(), Actor("user:ana", frozenset({"hub"})))
    town.after(hours=5)
    assert len(town.events(id_, "escalated")) == 4


def test_each_step_is_taken_once_however_many_look_and_however_late(town: Town) -> None:
    id_ = town.comes(text_message(GAS))
    town.clock.on(hours=3)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: fire(town.services), range(8)))
    assert [event["data"]["step"] for event in town.events(id_, "escalated")] == [1]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: outbound.send_due(town.services), range(8)))
    assert sorted(town.mailed()) == [DESK, REPAIRS]


def test_whoever_presses_1_has_it(town: Town) -> None:
    id_ = town.comes(text_message(GAS))
    town.tell()
    for key in ("", "7"):
        assert town.press(0, key).status_code == 200
    assert not town.events(id_, "acknowledged")
    assert town.press(0, "1", {"Digits": "2"}).status_code == 403
    assert "It is noted" in town.press(0, "1").text
    assert "It is noted" in town.press(0, "1").text
    [event] = town.events(id_, "acknowledged")
    assert event["actor"] == "phone:emergency"
    town.after(hours=1)
    assert not town.events(id_, "escalated")


def test_a_key_comes_too_late_or_is_about_nothing_of_ours(town: Town) -> None:
    id_ = town.comes(text_message(GAS))
    town.tell()
    town.order(id_, orders.Acknowledge())
    assert "Somebody has this already" in town.press(0, "1").text
    town.phones.calls[0]["Twiml"] = town.phones.calls[0]["Twiml"].replace("notice=", "notice=X")
    assert "do not know" in town.press(0, "1").text
    assert len(town.events(id_, "acknowledged")) == 1


def test_the_next_team_takes_it_over(town: Town) -> None:
    id_ = town.comes(text_message(GAS))
    town.after(minutes=10)
    town.mailed()
    state = town.order(id_, orders.Take(), Actor("user:ana", frozenset({"repairs"})))
    assert (state.team, state.colleague, state.wants_acknowledging) == ("repairs", "ana", False)
    town.after(hours=1)
    assert (town.mailed(), len(town.events(id_, "escalated"))) == ([], 1)


def test_what_is_passed_on_is_an_emergency_anew(town: Town) -> None:
    id_ = town.comes(text_message(GAS))
    town.order(id_, orders.Acknowledge())
    town.order(id_, orders.Transfer("repairs", "specialist"))
    town.after(minutes=1)
    assert town.mailed() == [REPAIRS]
    town.after(minutes=4)
    assert [event["data"]["to"] for event in town.events(id_, "escalated")] == ["emergency"]
    assert len(town.phones.calls) == 1


def test_a_later_contact_makes_it_an_emergency(town: Town) -> None:
    id_ = town.comes(text_message("my boiler is broken"))
    town.order(id_, orders.Take(colleague="ana"))
    town.tell()
    town.mailed()
    assert town.comes(text_message("the boiler is broken and there are sparks")) == id_
    town.tell()
    [letter] = town.mail.letters
    assert str(letter["Subject"]).startswith("In touch again, emergency: Repair")
    assert "within 5 minutes, Emergency Line is told." in letter.get_body(("plain",)).get_content()
    town.after(minutes=5)
    assert [event["data"]["to"] for event in town.events(id_, "escalated")] == ["emergency"]
    with begin_read(town.services.record) as record:
        made = history.state_of(record, id_)
        assert enquiries.get(record, [id_])[0]["priority"] == made.priority == "emergency"


def test_the_teams_hear_of_what_else_happens(town: Town) -> None:
    id_ = town.comes(mail("my boiler is broken"))
    town.comes(mail("any news of the boiler?"))
    town.order(id_, orders.Ask("complaints", "Was this promised before?"))
    town.order(id_, orders.PromiseCallback(town.clock(), town.clock() + timedelta(hours=1)))
    town.order(id_, orders.Transfer("hub", "wrong-team"))
    town.tell()
    town.mailed()
    town.after(hours=2)
    town.after(days=8)
    news = [row["values"]["news"] for row in town.notices(id_) if not row["channel"]]
    assert news == ["new", "contact", "asked", "transferred", "callback", "overdue"]
    states = [row["state"] for row in town.notices(id_) if not row["channel"]]
    # What Repairs was to be told is no longer theirs; Complaints wants to hear of no question.
    assert states == ["dropped", "dropped", "to-person", "sent", "sent", "sent"]


def test_an_address_that_fails_is_tried_again_by_itself(town: Town) -> None:
    town.phones.status, town.system.status = 503, 500
    id_ = town.comes(text_message(GAS))
    town.tell()
    assert town.mailed() == [DESK]
    town.phones.status, town.system.status = 201, 204
    town.clock.on(seconds=6)
    town.tell()
    assert (town.mailed(), len(town.phones.calls), len(town.system.got)) == ([], 1, 2)
    ids = {json.loads(body)["id"] for _, body in town.system.got}
    assert len(ids) == 1
    assert {row["state"] for row in town.notices(id_)} == {"sent"}


def test_what_perhaps_left_when_its_sender_died_is_said_again(town: Town) -> None:
    town.comes(text_message("my boiler is broken"))
    dying = replace(town.services, senders={**town.services.senders, "email": _dies})
    with pytest.raises(KeyboardInterrupt):
        outbound.send_due(dying)
    town.tell()
    assert town.mailed() == []
    town.clock.on(seconds=61)
    town.tell()
    assert town.mailed() == [REPAIRS]


def _dies(_: object) -> Any:
    raise KeyboardInterrupt


def test_an_emergency_goes_before_everything_that_waits_also_behind_a_slow_mail_server(town: Town) -> None:
    for number in range(8):
        town.comes(text_message("my boiler is broken", sender=f"+4477009001{number:02d}"))
    said = []

    def slowly(message: OutboundMessage) -> Result:
        said.append(message.channel)
        if len(said) == 2:
            town.comes(text_message(GAS))
        town.clock.on(seconds=20)
        return Temporary("unreachable")

    senders = {**town.services.senders, "email": slowly, "sms": slowly}
    outbound.send_due(replace(town.services, senders=senders), lambda: len(town.phones.calls) > 0 or len(said) > 12)
    assert len(town.phones.calls) == 1
    assert len(said) <= 5


def test_what_is_over_is_told_nobody(town: Town) -> None:
    id_ = town.comes(text_message(GAS))
    town.order(id_, orders.Resolve("done", at_first_contact=True))
    town.after(hours=1)
    assert (town.mailed(), town.phones.calls, town.system.got) == ([], [], [])
    assert {row["state"] for row in town.notices(id_)} == {"dropped"}


@pytest.mark.parametrize(
    "missing, ways",
    [("webhook_secret", {"webhook"}), ("voice_from", {"phone"}), ("smtp_url", {"email"}), ("sms_from", set[str]())],
)
def test_a_way_that_is_not_set_up_shows_and_holds_up_no_other(
    store_url: str, tmp_path: Path, town: Town, missing: str, ways: set[str]
) -> None:
    settings = town.services.settings.model_dump() | {missing: ""}
    fresh = {name: value for name, value in settings.items() if name not in ("data", "database_url", "secret_key")}
    id_ = town.comes(text_message(GAS))
    with services_on(store_url, tmp_path, town.clock, **fresh) as poorer:
        publish_small(poorer, files(town.system))
        outbound.send_due(poorer)
    left = {row["channel"] for row in town.notices(id_) if row["trouble"] == "not-configured"}
    assert left == ways
