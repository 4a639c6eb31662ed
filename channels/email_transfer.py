"""Transfer encodings of mail: base64, quoted-printable and uuencode, decoded as far as they go, however broken."""

import binascii
import re
from itertools import islice
from typing import Final

_BASE64: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64: Final = bytes(each for each in range(256) if each not in _BASE64)
_SOFT_WITH_BLANKS: Final = re.compile(rb"=[ \t]+(?=\r?\n|\Z)")
_STRAY_EQUALS: Final = re.compile(rb"=(?==)")
_PIECES: Final = 20_000
_ENOUGH: Final = 100_000
"""Bytes after a padding that are looked at to see whether they are base64, too."""

_PADDED: Final = re.compile(rb"=[=\s]*")
_UU: Final = frozenset({b"x-uuencode", b"uuencode", b"x-uue", b"uue"})


def decode(body: bytes, encoding: bytes) -> tuple[bytes, bool]:
    """Undo the transfer encoding that a header names, and say whether that worked to the end."""
    name = encoding.strip().lower().partition(b";")[0].strip(b"\"' ")
    if name.startswith(b"base64"):
        return decode_base64(body)
    if name.startswith((b"quoted-printable", b"quoted printable", b"quotedprintable")):
        return _decode_quoted(body), True
    if name in _UU:
        return _decode_uu(body)
    return body, True


def _decode_quoted(body: bytes) -> bytes:
    """Decode quoted-printable; what is no escape stays as it is."""
    if b"= " in body or b"=\t" in body:
        body = _SOFT_WITH_BLANKS.sub(b"=", body)
    if b"==" in body:
        body = _STRAY_EQUALS.sub(b"=3D", body)  # Python would take two signs for one that nobody escaped
    return binascii.a2b_qp(body)


def decode_base64(raw: bytes) -> tuple[bytes, bool]:
    """Decode base64 as far as it goes, and say whether it was whole. Pieces that are each padded are joined."""
    try:
        decoded = binascii.a2b_base64(raw)
    except binascii.Error:
        return _as_far_as_it_goes(raw), False
    padding = raw.find(b"=")
    if padding < 0 or not _is_base64(raw[padding : padding + _ENOUGH].lstrip(b"=\r\n\t ")):
        return decoded, True
    del decoded
    return _joined(raw), True


def _joined(raw: bytes) -> bytes:
    out, position = bytearray(), 0
    for match in islice(_PADDED.finditer(raw), _PIECES):
        out += _as_far_as_it_goes(raw[position : match.start()])
        position = match.end()
    return bytes(out + _as_far_as_it_goes(raw[position:]))


def _as_far_as_it_goes(raw: bytes) -> bytes:
    kept = raw.translate(None, _NOT_BASE64)
    kept = kept[:-1] if len(kept) % 4 == 1 else kept
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def _is_base64(rest: bytes) -> bool:
    """Whether what follows a padding is more base64, and no words that somebody put below it."""
    lines = rest.split()
    if len(rest) > _ENOUGH // 2:
        lines.pop()  # it may be cut off
    return bool(lines) and all(len(line) % 4 == 0 and not line.rstrip(b"=").translate(None, _BASE64) for line in lines)


def _decode_uu(body: bytes) -> tuple[bytes, bool]:
    """Decode a uuencoded file, with or without its first and last line."""
    decoded, whole = bytearray(), True
    for line in body.splitlines():
        if line.startswith(b"begin ") or line.strip() in (b"end", b"`", b""):
            continue
        data, good = decode_uu_line(line)
        whole = whole and good
        decoded += data
    return bytes(decoded), whole


def decode_uu_line(line: bytes) -> tuple[bytes, bool]:
    """Decode one line; many encoders wrote too long or too short a one, of which as many bytes count as it says."""
    try:
        return binascii.a2b_uu(line), True
    except binascii.Error:
        pass
    length = (line[0] - 32) & 63
    needed = 1 + (length * 4 + 2) // 3
    try:
        return binascii.a2b_uu(line[:needed]), True
    except binascii.Error:
        return b"", False
