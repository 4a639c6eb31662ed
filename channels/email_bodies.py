"""What a person reads of a mail's tree of parts, and what is attached to it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from channels.addresses import mailboxes
from channels.email_charsets import decode_bytes
from channels.email_files import attachment_of, file_of
from channels.email_headers import header_text, raw_text
from channels.email_inline import split_files
from channels.email_leaves import disposition_of, is_attached, leaves
from channels.email_mime import PARTS, Part, read_tree
from channels.email_signed import ENCRYPTED, SIGNED, SMIME, is_enveloped, signed_content
from channels.email_texts import MOST_BYTES, READ, RICH, html_of, text_of
from channels.email_tnef import MEDIA_TYPES as TNEF
from channels.email_tnef import Tnef, is_tnef, read_tnef
from channels.inbound import Attachment

MESSAGES: Final = frozenset({"message/rfc822", "message/global", "message/rfc2822", "message/news"})
_DEEPEST: Final = 4
"""Mails within mails that are opened; one further in stays a file."""

_LARGE: Final = 2_000_000
"""Bytes from which on a mail within a mail within a mail stays a file: each one opened is a copy more in memory."""

_FALLBACKS: Final = frozenset({"text/calendar"}) | RICH
_REFERENCED: Final = re.compile(r"""\bcid:\s*([^\s"'<>)]{1,300})""", re.IGNORECASE)
_FOR_OLD_CLIENTS: Final = re.compile(rb"(?i)multi-?part|mime|not? (?:be )?able|does not support|digital signature")
_SCAFFOLD: Final = re.compile(
    r"^(?:--[^\n]{0,200}|Content-[A-Za-z-]{1,40}:[^\n]{0,1000}(?:\n[ \t][^\n]{0,1000}){0,9})(?:\n+|\Z)",
    re.IGNORECASE | re.MULTILINE,
)
_STARTS_LIKE_PART: Final = re.compile(rb"\A\s*Content-[A-Za-z-]+:", re.IGNORECASE)


@dataclass(slots=True)
class Bodies:
    """The text of a mail in reading order, its attachments, and marks of what could not be read of them.

    `instead` are texts to read where there are no others, and `forwarded` says whose mail was passed on without a word.
    """

    texts: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    instead: list[str] = field(default_factory=list)
    read: list[tuple[bool, str]] = field(default_factory=list)
    """The texts so far, each with whether it was HTML."""

    forwarded: str = ""

    @property
    def text(self) -> str:
        """All texts, an empty line between them."""
        return "\n\n".join(text for text in self.texts if text)


def read_bodies(root: Part, depth: int = 0) -> Bodies:
    """Read the text and the attachments of a whole tree."""
    bodies = Bodies()
    shown = _Shown(root)
    for part, parent in leaves(root):
        _read(part, parent, root, bodies, shown, depth)
    _mark_protection(root, bodies)
    if not bodies.text:
        bodies.texts = bodies.instead or _outside(root, bodies.marks) or _closed(root)
    else:
        bodies.forwarded = ""
    return bodies


class _Shown:
    """The content ids that the HTML of a mail refers to, looked for when the first file has one."""

    def __init__(self, root: Part) -> None:
        self._root = root
        self._found: frozenset[str] | None = None

    def has(self, content_id: str) -> bool:
        """Whether a file with this id is shown within the text."""
        if not content_id:
            return False
        if self._found is None:
            self._found = frozenset(_referenced(self._root))
        return content_id.lower() in self._found


def _referenced(root: Part) -> Iterator[str]:
    waiting = [root]
    while waiting:
        part = waiting.pop()
        waiting.extend(part.children)
        if part.media_type == "text/html" and not part.children:
            for match in _REFERENCED.finditer(html_of(part, part.content()[0])):
                yield match[1].replace("%40", "@").lower()


def _read(part: Part, parent: Part | None, root: Part, bodies: Bodies, shown: _Shown, depth: int) -> None:
    content, whole = part.content()
    if not whole:
        bodies.marks.append("text-damaged" if _is_text(part, root) else "attachment-damaged")
    if _is_text(part, root):
        _add_text(part, content, bodies)
        return
    if part.media_type in SMIME and _read_signed(content, bodies, depth):
        return
    if (part.media_type in TNEF or is_tnef(content)) and _read_wrapped(read_tnef(content), bodies):
        return
    bodies.attachments.append(attachment_of(part, content, inline=_is_inline(part, parent, shown)))
    _read_instead(part, content, bodies)
    if part.media_type in MESSAGES and root.media_type != "multipart/report":
        _read_message(content, bodies, depth)


def _is_text(part: Part, root: Part) -> bool:
    if part.media_type in READ:
        return not is_attached(part)
    # A message that is one unknown text is still what somebody wrote.
    unknown = part.media_type.startswith("text/") and part.media_type not in _FALLBACKS
    return part is root and unknown and not is_attached(part)


def _add_text(part: Part, content: bytes, bodies: Bodies) -> None:
    if part.media_type == "text/plain":
        content, files = split_files(content)
        for file in files:
            bodies.attachments.append(file_of(header_text(file.name), "", file.content))
    text = text_of(part, content, bodies.marks)
    html = part.media_type == "text/html"
    if text and not any(html is not was_html and _same(text, other) for was_html, other in bodies.read):
        bodies.texts.append(text)
        bodies.read.append((html, text))


def _same(one: str, other: str) -> bool:
    """Whether two texts say the same, as the two forms of a mail do that are not declared to be alternatives."""
    if not 0.5 < (len(one) + 1) / (len(other) + 1) < 2:  # noqa: PLR2004 - half or twice as long
        return False
    return one.split() == other.split()


def _is_inline(part: Part, parent: Part | None, shown: _Shown) -> bool:
    content_id = raw_text(part.header("content-id")).strip("<> ")
    if shown.has(content_id):
        return True
    disposition = disposition_of(part)
    if part.media_type == "application/applefile" and parent and parent.media_type == "multipart/appledouble":
        return True
    return disposition == "inline" or (
        not disposition and bool(content_id) and parent is not None and parent.media_type == "multipart/related"
    )


def _read_instead(part: Part, content: bytes, bodies: Bodies) -> None:
    """Keep the text of a file that is shown with the mail, for the case that the mail has no other text."""
    if part.media_type in READ | _FALLBACKS and disposition_of(part) != "attachment":
        bodies.instead.append(text_of(part, content, []))
    elif part.media_type == "message/external-body":
        bodies.marks.append("content-elsewhere")
    elif part.media_type == "message/partial":
        bodies.marks.append("message-in-pieces")


def _read_message(content: bytes, bodies: Bodies, depth: int) -> None:
    """Open a mail that was passed on: its files are listed, and its text counts where the mail itself has none."""
    if depth >= (1 if len(content) > _LARGE else _DEEPEST) or len(bodies.attachments) > PARTS:
        return
    root, _ = read_tree(content)
    inner = read_bodies(root, depth + 1)
    bodies.attachments += inner.attachments
    if inner.text:
        bodies.instead.append(inner.text)
        found = mailboxes(raw_text(root.header("from")), 1)
        bodies.forwarded = bodies.forwarded or inner.forwarded or (found[0].value if found else "")


def _read_signed(content: bytes, bodies: Bodies, depth: int) -> bool:
    """Read the mail within an S/MIME signature; False where there is none that can be read."""
    if is_enveloped(content):
        bodies.marks.append(ENCRYPTED)
        return False
    signed = signed_content(content) if depth < _DEEPEST else None
    if signed is None:
        return False
    bodies.marks.append(SIGNED)
    root, marks = read_tree(signed)
    inner = read_bodies(root, depth + 1)
    bodies.marks += marks + inner.marks
    bodies.texts += inner.texts
    bodies.attachments += inner.attachments
    return True


def _read_wrapped(tnef: Tnef, bodies: Bodies) -> bool:
    """List the files of an Outlook wrapping; False where it could not be read whole, so that it has to be kept."""
    for each in tnef.files:
        bodies.attachments.append(file_of(each.name, each.media_type, each.content))
    if text := tnef.text.strip() or tnef.rtf:
        bodies.instead.append(text.replace("\r\n", "\n"))
    elif tnef.html:
        bodies.instead.append(text_of(_html_part(), tnef.html.encode(), []))
    if not tnef.whole:
        bodies.marks.append("attachment-damaged")
    return tnef.whole


def _html_part() -> Part:
    return Part([], "text/html", {"charset": "utf-8"}, b"", 0, 0)


def _mark_protection(root: Part, bodies: Bodies) -> None:
    """Mark what is signed or encrypted as a whole, on any level of the mail."""
    waiting = [root]
    while waiting:
        part = waiting.pop()
        waiting.extend(part.children)
        if part.media_type == "multipart/signed":
            bodies.marks.append(SIGNED)
        elif part.media_type in ("multipart/encrypted", "application/pgp-encrypted"):
            bodies.marks.append(ENCRYPTED)


def _closed(root: Part) -> list[str]:
    """Return the lines of what is nested too deep to be opened, but for boundaries and headers."""
    waiting = [root]
    while waiting:
        part = waiting.pop()
        waiting.extend(part.children)
        if part.media_type.startswith("multipart/") and not part.children:
            text = decode_bytes(part.body[:MOST_BYTES], part.params.get("charset", ""))[0].replace("\r\n", "\n")
            return [_SCAFFOLD.sub("", text).strip()]
    return []


def _outside(root: Part, marks: list[str]) -> list[str]:
    """Return the text that somebody put outside of all parts, where no part has any."""
    if not root.children:
        return []
    raw = root.preamble().strip()
    if not raw or _FOR_OLD_CLIENTS.search(raw[:300]):
        return []
    if _STARTS_LIKE_PART.match(raw):
        raw = re.split(rb"\r?\n[ \t]*\r?\n", raw, maxsplit=1)[-1]
    marks.append("text-outside-parts")
    return [decode_bytes(raw, root.params.get("charset", ""))[0].replace("\r\n", "\n").strip()]
