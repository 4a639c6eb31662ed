"""What is not a person's message, beyond its cases: any mail at all, and hostile reports in bounded time."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels import email
from channels.autoreply_subjects import is_prefixed, says_automatic
from channels.bounce_forms import is_daemon, says_undelivered
from channels.bounce_notices import read
from channels.bounce_reports import Failure, address_in, status_in
from channels.inbound import Inbound, Kind
from tests.bounded import comes_to_an_end

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def parsed(raw: bytes) -> Inbound:
    """Parse a mail."""
    return email.parse(raw, NOW)


PIECES = (
    "From: MAILER-DAEMON@mx.example\n|Subject: Undelivered Mail\n|Return-Path: <>\n|Auto-Submitted: auto-replied\n"
    "|Content-Type: multipart/report; report-type=delivery-status; boundary=b\n|\n|--b\n|--b--\n|Action: failed\n"
    "|Final-Recipient: rfc822; a@b\n|Content-Type: message/delivery-status\n\n|Status: 5.1.1\n|Status: |\xff|;|:"
    "|<a@b.example>: |Message-ID: <x@y>\n|X-Failed-Recipients: |Disposition: a/b; displayed\n|METHOD:REPLY\n"
    "|Content-Type: message/disposition-notification\n\n|Content-Type: message/feedback-report\n\n|550 5.1.1 gone\n"
    "|Content-Type: text/calendar\n\n|Precedence: bulk\n"
)


@given(st.lists(st.sampled_from([each.encode("latin-1") for each in PIECES.split("|")]), max_size=60))
def test_any_order_of_what_reports_are_made_of_is_read(several: list[bytes]) -> None:
    inbound = parsed(b"".join(several))
    assert "email-unreadable" not in inbound.marks
    assert all(isinstance(value, str) for value in inbound.facts.values())
    assert (inbound.kind is Kind.BOUNCE) == ("bounce.permanent" in inbound.facts)


REPORT = (
    b"From: MAILER-DAEMON@mx.example\nReturn-Path: <>\nSubject: Undelivered\n"
    b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n"
)
HOSTILE = {
    "a hundred thousand recipients": REPORT + b"Final-Recipient: rfc822; a@b.example\nAction: failed\n\n" * 100_000,
    "a field of a megabyte": REPORT + b"Final-Recipient: " + b"a" * 1_000_000,
    "folded without end": REPORT + b"Diagnostic-Code: x\n" + b" y\n" * 300_000,
    "colons without end": REPORT + b":" * 1_000_000,
    "addresses without end": b"From: MAILER-DAEMON@x.example\nSubject: failure notice\n\n"
    + b"<a@b.example>\n" * 70_000,
    "failing without end": b"From: MAILER-DAEMON@x.example\nSubject: failure notice\n\n" + b"delivery fail " * 70_000,
    "message ids without end": b"From: MAILER-DAEMON@x.example\nSubject: failure notice\n\nx\n"
    + b"Message-ID: <\n" * 70_000,
    "a subject of undelivered": b"Subject: " + b"undeliverable " * 4_000 + b"\n\nx",
    "a subject of blanks": b"Subject: " + b" \n " * 20_000 + b"x\n\nx",
    "a sender of daemons": b"From: " + b"mail-delivery-" * 4_000 + b"@x.example\n\nx",
    "a notice of Amazon without end": b"From: a@sns.amazonaws.com\n\n"
    + b'{"notificationType":"Bounce","emailAddress":"' * 20_000,
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_reports_are_read_in_bounded_time(raw: bytes) -> None:
    with comes_to_an_end():
        inbound = parsed(raw)
    assert "email-unreadable" not in inbound.marks


@pytest.mark.parametrize(
    "text, status",
    [
        ("550 5.1.1 <a@b.example>: User unknown", "5.1.1"),
        ("550 No such user", "5.1.1"),
        ("452 try later", "4.2.2"),
        ("#5.2.2 mailbox full", "5.2.2"),
        ("host 192.5.1.1 said nothing", ""),
        ("version 4.5.6.7", ""),
        ("250 ok", ""),
        ("I rang 550 times", "5.1.1"),
        ("", ""),
    ],
)
def test_the_status_that_words_give(text: str, status: str) -> None:
    assert status_in(text) == status


@pytest.mark.parametrize(
    "failure, permanent",
    [
        (Failure("a@b.example", "failed", "5.1.1"), True),
        (Failure("a@b.example", "failed", "4.4.7"), False),
        (Failure("a@b.example", "failed", ""), True),
        (Failure("a@b.example", "delayed", "4.4.1"), False),
        (Failure("a@b.example", "delayed", "5.1.1"), False),
        (Failure("a@b.example", "delivered", "2.0.0"), False),
    ],
)
def test_when_trying_again_is_of_no_use(failure: Failure, permanent: bool) -> None:
    assert failure.permanent is permanent


@pytest.mark.parametrize(
    "address, name, expected",
    [
        ("mailer-daemon@example.org", "", True),
        ("MAILER-DAEMON", "", True),
        ("postmaster@example.org", "", True),
        ("x@example.org", "Mail Delivery Subsystem", True),
        ("microsoftexchange329e71ec88ae4615bbc36ab6ce41109e@example.org", "", True),
        ("postmasters.wife@example.org", "Ann", False),
        ("maildaemonfan@example.org", "", False),
        ("sam@example.org", "Post Masterson", False),
        ("", "", False),
    ],
)
def test_who_is_a_mail_server(address: str, name: str, expected: bool) -> None:
    assert is_daemon(address, name) is expected


@pytest.mark.parametrize(
    "subject, undelivered, automatic, prefixed",
    [
        ("Undeliverable: Your repair", True, False, False),
        ("Re: Undeliverable: Your repair", False, False, False),
        ("failure notice", True, False, False),
        ("The lift has failed", False, False, False),
        ("Automatic reply: Your repair", False, True, True),
        ("Out of Office", False, True, False),
        ("Abwesenheitsnotiz: Reparatur", False, True, True),
        ("Réponse automatique : Réparation", False, True, True),
        ("AUTO: Dana is away", False, True, True),
        ("The office is cold", False, False, False),
        ("", False, False, False),
    ],
)
def test_what_subjects_say(subject: str, undelivered: bool, automatic: bool, prefixed: bool) -> None:
    assert (says_undelivered(subject), says_automatic(subject), is_prefixed(subject)) == (
        undelivered,
        automatic,
        prefixed,
    )


@pytest.mark.parametrize(
    "written, address",
    [
        ("rfc822; Sam@Example.org", "sam@example.org"),
        ("<sam@example.org>.", "sam@example.org"),
        ("nobody", ""),
        ("@", ""),
    ],
)
def test_the_address_in_a_field(written: str, address: str) -> None:
    assert address_in(written) == address


@pytest.mark.parametrize(
    "sender, text",
    [
        ("sam@example.org", '{"notificationType":"Bounce","emailAddress":"a@b.example"}'),
        ("a@sns.amazonaws.com", "You have a new subscription"),
        ("a@sns.amazonaws.com", '{"notificationType":"Bounce"}'),
        ("a@sns.amazonaws.com", '{"notificationType":"Other","emailAddress":"a@b.example"}'),
    ],
)
def test_what_is_no_notice(sender: str, text: str) -> None:
    assert read(sender, text) is None


@pytest.mark.parametrize(
    "text, complaint, facts",
    [
        (
            '{"notificationType":"Complaint","emailAddress":"A@b.example"}',
            True,
            {"complaint.recipient": "a@b.example"},
        ),
        (
            '{"notificationType":"Bounce","bounceType":"Transient","emailAddress":"a@b.example"}',
            False,
            {
                "bounce.recipient": "a@b.example",
                "bounce.status": "4.0.0",
                "bounce.action": "failed",
                "bounce.permanent": "no",
            },
        ),
        (
            '{"notificationType":"Delivery"}',
            False,
            {"bounce.status": "2.0.0", "bounce.action": "delivered", "bounce.permanent": "no"},
        ),
    ],
)
def test_notices(text: str, complaint: bool, facts: dict[str, str]) -> None:
    assert read("a@sns.amazonaws.com", text) == (complaint, facts)


SUBJECTS = """Out of office|I am on holiday|Vacation request|Absence of heating|Undelivered parcel|Delivery failed|DSN
Delivery of my new boiler failed|Mail not delivered to my flat|Returned mail in my letterbox|Failure notice|User unknown
Error in my rent account|Automatic door broken|Auto: mein Stellplatz|Away from home until Monday|Urlaub|Message status
Annual leave: please reschedule|Read: your letter|Re: Out of office|Re: Automatic reply: Your repair|Failed repair
FW: Undeliverable: rent|Mailbox full: the letter box in our block|Your message could not be delivered|Blocked sender
Non-delivery of fridge|Please confirm your email|Accepted: offer of flat 3|No reply from you|Warning: gas smell
Unable to deliver"""
SAID = (
    "The leak is in the hall. I am out of the office until Monday.",
    "Nobody came. The letter was returned, recipient unknown it said. My mailbox is full of junk.",
    "I got this: 550 5.1.1 user unknown when I wrote to repairs@harbour-row.example. Please fix it.",
    "Could not be delivered, the driver said. He did not reach my address.",
)
BESIDE = (
    "",
    "In-Reply-To: <1@harbour-row.example>\nReferences: <1@harbour-row.example>\n",
    "Return-Path: <sam@example.org>\nX-Auto-Response-Suppress: OOF\n",
)


@pytest.mark.parametrize("subject", SUBJECTS.replace("\n", "|").split("|"))
def test_people_who_speak_of_it_stay_people(subject: str) -> None:
    for said in SAID:
        for beside in BESIDE:
            raw = f"From: Sam Hale <sam@example.org>\nSubject: {subject}\n{beside}\n{said}\n"
            inbound = parsed(raw.encode())
            assert (inbound.kind, inbound.text) == (Kind.MESSAGE, said), beside
