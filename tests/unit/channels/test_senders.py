"""What we send and what we make of the answers, against real servers on the loopback."""

import smtplib
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from channels import smtp_sender, twilio_sender
from channels.inbound import Address, Attachment, PointKind
from channels.senders import OutboundMessage, Permanent, Result, Sent, Temporary
from channels.smtp_sender import SmtpConfig
from channels.twilio_sender import TwilioConfig
from tests.servers.dropping import dropping_server
from tests.servers.postbox import Postbox, postbox_server

PHONE = Address(PointKind.PHONE, "+447700900123")
MAILBOX = Address(PointKind.EMAIL, "sam@example.org", name="Sam Żuk")
TEXT = OutboundMessage(channel="sms", address=PHONE, text="Thank you, we have it.", message_id="out-1")
MAIL = OutboundMessage(
    channel="email",
    address=MAILBOX,
    subject="We have your enquiry: łazienka",
    text="Dear Sam,\n\n.\nwe have it — thank you.\n",
    message_id="out-2",
    in_reply_to="m1@mail.example.org",
    references=("m0@mail.example.org",),
    automatic=True,
)
TWILIO = TwilioConfig("AC1", "new-token, old-token", "+441632960001", "https://api.example", "https://hub.example/s")


def answering(status: int, content: bytes = b"", **headers: str) -> tuple[httpx.Client, list[httpx.Request]]:
    """Return a client that cannot leave the machine, whose every request gets this answer and is kept."""
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(status, content=content, headers=headers)

    return httpx.Client(transport=httpx.MockTransport(handle)), requests


@pytest.mark.parametrize(
    "status, content, headers, result",
    [
        (201, b'{"sid": "SM9"}', {}, Sent("SM9")),
        (200, b"<html>", {}, Temporary("answer-unreadable")),
        (429, b"", {"Retry-After": "7"}, Temporary("too-many", 7.0)),
        (429, b"", {"Retry-After": "soon"}, Temporary("too-many")),
        (500, b"", {}, Temporary("http-500")),
        (503, b'{"code": 1}', {"Retry-After": "2"}, Temporary("http-503", 2.0)),
        (408, b"", {}, Temporary("http-408")),
        (401, b'{"code": 20003}', {}, Temporary("not-authorised")),
        (302, b"", {"Location": "https://elsewhere.example"}, Temporary("http-302")),
        (
            400,
            b'{"code": 21211, "message": "The number +447700900123 is not valid"}',
            {},
            Permanent("twilio-21211", address_at_fault=True),
        ),
        (400, b'{"code": 21611}', {}, Temporary("twilio-21611")),
        (400, b'{"code": 21614}', {}, Permanent("twilio-21614")),
        (400, b'{"code": 21610}', {}, Permanent("twilio-21610")),
        (404, b"[]", {}, Permanent("http-404")),
    ],
)
def test_an_answer_says_whether_to_try_again(
    status: int, content: bytes, headers: dict[str, str], result: Result
) -> None:
    client, _ = answering(status, content, **headers)
    assert twilio_sender.send(TWILIO, TEXT, client) == result


def test_a_text_goes_out_as_the_provider_wants_it() -> None:
    client, requests = answering(201, b'{"sid": "SM9"}')
    twilio_sender.send(TWILIO, TEXT, client)
    assert str(requests[0].url) == "https://api.example/2010-04-01/Accounts/AC1/Messages.json"
    assert requests[0].headers["i-twilio-idempotency-token"] == "out-1"
    assert requests[0].headers["authorization"] == httpx.BasicAuth("AC1", "new-token")._auth_header
    assert parse_qs(requests[0].content.decode()) == {
        "To": ["+447700900123"],
        "From": ["+441632960001"],
        "Body": ["Thank you, we have it."],
        "StatusCallback": ["https://hub.example/s"],
    }


def test_whatsapp_goes_out_with_its_name_before_both_numbers() -> None:
    client, requests = answering(201, b'{"sid": "SM9"}')
    config = replace(TWILIO, scheme="whatsapp:")
    assert twilio_sender.send(config, replace(TEXT, channel="whatsapp"), client) == Sent("SM9")
    form = parse_qs(requests[0].content.decode())
    assert (form["To"], form["From"]) == (["whatsapp:+447700900123"], ["whatsapp:+441632960001"])


@pytest.mark.parametrize(
    "error, result",
    [
        (httpx.ReadTimeout("slow"), Temporary("timeout")),
        (httpx.ConnectTimeout("slow"), Temporary("unreachable")),
        (httpx.ConnectError("down"), Temporary("unreachable")),
        (httpx.RemoteProtocolError("cut"), Temporary("no-answer")),
        (httpx.ReadError("cut"), Temporary("no-answer")),
    ],
)
def test_a_network_that_fails_is_told_from_an_answer_that_never_came(error: httpx.HTTPError, result: Result) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    assert twilio_sender.send(TWILIO, TEXT, httpx.Client(transport=httpx.MockTransport(fail))) == result


@pytest.mark.parametrize(
    "message, result",
    [
        (replace(TEXT, address=MAILBOX), Permanent("not-a-number")),
        (replace(TEXT, text="x" * 1_601), Permanent("text-too-long")),
    ],
)
def test_what_cannot_be_a_text_is_not_tried(message: OutboundMessage, result: Result) -> None:
    client, requests = answering(201)
    assert twilio_sender.send(TWILIO, message, client) == result
    assert requests == []


@pytest.mark.parametrize(
    "shown", [TEXT, MAIL, TWILIO, SmtpConfig("h", 25, "a@b.example", password="secret-word")], ids=type
)
def test_nothing_private_is_shown_in_a_log(shown: object) -> None:
    assert not {word for word in ("Thank you", "łazienka", "Dear", "token", "secret-word") if word in repr(shown)}


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, SmtpConfig]]:
    with postbox_server() as (handler, port):
        yield handler, SmtpConfig("127.0.0.1", port, "hub@harbour-row.example", "Harbour Row", security="none")


def received(postbox: Postbox) -> EmailMessage:
    """Return the one message that was delivered, read by the standard library."""
    (envelope,) = postbox.envelopes
    assert isinstance(envelope.content, bytes)
    letter = message_from_bytes(envelope.content, policy=policy.default)
    assert isinstance(letter, EmailMessage)
    return letter


def test_an_acknowledgement_goes_out_threaded_and_says_what_it_is(postbox: tuple[Postbox, SmtpConfig]) -> None:
    handler, config = postbox
    assert smtp_sender.send(config, MAIL) == Sent("out-2@harbour-row.example")
    letter = received(handler)
    assert letter["From"] == "Harbour Row <hub@harbour-row.example>"
    assert letter["To"].addresses[0].display_name == "Sam Żuk"
    assert letter["Subject"] == "We have your enquiry: łazienka"
    assert letter["In-Reply-To"] == "<m1@mail.example.org>"
    assert letter["References"] == "<m0@mail.example.org> <m1@mail.example.org>"
    assert letter["Auto-Submitted"] == "auto-replied"
    assert letter.get_body(("plain",)).get_content().replace("\r\n", "\n") == MAIL.text
    assert handler.envelopes[0].mail_from == "<>"
    assert handler.envelopes[0].rcpt_tos == ["sam@example.org"]


def test_a_server_that_takes_no_empty_return_path_can_be_served(postbox: tuple[Postbox, SmtpConfig]) -> None:
    handler, config = postbox
    smtp_sender.send(replace(config, empty_return_path=False), MAIL)
    assert handler.envelopes[0].mail_from == "hub@harbour-row.example"


def test_a_colleagues_reply_can_be_answered(postbox: tuple[Postbox, SmtpConfig]) -> None:
    handler, config = postbox
    smtp_sender.send(replace(config, reply_to="repairs@harbour-row.example"), replace(MAIL, automatic=False))
    letter = received(handler)
    assert letter["Auto-Submitted"] is None
    assert letter["Reply-To"] == "repairs@harbour-row.example"
    assert handler.envelopes[0].mail_from == "hub@harbour-row.example"


@pytest.mark.parametrize(
    "to_recipient, to_data, result",
    [
        ("550 no such user", "250 OK", Permanent("smtp-550", address_at_fault=True)),
        ("550 5.1.1 nobody here", "250 OK", Permanent("smtp-550", address_at_fault=True)),
        ("550 5.7.1 you are on a list", "250 OK", Permanent("smtp-550")),
        ("550 5.1.10 recipient not found", "250 OK", Permanent("smtp-550", address_at_fault=True)),
        ("451 try later", "250 OK", Temporary("smtp-451")),
        ("250 OK", "554 rejected", Permanent("smtp-554")),
        ("250 OK", "452 full", Temporary("smtp-452")),
    ],
)
def test_a_servers_answer_says_whether_to_try_again(
    postbox: tuple[Postbox, SmtpConfig], to_recipient: str, to_data: str, result: Result
) -> None:
    handler, config = postbox
    handler.to_recipient, handler.to_data = to_recipient, to_data
    assert smtp_sender.send(config, MAIL) == result


@pytest.mark.parametrize(
    "change, result",
    [
        ({"security": "starttls"}, Permanent("not-supported-by-server")),
        ({"security": "tls"}, Temporary("unreachable")),
        ({"user": "u", "password": "p"}, Permanent("not-supported-by-server")),
    ],
)
def test_a_server_that_is_not_what_was_configured(
    postbox: tuple[Postbox, SmtpConfig], change: dict[str, str], result: Result
) -> None:
    _, config = postbox
    assert smtp_sender.send(replace(config, **change), MAIL) == result


@pytest.mark.parametrize(
    "error, result",
    [
        (smtplib.SMTPServerDisconnected("gone"), Temporary("connection-lost")),
        (smtplib.SMTPAuthenticationError(535, b"no"), Temporary("not-authorised")),
        (smtplib.SMTPSenderRefused(530, b"log in first", "a@b.example"), Temporary("not-authorised")),
        (smtplib.SMTPConnectError(421, b"busy"), Temporary("smtp-421")),
    ],
)
def test_other_failures(error: smtplib.SMTPException, result: Result) -> None:
    assert smtp_sender._failure(error) == result


@pytest.mark.parametrize("subject", ["a\r\nBcc: thief@example.org", "a\nb\x00c"])
def test_no_header_can_be_smuggled_in(subject: str) -> None:
    letter = smtp_sender.compose(SmtpConfig("h", 25, "a@b.example"), replace(MAIL, subject=subject))
    assert letter["Bcc"] is None
    assert "\n" not in letter["Subject"]


@pytest.mark.parametrize("address", [PHONE, Address(PointKind.EMAIL, "a@b\nBcc: x@y.example")])
def test_what_cannot_be_a_mailbox_is_not_tried(address: Address) -> None:
    assert isinstance(
        smtp_sender.send(SmtpConfig("127.0.0.1", 1, "a@b.example"), replace(MAIL, address=address)), Permanent
    )


@pytest.mark.parametrize(
    "status, content, standing",
    [
        (200, b'{"status": "active"}', "active"),
        (200, b'{"status": "suspended"}', "suspended"),
        (200, b"<html>", "answer-unreadable"),
        (401, b"{}", "not-authorised"),
        (404, b"{}", "not-authorised"),
        (503, b"", "http-503"),
    ],
)
def test_the_account_can_be_asked_after(status: int, content: bytes, standing: str) -> None:
    client, requests = answering(status, content)
    assert twilio_sender.standing(TWILIO, client) == standing
    assert (requests[0].method, requests[0].url.path) == ("GET", "/2010-04-01/Accounts/AC1.json")
    assert requests[0].headers["authorization"] == httpx.BasicAuth("AC1", "new-token")._auth_header


@pytest.mark.parametrize(
    "change, word",
    [
        ({}, ""),
        ({"security": "starttls"}, "not-supported-by-server"),
        ({"security": "tls"}, "certificate"),
        ({"user": "u", "password": "p"}, "not-supported-by-server"),
        ({"port": 1}, "unreachable"),
    ],
)
def test_a_server_can_be_tried_without_sending(
    postbox: tuple[Postbox, SmtpConfig], change: dict[str, Any], word: str
) -> None:
    handler, config = postbox
    assert smtp_sender.trouble(replace(config, **change)) == word
    assert not handler.envelopes


LARGE = Attachment("plan.pdf", "application/pdf", "0" * 64, 8_000_000, bytes(8_000_000))


@pytest.mark.parametrize(
    "at, files, result",
    [
        ("greeting", (), Temporary("connection-lost")),
        ("MAIL", (), Temporary("connection-lost")),
        ("RCPT", (), Temporary("connection-lost")),
        ("DATA", (), Temporary("connection-lost")),
        ("inside", (LARGE,), Temporary("connection-lost")),
        ("end", (), Temporary("no-answer")),
    ],
)
def test_a_connection_that_is_lost_says_whether_the_message_may_have_been_taken(
    at: str, files: tuple[Attachment, ...], result: Result
) -> None:
    with dropping_server(at) as server:
        config = SmtpConfig("127.0.0.1", server.port, "hub@harbour-row.example", security="none", timeout_seconds=10)
        sent = smtp_sender.send(config, replace(MAIL, attachments=files))
    # Whether a reset is seen while writing or reading is the system's affair; either is before the end of the message.
    assert sent == result or (at == "inside" and sent == Temporary("unreachable"))
    assert server.messages == int(at == "end")


def test_a_message_names_its_own_mailbox_and_where_answers_go(postbox: tuple[Postbox, SmtpConfig]) -> None:
    handler, config = postbox
    message = replace(
        MAIL,
        automatic=False,
        sender="repairs@mill-lane.example",
        sender_name="Repairs\r\nBcc: everybody@x.example",
        reply_to="repairs+token@mill-lane.example",
    )
    assert smtp_sender.send(config, message) == Sent("out-2@mill-lane.example")
    letter = received(handler)
    assert letter["From"].addresses[0].addr_spec == "repairs@mill-lane.example"
    assert letter["Reply-To"] == "repairs+token@mill-lane.example"
    assert letter["Bcc"] is None
    assert letter["Auto-Submitted"] is None
    assert handler.envelopes[0].mail_from == "repairs+token@mill-lane.example"


@pytest.mark.parametrize("length", [10, 70, 80, 400])
def test_ids_of_any_length_come_out_as_they_are(postbox: tuple[Postbox, SmtpConfig], length: int) -> None:
    handler, config = postbox
    ids = tuple(f"{number}{'x' * length}@{'m' * length}.outlook.example" for number in range(3))
    message = replace(MAIL, message_id="a" * length, in_reply_to=ids[-1], references=ids)
    smtp_sender.send(config, message)
    raw = bytes(handler.envelopes[0].content)
    written = dict(
        line.split(b": ", 1) for line in raw.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").split(b"\r\n")
    )
    assert written[b"References"].decode() == " ".join(f"<{each}>" for each in ids)
    assert written[b"In-Reply-To"].decode() == f"<{ids[-1]}>"
    assert written[b"Message-ID"].decode() == f"<{'a' * length}@harbour-row.example>"
    assert max(map(len, raw.split(b"\r\n"))) <= 998
