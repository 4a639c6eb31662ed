"""Saying it: once only, by a channel that is allowed, worded as things stand when it is sent."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from channels.inbound import Kind, Progress
from router import outbound, settlement
from router.services import Services
from router.store import outbox, people
from router.store.engine import begin_read
from router.store.schema import outbox as table
from tests.landlord import route_all, services_on, shown, take_in
from tests.messages import NOON, TENANT, call, mail, text_message
from tests.servers.provider import ACCOUNT, NUMBER, TOKEN, Provider, provider


@pytest.fixture
def texts() -> Iterator[Provider]:
    with provider() as running:
        yield running


@pytest.fixture
def services(store_url: str, tmp_path: Path, texts: Provider) -> Iterator[Services]:
    settings = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "sms_from": NUMBER, "twilio_api": texts.url}
    with services_on(store_url, tmp_path, **settings) as services:
        yield services


def _messages(services: Services, contact_id: str) -> list[dict[str, Any]]:
    with begin_read(services.record) as record:
        return outbox.of(record, contact_id=contact_id)


def test_acknowledged_once_in_plain_words(services: Services, texts: Provider) -> None:
    services = replace(services, clock=lambda: NOON)
    accepted = take_in(services, text_message("my boiler is broken"))
    again = take_in(services, text_message("the boiler is still broken"))
    route_all(services)
    assert outbound.send_due(services)
    assert outbound.send_due(services) == 0
    [message] = texts.sent
    reference = shown(services, accepted.contact_id)["decision"]["enquiry"]["reference"]
    assert message["To"] == TENANT
    assert message["Body"] == (
        f"Thank you. Repairs has it, reference {reference}, until 17:00 on Tuesday 10 March. Mill Lane Homes"
    )
    assert _messages(services, accepted.contact_id)[0]["state"] == outbox.SENT
    assert _messages(services, again.contact_id) == []


@pytest.mark.parametrize(
    "adjustments, points, state",
    [
        ({}, (("phone", TENANT, ""),), outbox.SENT),
        ({"email-only": ""}, (("phone", TENANT, ""),), outbox.TO_PERSON),
        ({"no-telephone": ""}, (("phone", TENANT, ""),), outbox.TO_PERSON),
        ({"not-in-the-catalogue": ""}, (("phone", TENANT, ""),), outbox.TO_PERSON),
        ({"times": "00:00-24:00"}, (("phone", TENANT, ""),), outbox.SENT),
        ({"times": ""}, (("phone", TENANT, ""),), outbox.TO_PERSON),
    ],
)
def test_need_recorded_a_minute_ago_counts(
    services: Services,
    texts: Provider,
    adjustments: dict[str, str],
    points: tuple[tuple[str, str, str], ...],
    state: str,
) -> None:
    accepted = take_in(services, text_message("my boiler is broken"))
    route_all(services)
    customer = {
        "id": "0" * 26,
        "reference": "T1",
        "name": "Customer",
        "kind": "tenant",
        "language": None,
        "facts": {},
        "adjustments": adjustments,
        "preferences": [],
        "source_digest": "",
        "changed_at": NOON,
        "points": points,
    }
    services.writer.submit(people.write, customer).result()
    outbound.send_due(services)
    assert _messages(services, accepted.contact_id)[0]["state"] == state
    assert len(texts.sent) == (state == outbox.SENT)


@pytest.mark.parametrize(
    "status, state",
    [(201, outbox.SENT), (400, outbox.FAILED), (503, outbox.PENDING), (429, outbox.PENDING), (401, outbox.PENDING)],
)
def test_what_the_provider_answers(services: Services, texts: Provider, status: int, state: str) -> None:
    texts.status = status
    accepted = take_in(services, text_message("my boiler is broken"))
    route_all(services)
    outbound.send_due(services)
    assert _messages(services, accepted.contact_id)[0]["state"] == state


def test_retried_later_and_given_up_in_the_end(services: Services, texts: Provider) -> None:
    texts.status = 503
    accepted = take_in(services, text_message("my boiler is broken"))
    route_all(services)
    for hours in range(settlement.MAX_ATTEMPTS):
        outbound.send_due(replace(services, clock=lambda hours=hours: services.clock() + timedelta(hours=3 * hours)))
    message, elsewhere = _messages(services, accepted.contact_id)
    assert (message["state"], message["trouble"]) == (outbox.FAILED, "http-503")
    assert elsewhere["values"]["not_by"] == ["sms"]


@pytest.mark.parametrize(
    "how_far, state, trouble, times",
    [("begun", outbox.TO_PERSON, settlement.PERHAPS_SENT, 0), ("claimed", outbox.SENT, None, 1)],
)
def test_only_what_had_begun_when_its_sender_died_is_left_to_a_person(
    services: Services, texts: Provider, how_far: str, state: str, trouble: str | None, times: int
) -> None:
    accepted = take_in(services, text_message("my boiler is broken"))
    route_all(services)
    row = _claim(services)
    if how_far == "begun":
        assert services.writer.submit(outbox.begin, (row, row["not_before"])).result()
    assert outbound.send_due(services) == 0
    assert outbound.send_due(replace(services, clock=lambda: services.clock() + timedelta(seconds=61)))
    [message] = _messages(services, accepted.contact_id)
    assert (message["state"], message["trouble"]) == (state, trouble)
    assert len(texts.sent) == times


def _claim(services: Services) -> dict[str, Any]:
    """Claim everything, and give what is for the customer."""
    with services.record.begin() as connection:
        rows = outbox.claim(connection, 10, services.clock(), timedelta(seconds=15))
    [row] = [row for row in rows if row["audience"] == "customer"]
    return row


def test_sender_that_comes_too_late_leaves_it_to_whoever_has_it_now(services: Services, texts: Provider) -> None:
    accepted = take_in(services, text_message("my boiler is broken"))
    route_all(services)
    row = _claim(services)
    until = services.clock() + timedelta(hours=1)
    assert outbound.send_due(replace(services, clock=lambda: services.clock() + timedelta(seconds=16)))
    assert not services.writer.submit(outbox.begin, (row, until)).result()
    services.writer.submit(outbox.settle, outbox.Settled(row | {"state": outbox.PENDING}, row["not_before"])).result()
    assert _messages(services, accepted.contact_id)[0]["state"] == outbox.SENT
    assert len(texts.sent) == 1


def test_repeating_what_a_cut_off_commit_had_written_changes_nothing(services: Services) -> None:
    accepted = take_in(services, text_message("my boiler is broken"))
    route_all(services)
    row = _claim(services)
    until = services.clock() + timedelta(minutes=1)
    event = settlement._event(row, settlement.Settlement(outbox.SENT), services.clock())
    for _ in range(2):
        assert services.writer.submit(outbox.begin, (row, until)).result()
    for _ in range(2):
        services.writer.submit(outbox.settle, outbox.Settled(row | {"state": outbox.SENT}, until, event)).result()
    assert _messages(services, accepted.contact_id)[0]["state"] == outbox.SENT


def test_one_that_cannot_be_planned_holds_up_no_other(services: Services) -> None:
    broken = take_in(services, text_message("my boiler is broken", sender="+447700900002"))
    route_all(services)
    with services.record.begin() as connection:
        connection.execute(update(table).values(enquiry_id=None))
    other = take_in(services, text_message("my boiler is broken"))
    route_all(services)
    outbound.send_due(services)
    [message] = _messages(services, broken.contact_id)
    assert (message["state"], message["trouble"], message["attempts"]) == (outbox.PENDING, "IndexError", 1)
    assert _messages(services, other.contact_id)[0]["state"] == outbox.SENT


@pytest.mark.parametrize(
    "inbound, count",
    [
        (text_message("hello"), 1),
        (mail("hello"), 1),
        (mail("I am away", kind=Kind.AUTOMATIC_REPLY), 0),
        (call("CA1", "menu-timeout", Progress.ENOUGH), 0),
    ],
)
def test_who_is_acknowledged(services: Services, inbound: Any, count: int) -> None:
    accepted = take_in(services, inbound)
    route_all(services)
    assert len(_messages(services, accepted.contact_id)) == count
