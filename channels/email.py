"""Email: any bytes at all become an Inbound, in bounded time, at worst with the raw text and a mark."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from channels.adapter import Pull
from channels.addresses import mailbox, mailboxes
from channels.bounds import RECIPIENTS, SUBJECT, TEXT, bounded, clean
from channels.email_bodies import Bodies, read_bodies
from channels.email_headers import header_text, identifiers, moment, raw_text
from channels.email_kinds import sort
from channels.email_letter import Letter, Sorted
from channels.email_mime import Part, read_tree
from channels.inbound import Address, Inbound, Kind, PointKind
from channels.quotes import Split, split

_SENDER_HEADERS = ("from", "sender", "reply-to", "return-path")
_RECIPIENT_HEADERS = ("delivered-to", "x-original-to", "to", "cc", "bcc")


def parse(raw: bytes, received_at: datetime) -> Inbound:
    """Read a raw message as it was fetched; never raises."""
    return read(raw, received_at)


def read(
    raw: bytes, received_at: datetime, *, envelope_from: str | None = None, envelope_to: tuple[str, ...] = ()
) -> Inbound:
    """Read a raw message, with what the mail server's envelope said if we know it; never raises."""
    try:
        return _read(raw, received_at, envelope_from, envelope_to)
    except Exception:  # noqa: BLE001 - a message that breaks the parser must still become a contact, for a person to see
        return unreadable(raw, received_at, envelope_to)


def _read(raw: bytes, received_at: datetime, envelope_from: str | None, envelope_to: tuple[str, ...]) -> Inbound:
    root, marks = read_tree(raw)
    bodies = read_bodies(root)
    sender = _sender(root)
    if sender is None:
        marks.append("sender-missing")
        sender = Address(PointKind.UNKNOWN, "")
    elif sender.kind is PointKind.UNKNOWN:
        marks.append("sender-unreadable")
    subject = header_text(root.header("subject"))
    recipients = _recipients(root, envelope_to)
    written_to = tuple(each.value for each in recipients)
    letter = Letter(root, sender.value, sender.name, subject, bodies.text, written_to, envelope_from, envelope_to)
    sorted_ = sort(letter)
    told = split(bodies.text[:TEXT], subject) if sorted_.kind is Kind.MESSAGE else Split(bodies.text, "")
    message_id = "".join(identifiers(root.header("message-id"))[:1])
    digest = _content_digest(root, sender, subject, bodies)
    return bounded(
        channel="email",
        provider="email",
        # The same Message-ID with different content is two contacts: some programs give every mail the same one.
        event=f"{message_id}:{digest[:16]}" if message_id else f"digest:{digest[:40]}",
        part="message",
        kind=sorted_.kind,
        sender=sender,
        recipients=recipients,
        received_at=received_at,
        claimed_at=moment(root.header("date")),
        subject=subject,
        text=told.new,
        whole=bodies.text if told.new != bodies.text else "",
        attachments=tuple(bodies.attachments),
        message_id=message_id,
        references=_references(root),
        facts=_facts(root, sender, sorted_) | ({"signature": told.signature} if told.signature else {}),
        marks=(*marks, *bodies.marks),
    )


def _sender(root: Part) -> Address | None:
    for name in _SENDER_HEADERS:
        if found := mailboxes(raw_text(root.header(name)), 1):
            return found[0]
    return None


def _recipients(root: Part, envelope_to: tuple[str, ...]) -> tuple[Address, ...]:
    """List everybody it went to once, the envelope's first: that is where it really came in."""
    found: dict[str, Address] = {}
    for written in envelope_to:
        address = mailbox(written)
        found.setdefault(address.value, address)
    for name in _RECIPIENT_HEADERS:
        for value in root.all_headers(name)[:20]:
            for address in mailboxes(raw_text(value), RECIPIENTS + 1):
                found.setdefault(address.value, address)
    return tuple(found.values())


def _references(root: Part) -> tuple[str, ...]:
    """List what it answers, oldest first: the thread, then the message itself."""
    answered = identifiers(root.header("in-reply-to"))
    thread = [each for each in identifiers(root.header("references")) if each not in answered]
    return tuple(dict.fromkeys((*thread, *answered)))


def _facts(root: Part, sender: Address, sorted_: Sorted) -> dict[str, str]:
    facts = {}
    reply_to = mailboxes(raw_text(root.header("reply-to")), 1)
    if reply_to and reply_to[0].value != sender.value:
        facts["reply_to"] = reply_to[0].value
    if listed := header_text(root.header("list-id")):
        facts["list"] = listed
    return {**facts, **sorted_.facts}


def _content_digest(root: Part, sender: Address, subject: str, bodies: Bodies) -> str:
    """Digest what the sender made, and nothing that mail servers add or change on the way."""
    digest = hashlib.sha256()
    for piece in _made_by_sender(root, sender, subject, bodies):
        encoded = piece.encode("utf-8", "replace")
        digest.update(b"%d:" % len(encoded))
        digest.update(encoded)
    return digest.hexdigest()


def _made_by_sender(root: Part, sender: Address, subject: str, bodies: Bodies) -> Iterable[str]:
    yield from (sender.value, clean(subject, SUBJECT), raw_text(root.header("date")))
    yield from (text.strip() for text in bodies.texts)
    yield from (attachment.digest for attachment in bodies.attachments)


def unreadable(raw: bytes, received_at: datetime, envelope_to: tuple[str, ...] = ()) -> Inbound:
    """Make an Inbound of a message without reading it: the text is its beginning as it came."""
    return bounded(
        channel="email",
        provider="email",
        event="digest:" + hashlib.sha256(raw).hexdigest()[:40],
        part="message",
        kind=Kind.MESSAGE,
        sender=Address(PointKind.UNKNOWN, ""),
        recipients=tuple(mailbox(each) for each in envelope_to),
        received_at=received_at,
        text=raw[: 4 * TEXT].decode("utf-8", "replace"),
        marks=("email-unreadable", "sender-missing"),
    )


def unfetched(event: str, received_at: datetime, envelope_to: str) -> Inbound:
    """Make an Inbound of a message that its server will not hand over: a person has to look for it there."""
    return bounded(
        channel="email",
        provider="email",
        event=f"unfetched:{event}",
        part="message",
        kind=Kind.MESSAGE,
        sender=Address(PointKind.UNKNOWN, ""),
        recipients=(mailbox(envelope_to),),
        received_at=received_at,
        marks=("email-unfetched", "sender-missing"),
    )


ADAPTER = Pull("email", "email", parse)
