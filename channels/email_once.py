"""What makes two copies of a mail one: the bytes that its sender made, before anything decodes or interprets them.

A parser that learns to read more must not make a mailbox that is read again double its contacts.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import Final

_END: Final = rb"(?:\r*\n|\r|\Z)"
_BEFORE: Final = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*(?:>?From [^\r\n]*" + _END + rb")?")
_FIELD: Final = re.compile(
    rb"([!-9;-~]{1,200})[ \t]*:([^\r\n]*" + _END + rb"(?:[ \t]+[^\s][^\r\n]*" + _END + rb")*)",
)
_SENDERS: Final = (b"from", b"sender", b"reply-to")
_MADE: Final = frozenset({*_SENDERS, b"subject", b"date"})
_AT_ONCE: Final = 2**16


def content_digest(raw: bytes) -> str:
    """Return a SHA-256, in hex, of what the sender of a raw mail made, and of nothing that servers add on the way.

    Covered are the sender, subject and date as they are written, and all that follows the header block; how lines are
    folded and end does not count, nor do blank lines at the end.
    """
    fields, start = _header_block(raw)
    sender = next((fields[name] for name in _SENDERS if fields.get(name)), b"")
    digest = hashlib.sha256()
    for piece in (sender, fields.get(b"subject", b""), fields.get(b"date", b"")):
        digest.update(b"%d:%b" % (len(piece), piece))
    for piece in _alike(raw, start, len(raw.rstrip())):
        digest.update(piece)
    return digest.hexdigest()


def _header_block(raw: bytes) -> tuple[dict[bytes, bytes], int]:
    """Read the first of each header that counts, blanks as one, and where the first line stands that is no header.

    From there on everything counts: whatever a parser makes of such a line, no two mails become one by it.
    """
    before = _BEFORE.match(raw)
    position = before.end() if before else 0
    fields: dict[bytes, bytes] = {}
    while position < len(raw) and (match := _FIELD.match(raw, position)):
        name = match[1].lower()
        if name in _MADE and not fields.get(name):
            fields[name] = b" ".join(match[2].split())
        position = match.end()
    return fields, position


def _alike(raw: bytes, start: int, end: int) -> Iterator[bytes]:
    """Yield the body piece by piece, every line ending in the same way; blank lines before it are left out."""
    while start < end and raw[start] in b"\r\n":
        start += 1
    while start < end:
        stop = min(start + _AT_ONCE, end)
        if raw[stop - 1 : stop + 1] == b"\r\n":
            stop += 1
        yield raw[start:stop].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        start = stop
