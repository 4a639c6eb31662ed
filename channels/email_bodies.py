"""What a person reads of a mail's tree of parts, and what is attached to it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from channels.bounds import TEXT
from channels.email_charsets import decode_bytes
from channels.email_headers import decode_words, header_text, parameters
from channels.email_html import readable
from channels.email_mime import Part
from channels.inbound import Attachment

_MOST_BYTES = 8 * TEXT
"""Bytes of one text part that are decoded: beyond, nothing of it would be kept."""


@dataclass(slots=True)
class Bodies:
    """The text of a mail in reading order, its attachments, and marks of what could not be read of them."""

    texts: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All texts, an empty line between them."""
        return "\n\n".join(text for text in self.texts if text)


def read_bodies(root: Part) -> Bodies:
    """Read the text and the attachments of a whole tree."""
    bodies = Bodies()
    for part in _leaves(root):
        if _is_text(part, root):
            bodies.texts.append(_text(part, bodies.marks))
        else:
            bodies.attachments.append(_attachment(part, bodies.marks))
    return bodies


def _leaves(root: Part) -> Iterator[Part]:
    """Yield the parts that count, in order: of alternatives only the one to read, with what is attached beside them."""
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if not part.media_type.startswith("multipart/"):
            yield part
        elif part.media_type == "multipart/alternative":
            waiting.extend(reversed(_chosen(part)))
        else:
            waiting.extend(reversed(part.children))


def _chosen(part: Part) -> list[Part]:
    """Choose the plain text of the alternatives where it says anything, else the HTML; attachments among them stay."""
    plain = [each for each in part.children if each.media_type == "text/plain" and not _is_attached(each)]
    said = [each for each in plain if each.content()[0][:_MOST_BYTES].strip()]
    if not said:
        rich = [each for each in part.children if each.media_type.startswith(("text/html", "multipart/"))]
        return (rich[-1:] or plain) + [each for each in part.children if _is_other(each)]
    nested = [each for each in part.children if each.media_type.startswith("multipart/")]
    beside = [leaf for each in nested for leaf in _leaves(each) if not leaf.media_type.startswith("text/")]
    return [*said, *(each for each in part.children if _is_other(each)), *beside]


def _is_other(part: Part) -> bool:
    return _is_attached(part) or not part.media_type.startswith(("text/plain", "text/html", "multipart/"))


def _is_text(part: Part, root: Part) -> bool:
    if part.media_type not in ("text/plain", "text/html", "text/enriched"):
        # A message that is one unknown text is still what somebody wrote.
        return part is root and part.media_type.startswith("text/")
    return not _is_attached(part)


def _is_attached(part: Part) -> bool:
    disposition, params = parameters(part.header("content-disposition"))
    return disposition == "attachment" or bool(params.get("filename") or part.params.get("name"))


def _text(part: Part, marks: list[str]) -> str:
    raw, whole = part.content()
    if len(raw) > _MOST_BYTES:
        marks.append("text-cut")
    text, guessed = decode_bytes(raw[:_MOST_BYTES], part.params.get("charset", ""))
    if guessed:
        marks.append("charset-guessed")
    if not whole:
        marks.append("text-damaged")
    if part.media_type == "text/html":
        return readable(text)
    text = text.replace("\r\n", "\n")
    return (_unflowed(text, part) if part.params.get("format", "").lower() == "flowed" else text).strip()


def _unflowed(text: str, part: Part) -> str:
    """Join the soft line ends of flowed text (RFC 3676); quoted lines stay as they are."""
    delete = part.params.get("delsp", "").lower() == "yes"
    out: list[str] = []
    soft = False
    for line in text.split("\n"):
        unstuffed = line.removeprefix(" ")
        if soft and not line.startswith(">"):
            out[-1] = (out[-1][:-1] if delete else out[-1]) + unstuffed
        else:
            out.append(unstuffed)
        soft = unstuffed.endswith(" ") and unstuffed != "-- " and not line.startswith(">")
    return "\n".join(out)


def _attachment(part: Part, marks: list[str]) -> Attachment:
    content, whole = part.content()
    if not whole:
        marks.append("attachment-damaged")
    disposition, params = parameters(part.header("content-disposition"))
    name = params.get("filename") or part.params.get("name") or _default_name(part)
    return Attachment(
        name=decode_words(name).replace("\\", "/").rpartition("/")[2],
        media_type=part.media_type,
        digest=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content=content,
        inline=disposition == "inline" or (not disposition and bool(part.header("content-id"))),
    )


def _default_name(part: Part) -> str:
    described = header_text(part.header("content-description"))[:100]
    if part.media_type == "message/rfc822":
        return described or "message.eml"
    return described or part.media_type.replace("/", ".")
