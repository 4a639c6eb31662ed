"""The whole way over real servers: fetched by IMAP, acknowledged by SMTP, answered to the reply address, joined."""

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import httpx
import pytest
from pydantic import SecretStr

from router import outbound
from router.senders import senders
from router.services import Services
from router.store import contacts, enquiries, history, outbox, people
from router.store.engine import begin_read
from tests.integration.mailboxes.post import Post, letter
from tests.landlord import publish_small, route_all, small_landlord
from tests.servers.postbox import Postbox

JO = "jo@home.example"
STRICT = b"repairs@mill-lane.example: {journey: repair, account: repairs}"
POLICY = STRICT[:-1] + b", plus_addressing: true, authentication: participant}"


@pytest.fixture
def outgoing(post: Post, postbox: tuple[Postbox, int]) -> Services:
    """The same engine, that also sends, with reply addresses that carry a token."""
    url = SecretStr(f"smtp://127.0.0.1:{postbox[1]}?security=none")
    settings = post.services.settings.model_copy(update={"smtp_url": url, "mail_from": "hub@mill-lane.example"})
    ways = senders(settings, post.services.writer, httpx.Client)
    services = replace(post.services, settings=settings, senders=ways)
    [(name, text)] = small_landlord().files.items()
    assert STRICT in text
    publish_small(services, {name: text.replace(STRICT, POLICY)})
    return services


def to_jo(postbox: tuple[Postbox, int]) -> list[EmailMessage]:
    return [each for each in postbox[0].letters if each["To"] == JO]


def answer(ours: EmailMessage, text: str, sender: str = JO) -> bytes:
    """A reply as a mail program writes it."""
    reply = EmailMessage(policy=policy.SMTP)
    reply["From"], reply["To"] = sender, str(ours["Reply-To"])
    reply["Subject"] = f"Re: {ours['Subject']}"
    reply["Message-ID"] = f"<{abs(hash(text))}@home.example>"
    reply["In-Reply-To"] = reply["References"] = str(ours["Message-ID"])
    reply.set_content(text)
    return reply.as_bytes()


def report(ours: EmailMessage) -> bytes:
    """A delivery report as a mail server writes it (RFC 3464)."""
    return (
        f"Return-Path: <>\r\nFrom: Mail Delivery System <mailer-daemon@mx.example>\r\nTo: {ours['Reply-To']}\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <dsn1@mx.example>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nThe mailbox does not exist.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {JO}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {ours['Message-ID']}\r\nTo: {JO}\r\n\r\n--b--\r\n"
    ).encode()


def fetched(post: Post, services: Services, *raw: bytes) -> list[dict[str, object]]:
    """What became of mail that arrived: the current decisions, oldest first."""
    post.put("repairs", *raw)
    post.look()
    route_all(services)
    with begin_read(services.record) as record:
        return enquiries.decisions_of(record, [row["id"] for row in contacts.page(record, [], None, 50)])


def test_there_and_back(post: Post, outgoing: Services, postbox: tuple[Postbox, int]) -> None:
    post.look()
    [opened] = fetched(post, outgoing, letter("My boiler is broken."))
    outbound.send_due(outgoing)
    [ours] = to_jo(postbox)
    assert ours["From"].addresses[0].addr_spec == "repairs@mill-lane.example"
    assert "+" in ours["Reply-To"]
    # A program that loses every header of the thread still has the address.
    bare = message_from_bytes(answer(ours, "It is worse now."), policy=policy.SMTP)
    del bare["In-Reply-To"], bare["References"]
    _, joined = fetched(post, outgoing, bare.as_bytes())
    assert (joined["how"], joined["enquiry_id"]) == ("threaded", opened["enquiry_id"])
    *_, apart = fetched(post, outgoing, answer(ours, "Let me in.", "eve@evil.example"))
    assert (apart["how"], apart["enquiry_id"] != opened["enquiry_id"]) == ("opened", True)
    outbound.send_due(outgoing)
    assert len(to_jo(postbox)) == 1
    [to_eve] = [each for each in postbox[0].letters if each["To"] == "eve@evil.example"]
    assert ours["Message-ID"].strip("<>").partition(".")[0] not in str(to_eve)


def test_what_comes_back_is_known_by_the_id_or_the_address_that_it_came_to(
    post: Post, outgoing: Services, postbox: tuple[Postbox, int]
) -> None:
    post.look()
    [opened] = fetched(post, outgoing, letter("My boiler is broken."))
    outbound.send_due(outgoing)
    [ours] = to_jo(postbox)
    _, recorded = fetched(post, outgoing, report(ours))
    assert (recorded["how"], recorded["enquiry_id"]) == ("recorded", opened["enquiry_id"])
    with begin_read(outgoing.record) as record:
        kinds = [row["kind"] for row in history.of_one(record, str(opened["enquiry_id"]))]
        news = [row["values"].get("news") for row in outbox.of(record, enquiry_id=str(opened["enquiry_id"]))]
        failing = people.failing(record, [("email", JO)])
    assert "returned" in kinds
    # Whether it is for good is for whoever reads reports to say (channels/email.py): then it fails, and a team is told.
    assert bool(failing) == ("undelivered" in news)
