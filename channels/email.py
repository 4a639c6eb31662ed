"""Email: any bytes at all become an Inbound, in bounded time, at worst with the raw text and a mark."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime

from channels.adapter import Pull
from channels.addresses import mailbox, mailboxes
from channels.bounds import RECIPIENTS, TEXT, bounded
from channels.email_auth import Trusted, auth_facts
from channels.email_bodies import read_bodies
from channels.email_dates import moment, received_moment
from channels.email_headers import header_text, identifiers, raw_text
from channels.email_kinds import sort
from channels.email_letter import Letter, Sorted
from channels.email_mime import Part, read_tree
from channels.email_once import content_digest
from channels.inbound import Address, Inbound, Kind, PointKind
from channels.names import EMAIL
from channels.quotes import Split, split

NOBODY = Trusted()
_SENDER_HEADERS = ("from", "sender", "reply-to", "return-path")
_RECIPIENT_HEADERS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc", "bcc", "resent-to",
                      "resent-cc", "apparently-to")  # fmt: skip
_MOST_HEADERS = 20
"""Headers of one name that are read."""


def parse(raw: bytes, received_at: datetime) -> Inbound:
    """Read a raw message as it was fetched; never raises."""
    return read(raw, received_at)


def read(
    raw: bytes,
    received_at: datetime,
    *,
    envelope_from: str | None = None,
    envelope_to: tuple[str, ...] = (),
    trusted: Trusted = NOBODY,
) -> Inbound:
    """Read a raw message, with what the mail server's envelope said if we know it; never raises.

    `trusted` are the servers whose checks of the sender count.
    """
    try:
        return _read(raw, received_at, envelope_from, envelope_to, trusted)
    except Exception:  # noqa: BLE001 - a message that breaks the parser must still become a contact, for a person to see
        return unreadable(raw, received_at, envelope_to)


def _read(
    raw: bytes, received_at: datetime, envelope_from: str | None, envelope_to: tuple[str, ...], trusted: Trusted
) -> Inbound:
    root, marks = read_tree(raw)
    bodies = read_bodies(root)
    charset = _header_charset(root)
    sender, odd = _from(root, charset)
    proven = auth_facts(root.headers, sender.value, trusted)
    subject = header_text(root.header("subject"), charset)
    recipients = _recipients(root, envelope_to, charset)
    written_to = tuple(each.value for each in recipients)
    letter = Letter(root, sender.value, sender.name, subject, bodies.text, written_to, envelope_from, envelope_to)
    sorted_ = sort(letter)
    told = split(bodies.text[:TEXT], subject) if sorted_.kind is Kind.MESSAGE else Split(bodies.text, "")
    message_id = "".join(identifiers(root.header("message-id"))[:1])
    digest = content_digest(raw)
    return bounded(
        channel=EMAIL,
        provider="email",
        # The same Message-ID with different content is two contacts: some programs give every mail the same one.
        event=f"{message_id}:{digest[:16]}" if message_id else f"digest:{digest[:40]}",
        part="message",
        kind=sorted_.kind,
        sender=sender,
        recipients=recipients,
        received_at=received_at,
        claimed_at=_sent_at(root),
        subject=subject,
        text=told.new,
        whole=bodies.text if told.new != bodies.text else "",
        attachments=tuple(bodies.attachments),
        message_id=message_id,
        references=_references(root),
        facts=_facts(root, sender, sorted_, bodies.forwarded) | _signed(told) | proven,
        raw=raw,
        marks=(*marks, *odd, *_doubts(proven), *bodies.marks),
    )


def _from(root: Part, charset: str) -> tuple[Address, tuple[str, ...]]:
    """Who it is from, with the mark that says why that cannot be read, if it cannot."""
    sender = _sender(root, charset)
    if sender is None:
        said = header_text(root.header("from"), charset).strip("<> ")
        return Address(PointKind.UNKNOWN, "", shown=said, name=said), ("sender-missing",)
    return sender, ("sender-unreadable",) if sender.kind is PointKind.UNKNOWN else ()


def _doubts(proven: Mapping[str, str]) -> Iterator[str]:
    """The marks of what the servers that we trust say against it."""
    if proven.get("auth") == "fail":
        yield "sender-not-proven"
    if "spam" in proven:
        yield "spam-suspected"


def _header_charset(root: Part) -> str:
    """Return what raw bytes in headers are most likely in: what the text of the mail is in."""
    part = root
    while part.children:
        part = part.children[0]
    return part.params.get("charset", "")


def _sender(root: Part, charset: str) -> Address | None:
    """Return the first that there is of several senders, the author's own header before those of programs."""
    for name in _SENDER_HEADERS:
        for value in root.all_headers(name)[:_MOST_HEADERS]:
            if found := mailboxes(raw_text(value, charset), 1):
                return found[0]._replace(name=found[0].name or _only_name(root, charset))
    return None


def _only_name(root: Part, charset: str) -> str:
    """Return what the author's header says where it names a person and no address."""
    said = header_text(root.header("from"), charset)
    return "" if "@" in said else said.strip('<>" ')


def _sent_at(root: Part) -> datetime | None:
    """Return when it was sent: by its own date, else by that of the first server that it passed."""
    if claimed := moment(root.header("date")):
        return claimed
    hops = root.all_headers("received")[-_MOST_HEADERS:]
    return next((at for value in reversed(hops) if (at := received_moment(value))), None)


def _recipients(root: Part, envelope_to: tuple[str, ...], charset: str) -> tuple[Address, ...]:
    """List everybody it went to once, the envelope's first: that is where it really came in."""
    found: dict[str, Address] = {}
    for written in envelope_to:
        address = mailbox(written)
        found.setdefault(address.value, address)
    for name in _RECIPIENT_HEADERS:
        for value in root.all_headers(name)[:_MOST_HEADERS]:
            for address in mailboxes(raw_text(value, charset), RECIPIENTS + 1):
                found.setdefault(address.value, address)
    return tuple(found.values())


def _references(root: Part) -> tuple[str, ...]:
    """List what it answers, oldest first: the thread, then the message itself."""
    answered = _identifiers(root, "in-reply-to")
    thread = [each for each in _identifiers(root, "references") if each not in answered]
    return tuple(dict.fromkeys((*thread, *answered)))


def _signed(told: Split) -> dict[str, str]:
    return {"signature": told.signature} if told.signature else {}


def _identifiers(root: Part, name: str) -> list[str]:
    return [each for value in root.all_headers(name)[:_MOST_HEADERS] for each in identifiers(value)]


def _facts(root: Part, sender: Address, sorted_: Sorted, forwarded: str) -> dict[str, str]:
    facts = {}
    for header, name in (("reply-to", "reply_to"), ("resent-from", "resent_from"), ("sender", "sent_by")):
        other = mailboxes(raw_text(root.header(header)), 1)
        if other and other[0].kind is PointKind.EMAIL and other[0].value != sender.value:
            facts[name] = other[0].value
    if forwarded:
        facts["forwarded_from"] = forwarded
    if listed := header_text(root.header("list-id")):
        facts["list"] = listed
    return {**facts, **sorted_.facts}


def unreadable(raw: bytes, received_at: datetime, envelope_to: tuple[str, ...] = ()) -> Inbound:
    """Make an Inbound of a message without reading it: the text is its beginning as it came."""
    return bounded(
        channel=EMAIL,
        provider="email",
        event="digest:" + hashlib.sha256(raw).hexdigest()[:40],
        part="message",
        kind=Kind.MESSAGE,
        sender=Address(PointKind.UNKNOWN, ""),
        recipients=tuple(mailbox(each) for each in envelope_to),
        received_at=received_at,
        text=raw[: 4 * TEXT].decode("utf-8", "replace"),
        raw=raw,
        marks=("email-unreadable", "sender-missing"),
    )


def unfetched(event: str, received_at: datetime, envelope_to: str) -> Inbound:
    """Make an Inbound of a message that its server will not hand over: a person has to look for it there."""
    return bounded(
        channel=EMAIL,
        provider="email",
        event=f"unfetched:{event}",
        part="message",
        kind=Kind.MESSAGE,
        sender=Address(PointKind.UNKNOWN, ""),
        recipients=(mailbox(envelope_to),),
        received_at=received_at,
        marks=("email-unfetched", "sender-missing"),
    )


ADAPTER = Pull("email", EMAIL, parse)
