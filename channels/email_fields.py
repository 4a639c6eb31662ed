"""The header fields of a message or a part, cut out of raw bytes, whatever stands between them that is none."""

import re
from typing import Final

HEADERS: Final = 2_000
HEADER_BYTES: Final = 65_536
"""Bytes of one header that are read; addresses beyond are left out, with a mark."""

_FIELD: Final = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
_KNOWN: Final = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|sender|reply-to|return-path|message-id|in-reply-to|references|received"
    rb"|mime-version|importance|priority|delivered-to|resent-[a-z-]{1,20}|content-[a-z-]{1,30}|x-[a-z0-9_-]{1,60}"
    rb"|list-[a-z-]{1,20}|arc-[a-z-]{1,30}|dkim-signature|authentication-results|thread-[a-z]{1,10}|user-agent)[ \t]*:",
    re.IGNORECASE,
)
"""Headers that a mail is known to have: after a line that is none, only one of these says that there are more."""

_CR_BETWEEN: Final = re.compile(rb"\r(?=" + _KNOWN.pattern + rb")", re.IGNORECASE)
_OF_MESSAGES: Final = re.compile(
    rb"(?:from|to|subject|date|message-id|mime-version|content-type|received):[ \t]", re.IGNORECASE
)
_BLANK: Final = re.compile(rb"[ \t\r\n]{0,200}(?<=\n)")
_MBOX: Final = re.compile(rb">?From [^\n]{0,500}\n")
_BOM: Final = b"\xef\xbb\xbf"
_GARBAGE: Final = 3
"""Lines between headers that may be anything; with more of them it is the text that has begun."""

_FOLDS: Final = 20

Field = tuple[str, bytes]


def start_of_message(raw: bytes) -> int:
    """Return where the first header stands: after a byte order mark, empty lines, and a line of a mailbox file."""
    start = 3 if raw.startswith(_BOM) else 0
    while start < len(raw) and raw[start] in b"\r\n":
        start += 1
    while match := _MBOX.match(raw, start):
        start = match.end()
    return start


def read_message_fields(raw: bytes, start: int, end: int, marks: list[str]) -> tuple[list[Field], int]:
    """Read the headers of a whole message, which go on after an empty line if no sender has been named yet."""
    fields, body = read_fields(raw, start, end, marks)
    for _ in range(_GARBAGE):
        if not fields or any(name == "from" for name, _ in fields):
            break
        further = _BLANK.match(raw, body, end)
        position = further.end() if further else body
        if not _OF_MESSAGES.match(raw, position, end):
            break
        marks.append("header-broken")
        more, body = read_fields(raw, position, end, marks)
        fields += more
    return fields, body


def read_fields(raw: bytes, start: int, end: int, marks: list[str]) -> tuple[list[Field], int]:
    """Read the headers and say where the body begins: after the first empty line, or where no header can be meant."""
    fields: list[Field] = []
    position = start
    while position < end:
        line_end = end_of_line(raw, position, end)
        if not raw[position : min(line_end, position + 200)].strip():
            if raw[position] in b" \t" and fields and _goes_on(raw, line_end, end):
                position = line_end
                continue
            return fields, line_end
        after = _end_of_field(raw, line_end, end)
        match = _FIELD.match(raw[position : min(after, position + HEADER_BYTES)])
        if match:
            if after - position > HEADER_BYTES:
                marks.append("header-cut")
            fields += _cut_apart(match)[: HEADERS - len(fields)]
        elif not _MBOX.match(raw, position, end):
            marks.append("header-broken")
            if not _header_follows(raw, after, end):
                return fields, position
        position = after
    return fields, end


def _cut_apart(match: re.Match[bytes]) -> list[Field]:
    """Make a field of what was matched, or several where only carriage returns stand between known headers."""
    name, value = match[1].decode("ascii").lower(), match[2].strip()
    if b"\r" not in value:
        return [(name, value)]
    first, *further = _CR_BETWEEN.split(value, HEADERS)
    found = [each for each in map(_FIELD.match, further) if each]
    return [(name, first.strip()), *((each[1].decode("ascii").lower(), each[2].strip()) for each in found)]


def _header_follows(raw: bytes, position: int, end: int) -> bool:
    """Whether one of the next lines is a header that mails have, so that the line before them was only in the way."""
    for _ in range(_GARBAGE):
        if position >= end or not raw[position : position + 200].split(b"\n", 1)[0].strip():
            return False
        if _KNOWN.match(raw, position, end):
            return True
        position = end_of_line(raw, position, end)
    return False


def _end_of_field(raw: bytes, position: int, end: int) -> int:
    """Return where the field ends whose first line ends here: before a line that is no continuation of it.

    A line of blanks ends the headers for every client, though it looks like a continuation, unless headers follow.
    """
    while position < end and raw[position] in b" \t":
        after = end_of_line(raw, position, end)
        if not raw[position : min(after, position + 200)].strip() and not _goes_on(raw, after, end):
            break
        position = after
    return position


def _goes_on(raw: bytes, position: int, end: int) -> bool:
    """Whether the headers go on after a line of blanks: after more folded lines there is a known header."""
    for _ in range(_FOLDS):
        if position >= end or raw[position] not in b" \t":
            break
        position = end_of_line(raw, position, end)
    return bool(_KNOWN.match(raw, position, end))


def end_of_line(raw: bytes, position: int, end: int) -> int:
    """Return where the next line begins."""
    found = raw.find(b"\n", position, end)
    return end if found < 0 else found + 1
