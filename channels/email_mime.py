"""The tree of parts of a raw email, cut in one pass over bytes, within limits of depth and number."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from channels.email_fields import Field, end_of_line, read_fields, read_message_fields, start_of_message
from channels.email_params import parameters
from channels.email_transfer import decode

DEPTH: Final = 30
"""Levels of parts within parts that are opened; what is deeper stays closed, with a mark."""
PARTS: Final = 500

_MOST_TYPES: Final = 5
_GUESSED: Final = re.compile(rb"(?:\A|\n)--([^\r\n]{1,70}?)[ \t]*\r?\nContent-", re.IGNORECASE)
_HTML: Final = re.compile(rb"<(?:!doctype\s+html|html|body|div|p|table)\b", re.IGNORECASE)
_BARE: Final = {"text": "text/plain", "plain": "text/plain", "html": "text/html", "multipart": "multipart/mixed"}
"""What media types mean that have no slash, as some programs wrote them."""


@dataclass(slots=True)
class Part:
    """One part: its headers (name in lower case, raw value), its media type, and its raw body or its children."""

    headers: list[tuple[str, bytes]]
    media_type: str
    params: Mapping[str, str]
    raw: bytes
    start: int
    end: int
    children: "list[Part]" = field(default_factory=list)
    preamble_end: int = 0
    _first: dict[str, bytes] = field(default_factory=dict, repr=False)

    def header(self, name: str) -> bytes:
        """Return the first header of this name that says anything, empty if there is none."""
        if not self._first:  # many are asked for, so they are looked through once
            self._first = {each: value for each, value in reversed(self.headers) if value}
        return self._first.get(name, b"")

    def drop(self, name: str) -> None:
        """Take every header of this name away."""
        self.headers = [each for each in self.headers if each[0] != name]
        self._first = {}

    def all_headers(self, name: str) -> list[bytes]:
        """Return every header of this name, in order."""
        return [value for each, value in self.headers if each == name]

    @property
    def body(self) -> bytes:
        """The body as it stands in the message, still encoded."""
        return self.raw[self.start : self.end]

    def content(self) -> tuple[bytes, bool]:
        """Return the body with its transfer encoding undone, and whether that worked to the end."""
        return decode(self.body, self.header("content-transfer-encoding"))

    def preamble(self) -> bytes:
        """What stands before the first part of a multipart: for clients that know no parts, not shown by others."""
        return self.raw[self.start : self.preamble_end]


def read_tree(raw: bytes) -> tuple[Part, list[str]]:
    """Cut a raw message into its parts; never raises, and says in marks what could not be read or was left closed."""
    marks: list[str] = []
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    root = _made(raw, read_message_fields(raw, start_of_message(raw), len(raw), marks), len(raw), "text/plain")
    _open(root, marks)
    return root, list(dict.fromkeys(marks))


def _open(root: Part, marks: list[str]) -> None:
    waiting, count = [(root, 0)], 1
    while waiting:
        part, depth = waiting.pop()
        if not part.media_type.startswith("multipart/"):
            continue
        if depth >= DEPTH:
            marks.append("nested-too-deep")
            continue
        default = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
        for start, end in _spans(part, marks):
            if count >= PARTS:
                marks.append("too-many-parts")
                return
            part.children.append(_part(part.raw, start, end, default, marks))
            count += 1
        if not part.children:
            part.media_type = "text/html" if _HTML.search(part.body[:1_000]) else "text/plain"
        waiting.extend((child, depth + 1) for child in reversed(part.children))


def _part(raw: bytes, start: int, end: int, default: str, marks: list[str]) -> Part:
    return _made(raw, read_fields(raw, start, end, marks), end, default)


def _made(raw: bytes, read: tuple[list[Field], int], end: int, default: str) -> Part:
    """Make a part of its headers; of several content types the one that says how to cut it counts, else the first."""
    headers, body = read
    written = (value for name, value in headers if name == "content-type" and value)
    declared = [parameters(value) for value in islice(written, _MOST_TYPES)]
    cut = (each for each in declared if each[0].startswith("multipart/") and each[1].get("boundary"))
    media_type, params = next(cut, None) or (declared or [(default, {})])[0]
    if "/" not in media_type.strip("/"):
        media_type = _BARE.get(media_type.strip("/"), "application/octet-stream" if params.get("name") else default)
    return Part(headers, media_type, params, raw, body, end)


def _spans(part: Part, marks: list[str]) -> Iterator[tuple[int, int]]:
    """Yield where each child of a multipart stands, between the lines that are its boundary.

    What follows a closing line belongs to nobody; if more parts come after it all the same, they count.
    """
    lines = _boundary_lines(part, marks)
    part.preamble_end = lines[0][0] if lines else part.end
    for index, (_, start, closing) in enumerate(lines):
        last = index + 1 == len(lines)
        if closing:
            continue
        if last:
            marks.append("boundary-unclosed")
        yield start, part.end if last else lines[index + 1][0]


def _boundary_lines(part: Part, marks: list[str]) -> list[tuple[int, int, bool]]:
    boundary = part.params.get("boundary", "").rstrip().encode("utf-8", "replace")
    lines = _first_boundaries(part, boundary) if boundary else []
    if not lines and _is_encoded(part):
        # Nobody may encode a multipart as a whole, and some do.
        part.raw, _ = part.content()
        part.start, part.end = 0, len(part.raw)
        part.drop("content-transfer-encoding")
        lines = _first_boundaries(part, boundary) if boundary else []
    if not any(not closing for _, _, closing in lines):
        marks.append("boundary-missing")
        guess = _GUESSED.search(part.raw, max(part.start - 1, 0), part.end)
        lines = _first_boundaries(part, guess[1].rstrip()) if guess else []
    return lines


def _is_encoded(part: Part) -> bool:
    return part.header("content-transfer-encoding").strip().lower() in (b"base64", b"quoted-printable")


def _first_boundaries(part: Part, boundary: bytes) -> list[tuple[int, int, bool]]:
    return list(islice(_boundaries(part, boundary), PARTS + 1))


def _boundaries(part: Part, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """Yield each boundary line: where the part before it ends, where the one after it begins, whether it closes."""
    needle, position = b"--" + boundary, part.start
    while boundary:
        found = part.raw.find(needle, position, part.end)
        if found < 0:
            return
        position = end_of_line(part.raw, found, part.end)
        rest = part.raw[found + len(needle) : min(position, found + len(needle) + 200)].strip()
        closing = rest.startswith(b"--") and not rest[2:3].strip()
        if (closing or not rest) and (found == part.start or part.raw[found - 1] in b"\r\n"):
            before = found - (2 if part.raw[found - 2 : found] == b"\r\n" else 1)
            yield max(before, part.start), position, closing
