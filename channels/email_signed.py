"""Signed and encrypted mail (S/MIME, PGP): recognised, and what was signed taken out to be read; none is verified."""

import re
from itertools import islice
from typing import Final, NamedTuple

SIGNED, ENCRYPTED = "signed", "encrypted"
SMIME: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_DATA: Final = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
_SIGNED_DATA: Final = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
_ENVELOPED: Final = (b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17")
_SEQUENCE, _OID, _OCTETS, _OCTETS_IN_PIECES, _CONTENT = 0x30, 0x06, 0x04, 0x24, 0xA0
_DEEPEST: Final = 20
_PIECES: Final = 100_000

_PGP_SIGNED: Final = re.compile(
    r"^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n(?:[A-Za-z-]{1,40}:[^\n]{0,200}\n){0,20}[ \t]*\n", re.MULTILINE
)
_PGP_SIGNATURE, _PGP_END = "\n-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----"
_MOST_SIGNED: Final = 20
_PGP_ENCRYPTED: Final = re.compile(r"^-----BEGIN PGP MESSAGE-----[ \t]*$", re.MULTILINE)
_DASHED: Final = re.compile(r"^- (?=-)", re.MULTILINE)


class _Element(NamedTuple):
    """One element: where its content begins and ends, where the next element begins, and its tag."""

    start: int
    end: int
    after: int
    tag: int


def signed_content(raw: bytes) -> bytes | None:
    """Return what was signed in an S/MIME message that wraps it (CMS SignedData, BER), None if it is no such thing."""
    try:
        outer = _inside(raw, 0, len(raw), _SEQUENCE)
        if not _SIGNED_DATA.startswith(_oid(raw, outer) or b"-"):
            return None
        content = _second(raw, outer)
        signed = _inside(raw, content.start, content.end, _SEQUENCE)
        position = signed.start
        for _ in range(2):  # the version and the digests
            position = _next(raw, position, signed.end).after
        wrapped = _inside(raw, position, signed.end, _SEQUENCE)
        if not _DATA.startswith(_oid(raw, wrapped) or b"-"):
            return None
        holder = _second(raw, wrapped)
        if holder.tag != _CONTENT:
            return None
        return b"".join(_octets(raw, holder.start, holder.end))
    except (IndexError, ValueError):
        return None


def is_enveloped(raw: bytes) -> bool:
    """Whether S/MIME bytes are encrypted."""
    return any(oid in raw[:64] for oid in _ENVELOPED)


def without_armour(text: str) -> tuple[str, str]:
    """Take what PGP puts around a signed text away; return the text and `signed`, `encrypted` or nothing."""
    if "-----BEGIN PGP " not in text:
        return text, ""
    if _PGP_ENCRYPTED.search(text):
        return text, ENCRYPTED
    read: list[str] = []
    position = 0
    for match in islice(_PGP_SIGNED.finditer(text), _MOST_SIGNED):
        signature = text.find(_PGP_SIGNATURE, match.end())
        if signature < 0 or match.start() < position:
            continue
        end = text.find(_PGP_END, signature)
        read += [text[position : match.start()], _DASHED.sub("", text[match.end() : signature]), "\n"]
        position = end + len(_PGP_END) if end >= 0 else len(text)
    return "".join([*read, text[position:]]).strip(), SIGNED if read else ""


def _oid(raw: bytes, inside: _Element) -> bytes | None:
    first = _next(raw, inside.start, inside.end)
    return raw[first.start : first.end] if first.tag == _OID else None


def _second(raw: bytes, inside: _Element) -> _Element:
    return _next(raw, _next(raw, inside.start, inside.end).after, inside.end)


def _inside(raw: bytes, position: int, end: int, tag: int) -> _Element:
    found = _next(raw, position, end)
    if found.tag != tag:
        raise ValueError("it is something else")
    return found


def _octets(raw: bytes, position: int, end: int) -> list[bytes]:
    """Collect a string of octets, which may come in pieces within pieces."""
    found: list[bytes] = []
    waiting = [(position, end)]
    while waiting and len(found) < _PIECES:
        position, end = waiting.pop()
        while position < end and raw[position : position + 2] != b"\0\0":
            start, stop, after, tag = _next(raw, position, end)
            if tag == _OCTETS:
                found.append(raw[start:stop])
            elif tag == _OCTETS_IN_PIECES and len(waiting) < _DEEPEST:
                waiting.append((after, end))
                position, end = start, stop
                continue
            else:
                raise ValueError("it is something else")
            position = after
    return found


def _next(raw: bytes, position: int, end: int, depth: int = 0) -> _Element:
    """Return the element that begins here."""
    if depth > _DEEPEST or position >= end:
        raise ValueError("nothing that can be read")
    tag, length, start = raw[position], raw[position + 1], position + 2
    if length & 0x80 and length != 0x80:  # noqa: PLR2004 - so many bytes say how long it is
        count = length & 0x7F
        length = int.from_bytes(raw[start : start + count], "big")
        start += count
    elif length == 0x80:  # noqa: PLR2004 - it goes on up to an end of its own
        inner = start
        while raw[inner : inner + 2] != b"\0\0":
            inner = _next(raw, inner, end, depth + 1).after
        return _Element(start, inner, inner + 2, tag)
    if start + length > end:
        raise ValueError("it is cut off")
    return _Element(start, start + length, start + length, tag)
