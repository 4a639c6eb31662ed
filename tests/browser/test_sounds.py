"""A message in a real browser: it is played and wound, its page has no barrier, and it can be written down."""

import hashlib
import io
import wave
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels.bounds import bounded
from channels.inbound import Address, Attachment, Inbound, Kind, PointKind, Progress
from router import clients
from router.publishable import check
from router.publishing import By, publish
from router.settings import Settings, sample_folder
from router.store.migrate import upgrade
from rules.folder import read_folder
from tests.browser.conftest import Signed
from tests.browser.test_pages import WIDTHS, assert_no_barrier, complaints_of
from tests.landlord import route_all, take_in

pytestmark = pytest.mark.slow
SECONDS = 3
PLAYED = """async () => { const sound = document.querySelector('audio'); sound.muted = true; await sound.play();
    sound.currentTime = 2; return sound.duration; }"""


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A data folder with the sample landlord and a call whose message is here."""
    data = tmp_path_factory.mktemp("sounds") / "data"
    data.mkdir()
    with closing(clients.build(Settings(data=data, secret_key="for tests"))) as services:
        upgrade(services.record)
        publish(services.writer, check(read_folder(sample_folder())), "folder", By("tests", "first", services.clock()))
        call = take_in(services, message())
        route_all(services)
    return data, call.contact_id, ""


def message() -> Inbound:
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(b"\0\1" * 8_000 * SECONDS)
    content = written.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    return bounded(
        channel="phone", provider="twilio", account="AC1", conversation="CA1", event="CA1:voicemail:RE1",
        part="voicemail", kind=Kind.CALL_EVENT, progress=Progress.ENOUGH, received_at=datetime.now(UTC),
        sender=Address(PointKind.PHONE, "+447700900123", "07700 900123"),
        attachments=(Attachment("recording.wav", "audio/wav", digest, len(content), content),),
        facts={"recording": "RE1", "recording_seconds": str(SECONDS)},
    )  # fmt: skip


def test_it_is_played_wound_and_written_down(signed: Signed, morning: tuple[Path, str, str]) -> None:
    page = signed.page()
    said = complaints_of(page)
    page.goto(f"/contacts/{morning[1]}")
    for width in WIDTHS.values():
        assert_no_barrier(page, width)
    assert page.evaluate(PLAYED) == pytest.approx(SECONDS, abs=0.1)
    page.get_by_role("link", name="Write down what is said").click()
    page.get_by_label("What is said on the recording").fill("I can smell gas in my kitchen")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_text("It is written down").wait_for()
    assert page.get_by_text("Written down by a colleague:").is_visible()
    for width in WIDTHS.values():
        assert_no_barrier(page, width)
    with page.expect_download() as kept:
        page.get_by_role("link", name="Download the recording").click()
    assert kept.value.suggested_filename == "recording.wav"
    assert said == []
    page.close()


def test_nothing_typed_is_told_where_it_is_missing(signed: Signed, morning: tuple[Path, str, str]) -> None:
    page = signed.page()
    page.goto(f"/contacts/{morning[1]}")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("alert").wait_for()
    for width in WIDTHS.values():
        assert_no_barrier(page, width)
    page.close()
