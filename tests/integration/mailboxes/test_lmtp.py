"""Mail handed over by a mail server: answered for only when it is on disk, whatever it is."""

import smtplib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from router.lmtp import listen
from router.services import Services
from router.store.engine import begin_read
from router.store.schema import contacts
from router.store.trouble import UnavailableError
from tests.integration.mailboxes.post import letter
from tests.landlord import route_all, services_on
from tests.servers.process import free_port

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
OURS = "repairs@mill-lane.example"


@pytest.fixture
def services(store_url: str, tmp_path: Path) -> Iterator[Services]:
    with services_on(store_url, tmp_path) as built:
        yield built


@pytest.fixture
def port(services: Services) -> Iterator[int]:
    number = free_port()
    listening = listen(services, f"127.0.0.1:{number}")
    yield number
    listening.stop()


def handed_over(port: int, raw: bytes, *to: str) -> dict[str, tuple[int, bytes]]:
    """What the server answers: the recipients that it refused, for each why."""
    with smtplib.LMTP("127.0.0.1", port) as server:
        refused = server.sendmail("jo@home.example", list(to or (OURS,)), raw, mail_options=["BODY=8BITMIME"])
        # Each recipient has an answer of its own, of which the library reads the first.
        assert [server.getreply()[0] for _ in to[1:]] == [250] * len(to[1:])
        return refused


def contacts_of(services: Services) -> list[dict[str, Any]]:
    route_all(services)
    with begin_read(services.record) as record:
        return [dict(row) for row in record.execute(select(contacts)).mappings()]


def test_a_message_is_one_contact_with_the_recipients_of_its_envelope(services: Services, port: int) -> None:
    raw = letter("My tap drips.", to="undisclosed@home.example")
    assert handed_over(port, raw, "complaints@mill-lane.example", OURS) == {}
    assert handed_over(port, raw, OURS) == {}
    [contact] = contacts_of(services)
    assert contact["team"] == "repairs"


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\x00 nothing that anybody could read\r\n",
        b"From: jo@home.example\r\nX-Long: " + b"x" * 1_100_000 + b"\r\n\r\nMy tap drips.\r\n",
        b"From: jo@home.example\r\n\r\n.\r\n..leading dots\r\n",
        "From: jo@home.example\r\n\r\nMój kran cieknie.\r\n".encode(),
    ],
    ids=["binary", "long-line", "dots", "8bit"],
)
def test_anything_is_taken_in(services: Services, port: int, raw: bytes) -> None:
    assert handed_over(port, raw) == {}
    assert len(contacts_of(services)) == 1


def test_what_is_too_large_is_refused_for_good(services: Services, port: int) -> None:
    raw = letter("x" * 100) + b"y" * (services.settings.email_limit + 1)
    with pytest.raises(smtplib.SMTPResponseException) as refused:
        handed_over(port, raw)
    assert refused.value.smtp_code == 552
    assert contacts_of(services) == []


def test_nothing_at_all_is_no_message(services: Services, port: int) -> None:
    with pytest.raises(smtplib.SMTPResponseException) as refused:
        handed_over(port, b"\r\n")
    assert refused.value.smtp_code == 554
    assert contacts_of(services) == []


def test_while_the_record_is_away_it_is_to_come_again(services: Services) -> None:
    class Away:
        async def write(self, *_: object) -> None:
            raise UnavailableError("the record cannot be written to now")

    number = free_port()
    listening = listen(replace(services, writer=Away()), f"127.0.0.1:{number}")  # type: ignore[arg-type]
    try:
        with pytest.raises(smtplib.SMTPResponseException) as refused:
            handed_over(number, letter())
    finally:
        listening.stop()
    assert refused.value.smtp_code == 451


def test_a_socket_on_this_machine_will_do(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "lmtp"
    listening = listen(services, f"unix:{path}")
    try:
        with smtplib.LMTP(str(path)) as server:
            assert server.sendmail("jo@home.example", [OURS], letter("My tap drips.")) == {}
    finally:
        listening.stop()
    assert len(contacts_of(services)) == 1
