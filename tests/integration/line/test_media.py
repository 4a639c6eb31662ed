"""Files of texts, end to end: fetched after the text is stored, once, tried again, and missed where they are lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from channels.inbound import Inbound
from router.fetching import BACK_OFF, LEASE, fetch_due
from router.services import Services
from router.store import blobs, media
from router.store.engine import begin_read
from router.store.schema import media as table
from tests.integration.line.texting import text
from tests.landlord import parts_of, route_all, services_on, shown, take_in
from tests.messages import NOON
from tests.servers.provider import ACCOUNT, NUMBER, TOKEN, Provider, provider

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def account() -> Iterator[Provider]:
    with provider() as running:
        yield running


@pytest.fixture
def services(store_url: str, tmp_path: Path, account: Provider) -> Iterator[Services]:
    settings = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "sms_from": NUMBER}
    with services_on(store_url, tmp_path, lambda: NOON, twilio_api=account.url, media_limit=1024, **settings) as found:
        yield found


def at(services: Services, moment: datetime) -> Services:
    return replace(services, clock=lambda: moment)


def with_files(account: Provider, *names: str, says: str = "look at this mould") -> Inbound:
    fields = {f"MediaUrl{number}": f"{account.url}/Media/{name}" for number, name in enumerate(names)}
    fields |= {f"MediaContentType{number}": "image/png" for number in range(len(names))}
    return text(says, NumMedia=str(len(names)), **fields)


def waiting(services: Services) -> list[Any]:
    with begin_read(services.record) as record:
        return list(record.execute(select(table.c.state, table.c.attempts, table.c.trouble).order_by(table.c.id)))


def test_files_are_fetched_after_the_text_is_stored_and_once(services: Services, account: Provider) -> None:
    account.media = {"one": (200, PNG), "two": (200, PNG + b"2")}
    inbound = with_files(account, "one", "two")
    accepted = take_in(services, inbound)
    take_in(services, inbound)
    route_all(services)
    assert parts_of(services, accepted.contact_id)[0]["marks"] == ["media-not-fetched"]
    assert fetch_due(services) == 2
    assert fetch_due(services) == 0
    [part] = parts_of(services, accepted.contact_id)
    assert part["marks"] == []
    assert [(each["name"], each["media_type"]) for each in part["attachments"]] == [
        ("file-1.png", "image/png"),
        ("file-2.png", "image/png"),
    ]
    with begin_read(services.record) as record:
        assert [each.content for each in blobs.attachments(record, part["attachments"])] == [PNG, PNG + b"2"]
    assert [signed for path, signed in account.asked if path.startswith("/kept/")] == [False, False]


def test_urgent_words_do_not_wait_for_a_file(services: Services, account: Provider) -> None:
    accepted = take_in(services, with_files(account, "gone", says="I can smell gas in my kitchen"))
    route_all(services)
    assert shown(services, accepted.contact_id)["owner"]["key"] == "emergency"


@pytest.mark.parametrize(
    "status, content, mark",
    [
        (200, b"MZ", "media-type-not-allowed"),
        (200, b"%PDF-1.7", "media-not-what-it-says"),
        (200, PNG * 100, "media-too-large"),
    ],
)
def test_what_is_not_taken_in_is_said_on_the_text(
    services: Services, account: Provider, status: int, content: bytes, mark: str
) -> None:
    account.media = {"one": (status, content), "two": (200, PNG)}
    accepted = take_in(services, with_files(account, "one", "two"))
    fetch_due(services)
    [part] = parts_of(services, accepted.contact_id)
    assert part["marks"] == [mark]
    assert [each["name"] for each in part["attachments"]] == ["file-2.png"]
    assert fetch_due(at(services, NOON + timedelta(days=1))) == 0


def test_file_that_is_late_is_fetched_at_a_later_try(services: Services, account: Provider) -> None:
    accepted = take_in(services, with_files(account, "one"))
    assert fetch_due(services) == 1
    assert fetch_due(services) == 0
    account.media = {"one": (200, PNG)}
    assert fetch_due(at(services, NOON + BACK_OFF[0])) == 1
    assert parts_of(services, accepted.contact_id)[0]["marks"] == []


def test_file_that_never_comes_is_given_up_and_seen(services: Services, account: Provider) -> None:
    accepted = take_in(services, with_files(account, "one"))
    moment, tries = NOON, 0
    for pause in (timedelta(0), *BACK_OFF, timedelta(days=9)):
        moment += pause
        tries += fetch_due(at(services, moment))
    assert tries == len(BACK_OFF) + 1
    assert waiting(services) == [("given-up", tries, "http-404")]
    assert parts_of(services, accepted.contact_id)[0]["marks"] == ["media-http-404"]


def test_whoever_died_while_fetching_leaves_it_to_the_next(services: Services, account: Provider) -> None:
    account.media = {"one": (200, PNG)}
    accepted = take_in(services, with_files(account, "one"))
    [row] = services.writer.submit(media.claim, (NOON, LEASE, 5)).result()
    assert fetch_due(services) == 0
    assert fetch_due(at(services, NOON + LEASE)) == 1
    late = media.Came(row["id"], row["not_before"], trouble="timeout")
    assert services.writer.submit(media.settle, late).result() is False
    [part] = parts_of(services, accepted.contact_id)
    assert (part["marks"], len(part["attachments"])) == ([], 1)


def test_address_that_is_not_the_providers_is_never_asked(services: Services) -> None:
    with provider() as other:
        inbound = text("look", NumMedia="1", MediaUrl0=f"{other.url}/Media/one", MediaContentType0="image/png")
        accepted = take_in(services, inbound)
        fetch_due(services)
        assert other.asked == []
    assert parts_of(services, accepted.contact_id)[0]["marks"] == ["media-address-refused"]
