"""Texts: words that are obeyed, pieces, receipts in any order, what is lost goes another way, and what answers what."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from channels.inbound import Address, PointKind
from channels.senders import OutboundMessage
from router import outbound
from router.intake import entry
from router.pacing import Pace
from router.services import Services
from router.store import outbox, people, rates
from router.store.rates import Draw
from tests.integration.line.texting import came, enquiry_of, happened, receipt, shut, tenant, text, to_customer
from tests.landlord import parts_of, route_all, services_on, shown, take_in
from tests.messages import NOON, TENANT, text_message
from tests.servers.postbox import postbox_server
from tests.servers.provider import ACCOUNT, NUMBER, TOKEN, Provider, provider

PIECE = "The water comes through the bathroom ceiling whenever they have a shower upstairs and has now come through in "
PIECE += "the hall as well, near the lights and the b"
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def account() -> Iterator[Provider]:
    with provider() as running:
        yield running


@pytest.fixture
def texts(account: Provider) -> Provider:
    account.sent.clear()
    account.status, account.code = 201, 21610
    return account


@pytest.fixture
def mail_port() -> Iterator[tuple[Any, int]]:
    with postbox_server() as (handler, port):
        yield handler, port


@pytest.fixture
def services(store_url: str, tmp_path: Path, texts: Provider, mail_port: tuple[Any, int]) -> Iterator[Services]:
    settings = {
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "sms_from": NUMBER,
        "whatsapp_from": NUMBER,
        "twilio_api": texts.url,
        "public_url": "https://hub.example",
        "smtp_url": f"smtp://127.0.0.1:{mail_port[1]}?security=none",
        "mail_from": "hub@mill-lane.example",
    }
    with services_on(store_url, tmp_path, clock=lambda: NOON, **settings) as services:
        yield services


def _customer(services: Services, **fields: Any) -> None:
    points = (("phone", TENANT, ""), ("email", "sam@home.example", ""))
    services.writer.submit(people.write, tenant(**({"points": points} | fields))).result()


def _acknowledged(services: Services) -> tuple[str, str]:
    """A text that was taken in and acknowledged: the contact's id, and the acknowledgement's at the provider."""
    accepted = take_in(services, text("my boiler is broken"))
    route_all(services)
    outbound.send_due(services)
    return accepted.contact_id, to_customer(services, accepted.contact_id)[0]["message_id"]


@pytest.mark.parametrize(
    "words, closed, opened",
    [
        (["STOP"], [("sms", "opted-out")], 0),
        (["stop", "stop"], [("sms", "opted-out")], 0),
        (["STOP", "START"], [], 0),
        (["STOP", "yes"], [], 0),
        (["yes"], [], 1),
        (["START"], [], 0),
        (["STOP", "my boiler is broken"], [("sms", "opted-out")], 1),
        (["stop the leak"], [], 1),
        (["help"], [], 1),
    ],
)
def test_words_close_and_open_the_channel_and_no_enquiry(
    services: Services, words: list[str], closed: list[tuple[str, str]], opened: int
) -> None:
    for number, word in enumerate(words):
        take_in(services, text(word, NOON + number * SECOND))
        route_all(services)
    assert shut(services) == closed
    assert len(happened(services, "opened")) == opened


def test_stopped_texts_are_stopped_at_once_and_another_channel_is_used(
    services: Services, texts: Provider, mail_port: tuple[Any, int]
) -> None:
    _customer(services)
    first = take_in(services, text("my boiler is broken"))
    route_all(services)
    take_in(services, text("Stop."))  # before what is queued has left
    outbound.send_due(services)
    assert texts.sent == []
    assert [row["sent"]["channel"] for row in to_customer(services, first.contact_id)] == ["email"]
    route_all(services)
    outbound.send_due(services)
    assert texts.sent == []
    assert [each.rcpt_tos for each in mail_port[0].envelopes].count(["sam@home.example"]) == 1
    assert [data["channel"] for data in happened(services, "texts-stopped")] == ["sms"]


def test_late_repeat_of_a_stop_does_not_undo_the_start_after_it(services: Services) -> None:
    stop, start = text("STOP"), text("START", NOON + SECOND)
    for each in (stop, start, stop):
        take_in(services, each)
    assert shut(services) == []


def test_stop_by_whatsapp_leaves_texts_open(services: Services) -> None:
    take_in(services, text("stop", whatsapp=True))
    assert shut(services) == [("whatsapp", "opted-out")]


def test_the_providers_own_stop_list_is_ours_too(services: Services, texts: Provider) -> None:
    texts.status = 400
    accepted = take_in(services, text("my boiler is broken"))
    route_all(services)
    outbound.send_due(services)
    assert shut(services) == [("sms", "opted-out")]
    message, elsewhere = to_customer(services, accepted.contact_id)
    assert (message["state"], message["trouble"]) == (outbox.FAILED, "twilio-21610")
    assert elsewhere["state"] == outbox.TO_PERSON
    assert "stopped messages by text message" in elsewhere["trouble"]
    assert "START" in shown(services, accepted.contact_id)["messages"][0]["explained"]


ORDERS = [
    ("queued", "sent", "delivered"),
    ("sent", "undelivered", "queued"),
    ("undelivered", "delivered", "sent"),
    ("sent", "delivered", "read"),
]


@pytest.mark.parametrize("statuses", ORDERS, ids="-".join)
def test_receipts_in_any_order_lead_to_the_same_end(services: Services, statuses: tuple[str, ...]) -> None:
    ends = set()
    for number, order in enumerate(permutations(statuses)):
        sender = f"+4477009001{number:02d}"
        accepted = take_in(services, text("my boiler is broken", sender=sender))
        route_all(services)
        outbound.send_due(services)
        sid = to_customer(services, accepted.contact_id)[0]["message_id"]
        for status in (*order, *order):
            code = "30006" if status == "undelivered" else ""
            came(services, receipt(sid, status, code))
        row = to_customer(services, accepted.contact_id)[0]
        ends.add((row["delivery"], row["delivery_reason"], tuple(shut(services, sender))))
    assert len(ends) == 1


def test_receipt_that_comes_before_the_answer_is_not_lost(services: Services) -> None:
    assert came(services, receipt("SM" + "1".zfill(32), "delivered")) == [False]
    contact, _ = _acknowledged(services)
    assert to_customer(services, contact)[0]["delivery"] == "delivered"


def test_loss_tells_the_owner_and_goes_another_way_once(services: Services, texts: Provider) -> None:
    _customer(services)
    contact, sid = _acknowledged(services)
    for status in ("failed", "undelivered", "undelivered", "sent"):
        came(services, receipt(sid, status, "30003" if status != "sent" else ""))
    outbound.send_due(services)
    outbound.send_due(services)
    first, second = to_customer(services, contact)
    assert (first["delivery"], first["delivery_reason"]) == ("undelivered", "twilio-30003")
    assert (second["state"], second["sent"]["channel"], second["sent_to"]) == ("sent", "email", "sam@home.example")
    assert len(texts.sent) == 1
    assert [data["permanent"] for data in happened(services, "returned")] == [True]
    view = shown(services, contact)["messages"]
    assert "switched off" in next(each["explained"] for each in view if each["delivery"])


def test_landline_gets_no_more_texts_but_may_be_rung(services: Services) -> None:
    _, sid = _acknowledged(services)
    came(services, receipt(sid, "undelivered", "30006"))
    assert shut(services) == [("sms", "not-reached")]
    take_in(services, text("my boiler is still broken", NOON + SECOND))
    route_all(services)
    assert shut(services) == []  # who texts from there can be texted


def test_pieces_are_one_contact_read_as_one_text(services: Services) -> None:
    assert len(PIECE) == 153
    first = take_in(services, text(PIECE))
    assert first.state == "in-progress"
    end = text("oiler", NOON + SECOND)
    second = take_in(services, end)
    again = take_in(services, end)
    late = take_in(services, replace(end, received_at=NOON + timedelta(hours=1)))
    assert {each.contact_id for each in (second, again, late)} == {first.contact_id}
    assert (again.part_id, late.part_id) == (second.part_id, second.part_id)
    route_all(services)
    assert len(parts_of(services, first.contact_id)) == 2
    assert shown(services, first.contact_id)["journey"] is not None
    assert enquiry_of(services, first.contact_id)


@pytest.mark.parametrize(
    "second, wait, sender, whole",
    [
        ("oiler", 1, TENANT, True),
        ("oiler", 11, TENANT, False),
        ("oiler", 1, "+447700900002", False),
        ("STOP", 1, TENANT, False),
        (PIECE, 1, TENANT, True),
    ],
)
def test_which_text_goes_on_another(services: Services, second: str, wait: int, sender: str, whole: bool) -> None:
    first = take_in(services, text(PIECE))
    other = take_in(services, text(second, NOON + wait * SECOND, sender))
    assert (other.contact_id == first.contact_id) is whole


def test_what_comes_after_the_last_piece_is_a_contact_of_its_own(services: Services) -> None:
    first = take_in(services, text(PIECE))
    last = take_in(services, text("oiler", NOON + SECOND))
    after = take_in(services, text("And the tap drips.", NOON + 2 * SECOND))
    assert last.contact_id == first.contact_id != after.contact_id


def test_three_pieces_in_one_batch_are_one_contact(services: Services) -> None:
    each = [text(PIECE), text(PIECE, NOON + SECOND), text("oiler", NOON + 2 * SECOND)]
    futures = [services.writer.submit(*entry(services, inbound)) for inbound in each]
    assert len({future.result().contact_id for future in futures}) == 1


def test_piece_with_urgent_words_is_not_waited_with(services: Services) -> None:
    urgent = "I can smell gas in my kitchen, " + PIECE
    first = take_in(services, text(urgent[:153]))
    assert first.state == "waiting"
    assert take_in(services, text("oiler", NOON + SECOND)).contact_id == first.contact_id


@pytest.mark.parametrize(
    "said, fields, joins",
    [
        ("ok thanks", {}, True),
        ("the boiler is still broken", {}, True),
        ("where are you, nobody came", {}, True),
        ("I can smell gas in my kitchen", {}, False),
        ("rats in the loft, there are rats in the bin store", {}, False),
        ("rats in the loft, about {reference}", {}, True),
        ("rats in the loft, rats in the bin store", {"OriginalRepliedMessageSid": "{sid}"}, True),
    ],
)
def test_which_text_answers_ours(services: Services, said: str, fields: dict[str, str], joins: bool) -> None:
    contact, sid = _acknowledged(services)
    reference = shown(services, contact)["decision"]["enquiry"]["reference"]
    filled = {name: value.format(sid=sid) for name, value in fields.items()}
    answer = take_in(services, text(said.format(reference=reference), NOON + timedelta(hours=1), **filled))
    route_all(services)
    assert (enquiry_of(services, answer.contact_id) == enquiry_of(services, contact)) is joins


@pytest.mark.parametrize("days, joins", [(1, True), (4, False)])
def test_how_long_a_text_may_be_an_answer(services: Services, days: int, joins: bool) -> None:
    contact, _ = _acknowledged(services)
    answer = take_in(services, text("ok thanks", NOON + timedelta(days=days)))
    route_all(services)
    assert (enquiry_of(services, answer.contact_id) == enquiry_of(services, contact)) is joins
    marks = shown(services, answer.contact_id)["decision"]["marks"]
    assert ("joined-by-time" in marks) is joins


def test_text_of_somebody_else_is_no_answer(services: Services) -> None:
    contact, _ = _acknowledged(services)
    other = take_in(services, text("ok thanks", NOON + SECOND, "+447700900002"))
    route_all(services)
    assert enquiry_of(services, other.contact_id) != enquiry_of(services, contact)


@pytest.mark.parametrize(
    "hours, channel", [(1, "whatsapp"), (23, "whatsapp"), (25, "sms")], ids=["at once", "in time", "too late"]
)
def test_whatsapp_is_answered_there_for_a_day(services: Services, texts: Provider, hours: int, channel: str) -> None:
    _customer(services)
    accepted = take_in(services, text("my boiler is broken", whatsapp=True))
    route_all(services)
    outbound.send_due(replace(services, clock=lambda: NOON + timedelta(hours=hours)))
    [message] = to_customer(services, accepted.contact_id)
    assert message["sent"]["channel"] == channel
    if channel == "whatsapp":
        assert (texts.sent[0]["To"], texts.sent[0]["From"]) == (f"whatsapp:{TENANT}", f"whatsapp:{NUMBER}")
        assert texts.sent[0]["StatusCallback"] == "https://hub.example/channels/twilio/status"


def test_numbers_send_no_faster_than_they_may(services: Services) -> None:
    draws = [services.writer.submit(rates.draw, Draw("n", 1, 2.0, NOON)).result() for _ in range(4)]
    assert draws == [0.0, 0.0, 0.5, 0.5]
    assert services.writer.submit(rates.draw, Draw("n", 1, 2.0, NOON, urgent=True)).result() == 0.0
    assert services.writer.submit(rates.draw, Draw("n", 1, 2.0, NOON)).result() == 1.0
    later = NOON + timedelta(seconds=1)
    assert services.writer.submit(rates.draw, Draw("n", 1, 2.0, later)).result() == 0.0
    assert services.writer.submit(rates.draw, Draw("n", 1, 2.0, NOON)).result() == 0.5  # a clock that was put back
    assert services.writer.submit(rates.draw, Draw("other", 50, 2.0, NOON)).result() == 0.0


def test_what_has_to_wait_is_spread_over_the_seconds_to_come(services: Services) -> None:
    pace = Pace(replace(services, settings=services.settings.model_copy(update={"sms_rate": 1.0})))
    message = OutboundMessage(channel="sms", address=Address(PointKind.PHONE, TENANT), text="hello", message_id="out-1")
    waits = [pace.wait(message, urgent=False) for _ in range(4)]
    assert waits == [None, *(timedelta(seconds=seconds) for seconds in (1, 2, 3))]
    assert pace.wait(replace(message, channel="email"), urgent=False) is None


def test_over_the_rate_the_rest_goes_later_and_nothing_is_lost(services: Services, texts: Provider) -> None:
    slow = replace(services, settings=services.settings.model_copy(update={"sms_rate": 1.0}))
    for number in range(3):
        take_in(slow, text_message("my boiler is broken", sender=f"+44770090020{number}"))
    route_all(slow)
    outbound.send_due(slow)
    assert len(texts.sent) == 1
    for second in range(1, 6):
        outbound.send_due(replace(slow, clock=lambda second=second: NOON + timedelta(seconds=second)))
    assert len(texts.sent) == 3
