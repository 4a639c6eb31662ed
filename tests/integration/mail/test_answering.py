"""Answers over a real mail server: from which mailbox, in whose thread, how they read, and to whom there are none."""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from channels.email import read
from channels.inbound import Address, Attachment, Inbound, Kind, PointKind
from router import outbound, tokens
from router.acting import Ordered, act
from router.enquiry.actions import Actor, ForeignFilesError, RefusedError
from router.enquiry.consequences import UNDO
from router.enquiry.orders import Attached, Reply, Undo
from router.services import Services
from router.store import blobs, history, outbox, people
from router.store.engine import begin_read
from tests.landlord import publish_small, route_all, shown, small_landlord, take_in
from tests.messages import NOON, mail, text_message
from tests.servers.postbox import Postbox

JO = "jo@home.example"
ANA, PORTAL = Actor("user:ana", everywhere=True), Actor("key:portal", everywhere=True)
PASS = {"auth": "pass"}
REPAIRS = Address(PointKind.EMAIL, "repairs@mill-lane.example")
COMPLAINTS = Address(PointKind.EMAIL, "complaints@mill-lane.example")
PDF = Attachment("Plan für Küche.pdf", "application/pdf", "ab" * 32, 8, b"%PDF-1.7")


def changed(services: Services, *pairs: tuple[str, str]) -> None:
    """Make the small landlord live with some of its words replaced."""
    [(name, text)] = small_landlord().files.items()
    for old, new in pairs:
        assert old.encode() in text, old
        text = text.replace(old.encode(), new.encode())
    publish_small(services, {name: text})


def decided(services: Services, inbound: Inbound) -> dict[str, Any]:
    accepted = take_in(services, inbound)
    route_all(services)
    return shown(services, accepted.contact_id)["decision"]


def letters(postbox: tuple[Postbox, int], to: str = JO) -> list[EmailMessage]:
    """What was sent to a customer; what teams were told is not."""
    return [each for each in postbox[0].letters if each["To"].addresses[0].addr_spec == to]


def sent_later(services: Services, seconds: float = 0) -> None:
    outbound.send_due(replace(services, clock=lambda: NOON + timedelta(seconds=seconds)))


def customer(**more: Any) -> dict[str, Any]:
    row = {"id": "0" * 26, "reference": "T1", "name": "Jo Sample", "kind": "tenant", "language": None, "facts": {}}
    row |= {"adjustments": {}, "preferences": [], "source_digest": "", "changed_at": NOON}
    return row | {"points": (("email", JO, ""),)} | more


@pytest.mark.parametrize(
    "mailbox, recipients, sender, reply_to",
    [
        ("", (REPAIRS,), "repairs@mill-lane.example", None),
        ("", (COMPLAINTS, REPAIRS), "repairs@mill-lane.example", None),
        ("", (COMPLAINTS,), "complaints@mill-lane.example", None),
        ("", (Address(PointKind.EMAIL, "nobody@mill-lane.example"),), "repairs@mill-lane.example", None),
        (", plus_addressing: true", (REPAIRS,), "repairs@mill-lane.example", "token"),
        (", answer_from: hello@mill-lane.example", (REPAIRS,), "hello@mill-lane.example", "repairs@mill-lane.example"),
        (
            ", plus_addressing: true, answer_from: hello@mill-lane.example",
            (REPAIRS,),
            "hello@mill-lane.example",
            "token",
        ),
    ],
)
def test_from_the_mailbox_of_its_purpose_and_back_to_it(
    services: Services,
    postbox: tuple[Postbox, int],
    mailbox: str,
    recipients: tuple[Address, ...],
    sender: str,
    reply_to: str | None,
) -> None:
    changed(services, ("{journey: repair, account: repairs}", f"{{journey: repair, account: repairs{mailbox}}}"))
    first = mail("my boiler is broken", JO, recipients=recipients, facts=PASS, references=("old@home.example",))
    enquiry = decided(services, first)["enquiry"]
    sent_later(services)
    [letter] = letters(postbox)
    token = tokens.keys_of(services.settings).issue(enquiry["id"], enquiry["reference"], JO)
    expected = f"repairs+{token}@mill-lane.example" if reply_to == "token" else reply_to
    assert letter["From"].addresses[0].addr_spec == sender
    assert letter["From"].addresses[0].display_name == "Mill Lane Homes"
    assert letter["Reply-To"] == expected
    assert letter["Message-ID"].startswith(f"<{token}.")
    assert letter["In-Reply-To"] == f"<{first.message_id}>"
    assert letter["References"] == f"<old@home.example> <{first.message_id}>"
    assert letter["Auto-Submitted"] == "auto-replied"


def test_an_answer_to_its_reply_address_joins_and_is_known_as_the_mailboxs_own(
    services: Services, postbox: tuple[Postbox, int]
) -> None:
    changed(services, ("{journey: repair, account: repairs}", "{journey: repair, plus_addressing: true}"))
    enquiry = decided(services, mail("my boiler is broken", JO, recipients=(REPAIRS,), facts=PASS))["enquiry"]
    sent_later(services)
    back = letters(postbox)[0]["Reply-To"].addresses[0].addr_spec
    # As the mail server hands it over, with everything that names the thread lost but the address.
    raw = f"From: Jo <{JO}>\nTo: {back.upper()}\nSubject: Re\nMessage-ID: <n@home.example>\n\nStill cold.\n".encode()
    inbound = read(raw, NOON)
    reply = decided(services, replace(inbound, facts={**inbound.facts, **PASS}))
    assert (reply["how"], reply["enquiry"]["id"]) == ("threaded", enquiry["id"])
    assert reply["marks"] == []


FORMATS = """\
  large-print: {name: Large print, means: Large., formats: [large-print]}
  plain-text: {name: Plain text, means: No HTML., formats: [plain-text]}
"""


@pytest.mark.parametrize(
    "adjustments, parts, large",
    [
        ({}, ["text/plain", "text/html"], False),
        ({"large-print": ""}, ["text/plain", "text/html"], True),
        ({"plain-text": ""}, ["text/plain"], False),
    ],
)
def test_plain_text_with_a_twin_as_the_customer_can_read_it(
    services: Services, postbox: tuple[Postbox, int], adjustments: dict[str, str], parts: list[str], large: bool
) -> None:
    changed(services, ("adjustments:\n", f"adjustments:\n{FORMATS}"))
    services.writer.submit(people.write, customer(adjustments=adjustments)).result()
    decided(services, mail("my boiler is broken", JO, facts=PASS))
    sent_later(services)
    [letter] = letters(postbox)
    found = [part.get_content_type() for part in letter.walk() if not part.is_multipart()]
    assert found == parts
    plain = letter.get_body(("plain",)).get_content()
    assert plain.startswith("Thank you. Repairs has it")
    if len(parts) > 1:
        html = letter.get_body(("html",)).get_content()
        assert '<html lang="en" dir="ltr">' in html
        assert ("font-size:24px" in html) is large
        assert "Thank you. Repairs has it" in html


POLISH = """\
    subjects: {en: "We have your message ({reference})", pl: "Mamy wiadomość ({reference})"}
    texts: {en: "Thank you, {team}, {due}.", pl: "Dziękujemy, {team}, {due}."}
"""
ENGLISH_ONLY = """\
    subject: We have your message ({reference})
    text: "Thank you. {team} has it, reference {reference}, until {due}. {landlord}"
"""


@pytest.mark.parametrize(
    "recorded, written, subject, text",
    [
        ("pl", "my boiler is broken", "Mamy", "Dziękujemy, Naprawy, 10 marca (wtorek), 17:00."),
        (None, "Mój kocioł jest zepsuty i nie mamy ciepłej wody od trzech dni", "Mamy", "Dziękujemy, "),
        ("es", "my boiler is broken", "We have", "Thank you, Repairs, 17:00 on Tuesday 10 March."),
        ("en", "Mój kocioł jest zepsuty i nie mamy ciepłej wody", "We have", "Thank you, "),
    ],
)
def test_in_the_customers_language_where_there_are_words_for_it(
    services: Services, postbox: tuple[Postbox, int], recorded: str | None, written: str, subject: str, text: str
) -> None:
    changed(services, (ENGLISH_ONLY, POLISH), ("    name: Repairs\n", "    name: Repairs\n    names: {pl: Naprawy}\n"))
    if recorded:
        services.writer.submit(people.write, customer(language=recorded)).result()
    decided(services, mail(written, JO, facts=PASS))
    sent_later(services)
    [letter] = letters(postbox)
    assert letter["Subject"].startswith(subject)
    assert text in letter.get_body(("plain",)).get_content()
    assert letter["Content-Language"] == ("pl" if subject == "Mamy" else "en")


@pytest.mark.parametrize(
    "inbound, count",
    [
        (mail("boiler", JO, facts=PASS), 1),
        (mail("boiler", JO, facts={}), 1),
        (mail("boiler", JO, facts={"auth": "fail"}), 0),
        (mail("a gas leak", JO, facts={"auth": "fail"}), 1),
        (mail("boiler", JO, facts={"list": "tenants.example"}), 0),
        (mail("boiler", JO, facts={"automatic": "auto-submitted"}), 0),
        (mail("boiler", JO, kind=Kind.AUTOMATIC_REPLY), 0),
        (mail("boiler", JO, kind=Kind.BOUNCE), 0),
        (mail("boiler", "no-reply@shop.example"), 0),
        (mail("boiler", "mailer-daemon@mx.example"), 0),
        (mail("boiler", "repairs@mill-lane.example"), 0),
        (mail("boiler", "repairs+x@mill-lane.example"), 0),
        (replace(mail("boiler"), sender=Address(PointKind.UNKNOWN, "")), 0),
    ],
)  # fmt: skip
def test_to_whom_no_machine_answers(
    services: Services, postbox: tuple[Postbox, int], inbound: Inbound, count: int
) -> None:
    decided(services, inbound)
    sent_later(services)
    told = ("-team@mill-lane.example", "-desk@mill-lane.example")
    assert len([each for each in postbox[0].letters if not each["To"].endswith(told)]) == count


def test_two_machines_that_answer_each_other_come_to_an_end(services: Services, postbox: tuple[Postbox, int]) -> None:
    """Another helpdesk that acknowledges each mail of ours as new, and says neither that it does nor to what."""
    inbound = mail("We have received your message about the boiler. Ticket 1.", "desk@other.example", facts=PASS)
    answered = 0
    for ticket in range(2, 30):
        decided(services, inbound)
        sent_later(services, ticket)
        came = letters(postbox, "desk@other.example")
        if len(came) == answered:
            break
        answered = len(came)
        text = f"We have received your message. Ticket {ticket}."  # about nothing: it opens one enquiry after another
        inbound = mail(text, "desk@other.example", facts=PASS)
    assert answered == 5
    with begin_read(services.record) as record:
        dropped = [row for row in outbox.of(record, contact_id=_latest_contact(services)) if row["state"] == "dropped"]
    assert [row["trouble"] for row in dropped] == [outbound.TOO_MANY]
    # An hour later a person there would be answered again.
    decided(services, mail("Are you there?", "desk@other.example", facts=PASS))
    sent_later(services, 3_700)
    assert len(letters(postbox, "desk@other.example")) == 6


def _latest_contact(services: Services) -> str:
    with begin_read(services.record) as record:
        rows = record.exec_driver_sql("select id from contacts order by id desc limit 1").all()
    return str(rows[0][0])


def reply(services: Services, enquiry: dict[str, str], actor: Actor, *files: Attachment) -> str:
    """Have somebody answer; gives the id of the reply's event."""
    services.writer.submit(blobs.keep, files).result()
    attached = tuple(Attached(each.name, each.media_type, each.digest, each.size) for each in files)
    uploaded = frozenset(each.digest for each in files)
    answer = Reply("We come on Friday.", attachments=attached)
    act(services, Ordered(enquiry["id"], answer, actor, f"r{len(files)}", uploaded))
    with begin_read(services.record) as record:
        happened = history.of_one(record, enquiry["id"])
    return next(event["id"] for event in reversed(happened) if event["kind"] == "replied")


def test_a_colleagues_reply_waits_ten_seconds_and_leaves_with_its_files(
    services: Services, postbox: tuple[Postbox, int]
) -> None:
    enquiry = decided(services, mail("my boiler is broken", JO, facts=PASS))["enquiry"]
    sent_later(services)
    reply(services, enquiry, ANA, PDF)
    sent_later(services, UNDO.total_seconds() - 1)
    assert len(letters(postbox)) == 1
    sent_later(services, UNDO.total_seconds())
    letter = letters(postbox)[1]
    [attached] = letter.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == (PDF.name, PDF.media_type)
    assert attached.get_content() == PDF.content
    assert "We come on Friday." in letter.get_body(("plain",)).get_content()
    assert letter["Auto-Submitted"] is None
    assert postbox[0].envelopes[-1].mail_from == "repairs@mill-lane.example"


def test_what_was_taken_back_never_leaves_and_what_left_cannot_be(
    services: Services, postbox: tuple[Postbox, int]
) -> None:
    enquiry = decided(services, mail("my boiler is broken", JO, facts=PASS))["enquiry"]
    sent_later(services)
    first = reply(services, enquiry, ANA)
    act(services, Ordered(enquiry["id"], Undo(first), ANA, "u1"))
    with pytest.raises(RefusedError, match="has left already"):
        act(services, Ordered(enquiry["id"], Undo(first), ANA, "u2"))
    sent_later(services, 60)
    assert len(letters(postbox)) == 1
    second = reply(services, enquiry, ANA, PDF)
    sent_later(services, 60)
    assert len(letters(postbox)) == 2
    with pytest.raises(RefusedError, match="has left already"):
        act(services, Ordered(enquiry["id"], Undo(second), ANA, "u3"))


def test_another_system_does_not_wait(services: Services, postbox: tuple[Postbox, int]) -> None:
    enquiry = decided(services, mail("my boiler is broken", JO, facts=PASS))["enquiry"]
    reply(services, enquiry, PORTAL)
    sent_later(services)
    assert len(letters(postbox)) == 2


def test_an_undo_that_comes_while_it_is_claimed_still_counts(services: Services, postbox: tuple[Postbox, int]) -> None:
    enquiry = decided(services, mail("my boiler is broken", JO, facts=PASS))["enquiry"]
    sent_later(services)
    event = reply(services, enquiry, ANA)
    late = NOON + timedelta(seconds=30)
    with services.record.begin() as connection:
        [row] = [
            each
            for each in outbox.claim(connection, 50, late, timedelta(seconds=15))
            if each["key"].startswith("reply:")
        ]
    act(services, Ordered(enquiry["id"], Undo(event), ANA, "u1"))
    assert services.writer.submit(outbox.begin, (row, late)).result() is False
    sent_later(services, 300)
    assert len(letters(postbox)) == 1


def test_files_of_what_goes_another_way_go_to_a_person(services: Services) -> None:
    services.writer.submit(people.write, customer(points=(("phone", "+447700900001", ""),))).result()
    changed(services, ("email: {name: Email, reaches: email, outbound: true}", "email: {name: Email, reaches: email}"))
    enquiry = decided(services, text_message("my boiler is broken"))["enquiry"]
    reply(services, enquiry, PORTAL, PDF)
    sms = replace(services, senders={**services.senders, "sms": services.senders["email"]})
    outbound.send_due(sms)
    with begin_read(services.record) as record:
        [row] = [each for each in outbox.of(record, enquiry_id=enquiry["id"]) if each["purpose"] == "reply"]
    assert (row["state"], row["trouble"]) == (outbox.TO_PERSON, outbound.NO_ATTACHMENTS)


def test_files_that_are_not_there_are_refused(services: Services) -> None:
    enquiry = decided(services, mail("my boiler is broken", JO, facts=PASS))["enquiry"]
    files = (Attached("a.pdf", "application/pdf", "00" * 32, 3),)
    with pytest.raises(RefusedError, match="not in the record"):
        act(services, Ordered(enquiry["id"], Reply("Here", attachments=files), ANA, "1", frozenset({"00" * 32})))


def test_only_files_of_the_enquiry_itself_are_sent_in_it(services: Services) -> None:
    theirs, others = (Attachment(f"{each}.pdf", "application/pdf", each * 32, 8, b"%PDF-1.7") for each in ("aa", "bb"))
    mine = decided(services, mail("my boiler is broken", JO, facts=PASS, attachments=(theirs,)))["enquiry"]
    other = decided(services, mail("There are rats", "al@home.example", facts=PASS, attachments=(others,)))["enquiry"]
    reply(services, other, ANA, PDF)
    for number, (enquiry, file, may) in enumerate(
        ((mine, theirs, True), (mine, others, False), (mine, PDF, False), (other, PDF, True), (other, others, True))
    ):
        attached = (Attached("it.pdf", file.media_type, file.digest, file.size),)
        ordered = Ordered(enquiry["id"], Reply("Here", attachments=attached), PORTAL, f"f{number}")
        if may:
            act(services, ordered)
        else:
            with pytest.raises(ForeignFilesError, match="1 of these files did not come with this enquiry"):
                act(services, ordered)
