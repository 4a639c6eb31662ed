"""Recordings of messages: fetched once, played and wound on the contact's page, and written down by a colleague."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from channels import twilio_voice
from channels.adapter import Request
from channels.inbound import Inbound
from router.acting import Ordered, act
from router.enquiry.actions import Actor
from router.enquiry.orders import Transfer
from router.fetching import fetch_due
from router.services import Services
from router.store.engine import begin_read
from router.store.schema import decisions, enquiries, events
from tests.integration.console.visitor import Visitor
from tests.landlord import route_all, services_on, shown, take_in
from tests.messages import NOON
from tests.servers.provider import ACCOUNT, TOKEN, Provider, provider

WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\0" * 100
CALL, RECORDING = "CA" + "1" * 32, "RE" + "1" * 32
VOICE = "https://hub.example/channels/twilio/voice"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def account() -> Iterator[Provider]:
    with provider() as running:
        running.media = {"RE1": (200, WAV)}
        yield running


@pytest.fixture
def services(store_url: str, tmp_path: Path, account: Provider) -> Iterator[Services]:
    settings = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN}
    with services_on(store_url, tmp_path, lambda: NOON, twilio_api=account.url, **settings) as found:
        yield found


def told(place: str, **fields: str) -> Inbound:
    """What the provider posts of the call at a place."""
    form = {"CallSid": CALL, "AccountSid": ACCOUNT, **fields}
    body = "&".join(f"{name}={value.replace('+', '%2B')}" for name, value in form.items()).encode()
    found = twilio_voice.parse(Request("POST", (f"{VOICE}/{place}",), {"content-type": FORM}, body, NOON))
    assert isinstance(found, Inbound)
    return found


def message(account: Provider, place: str = "voicemail", **more: str) -> Inbound:
    numbers = {"From": "+447700900123", "To": "+441632960000"} if place == "voicemail" else {}
    about = {"RecordingSid": RECORDING, "RecordingUrl": f"{account.url}/Media/RE1", "RecordingDuration": "72"}
    return told(place, **numbers, **about, **more)


def recorded(account: Provider, **more: str) -> Inbound:
    return message(account, "recorded", RecordingSource="RecordVerb", RecordingStatus="completed", **more)


@pytest.mark.parametrize("turned", [False, True], ids=["message-first", "recording-first"])
def test_it_is_fetched_once_whichever_report_comes_first(services: Services, account: Provider, turned: bool) -> None:
    both = [message(account), recorded(account)]
    for each in (*(reversed(both) if turned else both), *both):
        contact = take_in(services, each).contact_id
    assert (fetch_due(services), fetch_due(services)) == (1, 0)
    parts = shown(services, contact)["parts"]
    assert [each["media_type"] for part in parts for each in part["attachments"]] == ["audio/wav"]
    assert [mark for part in parts for mark in part["marks"]] == []


@pytest.mark.parametrize("more", [{"RecordingDuration": "0"}, {"RecordingStatus": "absent"}])
def test_nothing_is_fetched_of_an_empty_one(services: Services, account: Provider, more: dict[str, str]) -> None:
    fields = {"RecordingSid": RECORDING, "RecordingUrl": f"{account.url}/Media/RE1", **more}
    take_in(services, told("recorded", **fields))
    assert fetch_due(services) == 0


def on_page(services: Services, account: Provider, visit: Callable[..., Visitor]) -> tuple[Visitor, str]:
    contact = take_in(services, message(account)).contact_id
    later = replace(services, clock=lambda: NOON + timedelta(minutes=5))
    route_all(later)
    fetch_due(later)
    return visit("colleague", teams=("hub",)), f"/contacts/{contact}"


def test_it_is_played_wound_and_kept(services: Services, account: Provider, visit: Callable[..., Visitor]) -> None:
    colleague, page = on_page(services, account, visit)
    text = colleague.get(page).text
    assert "<audio controls" in text
    assert "Recording of 1 minute 12 seconds" in text
    assert "No transcript yet" in text
    address = text.partition('src="')[2]
    address = f"{page}/sounds/" + text.partition(f"{page}/sounds/")[2].partition('"')[0]
    whole = colleague.get(address)
    assert (whole.status_code, whole.content, whole.headers["content-type"]) == (200, WAV, "audio/wav")
    some = colleague.get(address, Range="bytes=4-7")
    assert (some.status_code, some.content, some.headers["content-range"]) == (206, WAV[4:8], f"bytes 4-7/{len(WAV)}")
    assert colleague.get(address, Range="bytes=-3").content == WAV[-3:]
    assert colleague.get(address, Range=f"bytes={len(WAV)}-").status_code == 416
    assert colleague.get(f"{address}?download=1").headers["content-disposition"].startswith("attachment")
    assert colleague.get(f"{page}/sounds/{'0' * 64}").status_code == 404
    assert "media-src 'self'" in colleague.get(page).headers["content-security-policy"]


def test_nobody_else_hears_it(services: Services, account: Provider, visit: Callable[..., Visitor]) -> None:
    colleague, page = on_page(services, account, visit)
    address = f"{page}/sounds/" + colleague.get(page).text.partition(f"{page}/sounds/")[2].partition('"')[0]
    assert visit().get(address).status_code == 303
    assert visit("administrator").get(address).status_code == 403


def test_what_a_colleague_writes_down_counts(
    services: Services, account: Provider, visit: Callable[..., Visitor]
) -> None:
    colleague, page = on_page(services, account, visit)
    fields = {"recording": RECORDING, "text": "I can smell gas in my kitchen"}
    for _ in range(2):
        answer = colleague.post(f"{page}/transcripts", fields)
    assert "It is written down" in colleague.follow(answer).text
    route_all(services)
    shows = colleague.get(page).text
    assert "Written down by a colleague:</strong> I can smell gas in my kitchen" in shows
    assert "No transcript yet" not in shows
    with begin_read(services.record) as record:
        current = record.execute(select(decisions.c.priority).where(decisions.c.current)).scalars().all()
        written = (
            record.execute(select(events.c.actor).where(events.c.kind == "recording-written-down")).scalars().all()
        )
    assert current == ["emergency"]
    assert written == [f"user:{colleague.user['id']}"]


def test_what_is_written_down_takes_nothing_from_who_was_given_it(
    services: Services, account: Provider, visit: Callable[..., Visitor]
) -> None:
    colleague, page = on_page(services, account, visit)
    with begin_read(services.record) as record:
        enquiry = record.execute(select(enquiries.c.id)).scalar_one()
    act(services, Ordered(enquiry, Transfer("emergency", "wrong-team"), Actor("user:ana", everywhere=True), "1"))
    colleague.post(f"{page}/transcripts", {"recording": RECORDING, "text": "my tap is dripping, I need a repair"})
    route_all(services)
    with begin_read(services.record) as record:
        assert record.execute(select(decisions.c.routed_team).where(decisions.c.current)).scalars().all() == ["repairs"]
        assert record.execute(select(enquiries.c.team)).scalar_one() == "emergency"


@pytest.mark.parametrize(
    "fields,status", [({"text": " "}, 400), ({"text": "a" * 20_001}, 400), ({"recording": "RE0", "text": "a"}, 404)]
)
def test_what_cannot_be_kept_is_told(
    services: Services, account: Provider, visit: Callable[..., Visitor], fields: dict[str, str], status: int
) -> None:
    colleague, page = on_page(services, account, visit)
    answer = colleague.post(f"{page}/transcripts", {"recording": RECORDING, **fields})
    assert answer.status_code == status
