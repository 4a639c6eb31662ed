"""The tree of parts of a raw email, cut in one pass over bytes, within limits of depth and number."""

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from channels.email_headers import decode_base64, parameters

DEPTH = 30
"""Levels of parts within parts that are opened; what is deeper stays closed, with a mark."""
PARTS = 500
HEADERS = 2_000
HEADER_BYTES = 65_536
"""Bytes of one header that are read; addresses beyond are left out, with a mark."""

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
_GUESSED = re.compile(rb"(?:\A|\n)--([^\r\n]{1,70}?)[ \t]*\r?\nContent-", re.IGNORECASE)


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

    def header(self, name: str) -> bytes:
        """Return the first header of this name, empty if there is none."""
        return next((value for each, value in self.headers if each == name), b"")

    def all_headers(self, name: str) -> list[bytes]:
        """Return every header of this name, in order."""
        return [value for each, value in self.headers if each == name]

    @property
    def body(self) -> bytes:
        """The body as it stands in the message, still encoded."""
        return self.raw[self.start : self.end]

    def content(self) -> tuple[bytes, bool]:
        """Return the body with its transfer encoding undone, and whether that worked to the end."""
        encoding = self.header("content-transfer-encoding").strip().lower().partition(b";")[0].strip(b"\"' ")
        if encoding == b"base64":
            return decode_base64(self.body)
        if encoding == b"quoted-printable":
            return binascii.a2b_qp(self.body), True
        if encoding in (b"x-uuencode", b"uuencode", b"x-uue", b"uue"):
            return _uudecoded(self.body)
        return self.body, True


def read_tree(raw: bytes) -> tuple[Part, list[str]]:
    """Cut a raw message into its parts; never raises, and says in marks what could not be read or was left closed."""
    marks: list[str] = []
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    start = len(raw) - len(raw.lstrip(b"\r\n"))
    if raw.startswith(b"From ", start) or raw.startswith(b">From ", start):
        start = raw.find(b"\n", start) + 1 or len(raw)
    root = _part(raw, start, len(raw), "text/plain", marks)
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
        waiting.extend((child, depth + 1) for child in reversed(part.children))


def _part(raw: bytes, start: int, end: int, default: str, marks: list[str]) -> Part:
    headers, body = _headers(raw, start, end, marks)
    declared = next((value for name, value in headers if name == "content-type"), b"")
    media_type, params = parameters(declared) if declared else (default, {})
    if "/" not in media_type:
        media_type = default
    return Part(headers, media_type, params, raw, body, end)


def _headers(raw: bytes, start: int, end: int, marks: list[str]) -> tuple[list[tuple[str, bytes]], int]:
    """Read header lines up to the first empty one, or up to a line that cannot be one: then the body begins there."""
    headers: list[tuple[str, bytes]] = []
    position = start
    while position < end:
        line_end = _end_of_line(raw, position, end)
        if not raw[position : min(line_end, position + 200)].strip():
            return headers, line_end
        after = _end_of_field(raw, line_end, end)
        line = raw[position : min(after, position + HEADER_BYTES)]
        match = _FIELD.match(line)
        if not match:
            marks.append("header-broken")
            return headers, position
        if after - position > HEADER_BYTES:
            marks.append("header-cut")
        if len(headers) < HEADERS:
            headers.append((match[1].decode("ascii").lower(), match[2].strip()))
        position = after
    return headers, end


def _end_of_field(raw: bytes, position: int, end: int) -> int:
    """Return where the field ends whose first line ends here: before a line that is no continuation of it.

    A line of blanks ends the headers for every client, though it looks like a continuation.
    """
    while position < end and raw[position] in b" \t":
        after = _end_of_line(raw, position, end)
        if not raw[position : min(after, position + 200)].strip():
            break
        position = after
    return position


def _end_of_line(raw: bytes, position: int, end: int) -> int:
    found = raw.find(b"\n", position, end)
    return end if found < 0 else found + 1


def _spans(part: Part, marks: list[str]) -> Iterator[tuple[int, int]]:
    """Yield where each child of a multipart stands, between the lines that are its boundary."""
    boundary = part.params.get("boundary", "").rstrip().encode("utf-8", "replace")
    lines = _first_boundaries(part, boundary) if boundary else []
    if not lines:
        guess = _GUESSED.search(part.raw, max(part.start - 1, 0), part.end)
        marks.append("boundary-missing")
        lines = _first_boundaries(part, guess[1]) if guess else []
        if not lines:
            part.media_type = "text/plain"
    for index, (_, start, closing) in enumerate(lines):
        if closing:
            return
        if index + 1 == len(lines):
            marks.append("boundary-unclosed")
        yield start, lines[index + 1][0] if index + 1 < len(lines) else part.end


def _first_boundaries(part: Part, boundary: bytes) -> list[tuple[int, int, bool]]:
    return list(islice(_boundaries(part, boundary), PARTS + 1))


def _boundaries(part: Part, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """Yield each boundary line: where the part before it ends, where the one after it begins, whether it closes."""
    needle, position = b"--" + boundary, part.start
    while len(needle) > 2:  # noqa: PLR2004
        found = part.raw.find(needle, position, part.end)
        if found < 0:
            return
        position = _end_of_line(part.raw, found, part.end)
        rest = part.raw[found + len(needle) : min(position, found + len(needle) + 200)].strip()
        if rest in (b"", b"--") and (found == part.start or part.raw[found - 1] in b"\r\n"):
            before = found - (2 if part.raw[found - 2 : found] == b"\r\n" else 1)
            yield max(before, part.start), position, rest == b"--"


def _uudecoded(body: bytes) -> tuple[bytes, bool]:
    decoded, whole = [], True
    for line in body.splitlines():
        if line.startswith(b"begin ") or line.strip() in (b"end", b"`", b""):
            continue
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            whole = False
    return b"".join(decoded), whole
