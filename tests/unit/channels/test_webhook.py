"""Other systems told over HTTP: what they get, how they know that it is ours, and what their answers mean."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from channels import webhook_sender
from channels.inbound import Address, PointKind
from channels.senders import OutboundMessage, Permanent, Result, Sent, Temporary
from channels.stamped import stamp
from channels.webhook_sender import WebhookConfig, is_safe
from tests.servers.receiver import Receiver, receiver

CONFIG = WebhookConfig("new-secret, old-secret", timeout_seconds=5)
BODY = '{"event":"new","reference":"7K3M-9Q2X-4"}'


@pytest.fixture
def system() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


def told(url: str) -> OutboundMessage:
    return OutboundMessage(channel="webhook", address=Address(PointKind.WEB, url), text=BODY, message_id="n1")


def is_ours(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """The recipe of docs/notifications.md."""
    covered = headers["x-firstcontact-timestamp"].encode() + b"." + body
    wanted = "v1=" + hmac.new(secret.encode(), covered, hashlib.sha256).hexdigest()
    return any(hmac.compare_digest(wanted, each) for each in headers["x-firstcontact-signature"].split(","))


def test_the_example_of_the_documentation() -> None:
    body = b'{"event":"new","reference":"7K3M-9Q2X-4"}'
    assert stamp("a-secret-of-the-example", body, 1772532000) == {
        "X-Firstcontact-Timestamp": "1772532000",
        "X-Firstcontact-Signature": "v1=ed5e462204049d496df08575825a76c0cc5d4c95cb184c322265259c05eb80a2",
    }


@pytest.mark.parametrize("secret, ours", [("new-secret", True), ("old-secret", True), ("another", False)])
def test_while_a_secret_is_replaced_both_vouch_for_it(system: Receiver, secret: str, ours: bool) -> None:
    assert webhook_sender.send(CONFIG, told(system.url)) == Sent("n1")
    [(headers, body)] = system.got
    assert body == BODY.encode()
    assert headers["content-type"] == "application/json"
    assert is_ours(headers, body, secret) is ours
    assert not is_ours(headers, body + b" ", secret)
    assert not is_ours({**headers, "x-firstcontact-timestamp": "1"}, body, secret)


@pytest.mark.parametrize(
    "status, headers, result",
    [
        (200, {}, Sent("n1")),
        (202, {}, Sent("n1")),
        (301, {"Location": "http://127.0.0.1:1/"}, Permanent("http-301")),
        (400, {}, Permanent("http-400")),
        (401, {}, Permanent("http-401")),
        (408, {}, Temporary("http-408")),
        (409, {}, Permanent("http-409")),
        (410, {}, Permanent("http-410")),
        (429, {"Retry-After": "90"}, Temporary("too-many", 90.0)),
        (500, {}, Temporary("http-500")),
        (503, {"Retry-After": "9999999"}, Temporary("http-503", 86_400.0)),
        (503, {"Retry-After": "Mon, 02 Mar 2020 10:00:00 GMT"}, Temporary("http-503", 0.0)),
        (503, {"Retry-After": "in a while"}, Temporary("http-503")),
    ],
)
def test_an_answer_says_whether_to_try_again(
    system: Receiver, status: int, headers: Mapping[str, str], result: Result
) -> None:
    system.status, system.headers = status, headers
    assert webhook_sender.send(CONFIG, told(system.url)) == result
    assert len(system.got) == 1


def test_a_date_to_come_again_is_kept_to(system: Receiver) -> None:
    at = datetime.now(UTC) + timedelta(hours=2)
    system.status, system.headers = 503, {"Retry-After": format_datetime(at, usegmt=True)}
    result = webhook_sender.send(CONFIG, told(system.url))
    assert isinstance(result, Temporary)
    assert 7_000 < (result.retry_after or 0) <= 7_200


@pytest.mark.parametrize(
    "url, safe",
    [
        ("https://jobs.landlord.example/in", True),
        ("http://localhost:9000/in", True),
        ("http://127.0.0.1/in", True),
        ("http://[::1]:9000/in", True),
        ("http://jobs.landlord.example/in", False),
        ("http://10.0.0.1/in", False),
        ("http://127.0.0.1.evil.example/in", False),
        ("ftp://localhost/in", False),
        ("https://[broken/in", False),
        ("", False),
    ],
)
def test_nobody_on_the_way_reads_it(url: str, safe: bool) -> None:
    assert is_safe(url) is safe
    if not safe:
        assert webhook_sender.send(CONFIG, told(url)) == Permanent("not-a-safe-address")


def test_nobody_there() -> None:
    assert webhook_sender.send(CONFIG, told("http://127.0.0.1:1/in")) == Temporary("unreachable")


def test_only_web_addresses_are_called() -> None:
    message = replace(told("x"), address=Address(PointKind.EMAIL, "a@b.example"))
    assert webhook_sender.send(CONFIG, message) == Permanent("not-a-safe-address")


def test_the_secret_is_shown_nowhere() -> None:
    assert "secret" not in repr(CONFIG).replace("secrets", "")
