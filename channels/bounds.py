"""The limits of everything that comes in, and the one function that makes an Inbound within them."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any, Required, TypedDict, TypeVar, Unpack

from channels.inbound import Address, Attachment, Inbound, Kind, Progress

TEXT = 100_000
"""Characters of a part's text; what is beyond is cut with the mark `text-cut`."""
SUBJECT = 1_000
ATTACHMENT = 25 * 1024 * 1024
"""Bytes of one attachment; a larger one keeps its name, size and digest, with the mark `attachment-too-large`."""
ATTACHMENTS = 200
RECIPIENTS = 500
REFERENCES = 100
FACTS = 60
FACT = 1_000
ADDRESS = 320
IDENTIFIER = 200
_NAME = 255

LOST = "\ufffd"
"""What stands in place of what could not be read, such as a byte that is not UTF-8."""

DAMAGED = "text-damaged"
"""The mark of a message of which not every character could be read."""

_T = TypeVar("_T")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the direction of writing: in a name they make one file or person look like another."""

_NONSTARTERS = 30
"""Combining marks in a row that are kept (UAX 15, stream-safe text): ordering them takes their number squared."""


class Fields(TypedDict, total=False):
    """The fields of Inbound, as `bounded` takes them; without an `event` it is a digest of the content."""

    channel: Required[str]
    provider: Required[str]
    account: str
    conversation: str
    event: str
    part: Required[str]
    kind: Kind
    progress: Progress
    patience: timedelta | None
    sender: Required[Address]
    recipients: tuple[Address, ...]
    about: Address | None
    received_at: Required[datetime]
    claimed_at: datetime | None
    subject: str
    text: str
    whole: str
    attachments: tuple[Attachment, ...]
    message_id: str
    references: tuple[str, ...]
    facts: Mapping[str, str]
    raw: bytes
    marks: tuple[str, ...]


def bounded(**fields: Unpack[Fields]) -> Inbound:
    """Make an Inbound of clean text within the limits, marking what was cut. Times must be aware; they become UTC."""
    marks: list[str] = []
    got: dict[str, Any] = dict(fields)
    got["text"] = _cut(fields.get("text", ""), TEXT, "text-cut", marks)
    if whole := fields.get("whole", ""):
        got["whole"] = clean(whole)
    got["subject"] = _cut(fields.get("subject", ""), SUBJECT, "subject-cut", marks).replace("\n", " ").strip()
    got["received_at"] = _utc(fields["received_at"])
    if claimed := fields.get("claimed_at"):
        got["claimed_at"] = _utc(claimed)
    got["sender"] = _address(fields["sender"])
    _bound_several(got, marks)
    got["facts"] = _facts(fields.get("facts", {}), marks)
    for name in ("account", "conversation", "event", "message_id"):
        got[name] = identifier(fields.get(name, ""))  # type: ignore[arg-type] # these four are text
    got["event"] = got["event"] or digest_of(got)
    got["conversation"] = got["conversation"] or got["event"]
    got["marks"] = tuple(dict.fromkeys((*fields.get("marks", ()), *marks)))
    return Inbound(**got)


def clean(text: str, limit: int = TEXT) -> str:
    """Return at most `limit` characters in NFC, lines ended by a line feed, control characters out."""
    text = text[: limit + 1]
    if text.isprintable() and text.isascii():
        return text[:limit]
    if not text.isprintable():
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = _CONTROL.sub("", text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", _long_runs().sub(r"\1", text))
    return text[:limit]


def identifier(value: str) -> str:
    """Return an id as it came, or a digest of one that is too long or not printable to be kept as it is."""
    value = value.strip()
    if len(value) <= IDENTIFIER and value.isprintable():
        return value
    return "sha256:" + hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def digest_of(fields: Mapping[str, Any]) -> str:
    """Return what identifies a part by its content alone, so that a repeat of it is the same part whenever it comes."""
    digest = hashlib.sha256()
    for piece in _content(fields):
        raw = piece.encode("utf-8", "replace")
        digest.update(b"%d:" % len(raw))
        digest.update(raw)
    return "digest:" + digest.hexdigest()[:40]


def _content(fields: Mapping[str, Any]) -> Iterable[str]:
    yield from (fields["channel"], fields["provider"], fields["part"], fields["sender"].value)
    yield from (address.value for address in fields.get("recipients", ()))
    yield from (fields.get("subject", ""), fields.get("text", ""), str(fields.get("claimed_at")))
    yield from (attachment.digest for attachment in fields.get("attachments", ()))
    yield from (f"{key}={value}" for key, value in sorted(fields.get("facts", {}).items()))


def _cut(text: str, limit: int, mark: str, marks: list[str]) -> str:
    if len(text) > limit:
        marks.append(mark)
    return clean(text, limit) if text else ""


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be placed: give an aware datetime")
    return moment.astimezone(UTC)


def _bound_several(got: dict[str, Any], marks: list[str]) -> None:
    if recipients := got.get("recipients"):
        got["recipients"] = tuple(_address(each) for each in _first(recipients, RECIPIENTS, "recipients-cut", marks))
    if about := got.get("about"):
        got["about"] = _address(about)
    if attachments := got.get("attachments"):
        kept = _first(attachments, ATTACHMENTS, "attachments-cut", marks)
        got["attachments"] = tuple(_attachment(each, marks) for each in kept)
    if references := got.get("references"):
        # The first one names the thread and the last ones the message that is answered: the middle can go.
        if len(references) > REFERENCES:
            references = (references[0], *references[1 - REFERENCES :])
        got["references"] = tuple(identifier(each) for each in references)


def _first(several: tuple[_T, ...], limit: int, mark: str, marks: list[str]) -> tuple[_T, ...]:
    if len(several) > limit:
        marks.append(mark)
    return several[:limit]


def _address(address: Address) -> Address:
    text = address.value + address.shown + address.name
    if len(text) <= ADDRESS and text.isprintable() and text.isascii():
        return address
    value, shown, name = (_one_line(each, ADDRESS) for each in (address.value, address.shown, address.name))
    return address._replace(value=value, shown=shown, name=name)


def _one_line(text: str, limit: int) -> str:
    return _TURNING.sub("", clean(text, limit)).replace("\n", " ").strip()


def _attachment(attachment: Attachment, marks: list[str]) -> Attachment:
    if attachment.size > ATTACHMENT:
        marks.append("attachment-too-large")
        attachment = replace(attachment, content=b"")
    name = _one_line(attachment.name, _NAME)
    return attachment if name == attachment.name else replace(attachment, name=name)


def _facts(facts: Mapping[str, str], marks: list[str]) -> Mapping[str, str]:
    if len(facts) > FACTS:
        marks.append("facts-cut")
    kept = list(facts.items())[:FACTS]
    return MappingProxyType({clean(key, 100): clean(value, FACT) for key, value in kept})


@cache
def _long_runs() -> re.Pattern[str]:
    """Match a run of combining marks that is longer than any script needs; built once, when text first needs it."""
    marks = re.escape("".join(chr(code) for code in range(0x20000) if unicodedata.combining(chr(code))))
    return re.compile(f"([{marks}]{{{_NONSTARTERS}}})[{marks}]+")
