"""Outlook's own wrapping of a mail (TNEF, winmail.dat): the files in it, and its text where the mail has no other."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from channels.email_charsets import decode_bytes
from channels.email_rtf import rtf_text, unpacked

MEDIA_TYPES: Final = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})

_SIGNATURE: Final = b"\x78\x9f\x3e\x22"
_BODY, _MESSAGE_CODEPAGE, _MESSAGE_PROPERTIES = 0x800C, 0x9007, 0x9003
_RENDERING, _TITLE, _DATA, _ATTACHMENT_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_TEXT, _RTF, _HTML = 0x1000, 0x1009, 0x1013
_FILE_DATA, _SHORT_NAME, _LONG_NAME, _MIME_TYPE, _CONTENT_ID = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712
_STRING, _UNICODE, _OBJECT, _BINARY, _SEVERAL = 0x001E, 0x001F, 0x000D, 0x0102, 0x1000
_SIZES: Final = {0x0002: 4, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 4, 0x0014: 8,
                 0x0040: 8, 0x0048: 16}  # fmt: skip
_MOST_FILES: Final = 200
_MOST_PROPERTIES: Final = 2_000
_MOST_VALUES: Final = 10_000
_DEEPEST: Final = 5


@dataclass(slots=True)
class TnefFile:
    """A file in a TNEF wrapping."""

    name: str = ""
    media_type: str = ""
    content_id: str = ""
    content: bytes = field(default=b"", repr=False)


@dataclass(slots=True)
class Tnef:
    """What a TNEF wrapping holds; `whole` says whether all of it could be read."""

    files: list[TnefFile] = field(default_factory=list)
    text: str = ""
    html: str = ""
    rtf: str = ""
    whole: bool = True
    codepage: str = "cp1252"


class _TruncatedError(Exception):
    """There is less than what was announced."""


def is_tnef(raw: bytes) -> bool:
    """Whether bytes are a TNEF wrapping, whatever they are called."""
    return raw.startswith(_SIGNATURE)


def read_tnef(raw: bytes, depth: int = 0) -> Tnef:
    """Open a TNEF wrapping as far as it goes; never raises. Mails within it are opened, too, to a limit."""
    read = Tnef(whole=is_tnef(raw))
    if not read.whole:
        return read
    try:
        for identifier, data in _attributes(raw):
            _take(read, identifier, data, depth)
    except (_TruncatedError, struct.error, ValueError, IndexError):
        read.whole = False
        read.files = [each for each in read.files if each.content]
    return read


def _attributes(raw: bytes) -> Iterator[tuple[int, bytes]]:
    position = 6
    while position + 9 <= len(raw):
        identifier, length = struct.unpack_from("<II", raw, position + 1)
        begun, position = position + 9, position + 9 + length + 2
        if position > len(raw):
            raise _TruncatedError
        yield identifier & 0xFFFF, raw[begun : begun + length]
    if raw[position:].strip(b"\0\r\n"):
        raise _TruncatedError


def _take(read: Tnef, identifier: int, data: bytes, depth: int) -> None:
    if identifier == _RENDERING:
        if len(read.files) >= _MOST_FILES:
            raise _TruncatedError
        read.files.append(TnefFile())
    elif identifier == _MESSAGE_CODEPAGE and len(data) >= 4:  # noqa: PLR2004 - a number's bytes
        read.codepage = f"cp{struct.unpack_from('<I', data)[0]}"
    elif identifier == _BODY:
        read.text = read.text or _string(data, read.codepage)
    elif identifier == _MESSAGE_PROPERTIES:
        _take_message(read, data)
    elif read.files and identifier == _TITLE:
        read.files[-1].name = read.files[-1].name or _string(data, read.codepage)
    elif read.files and identifier == _DATA:
        read.files[-1].content = read.files[-1].content or data
    elif read.files and identifier == _ATTACHMENT_PROPERTIES:
        _take_file(read, data, depth)


def _take_message(read: Tnef, data: bytes) -> None:
    for kind, name, value in _properties(data):
        if name == _TEXT:
            read.text = _text(kind, value, read.codepage) or read.text
        elif name == _HTML:
            read.html = _text(kind, value, read.codepage)
        elif name == _RTF:
            read.rtf = rtf_text(unpacked(value))


def _take_file(read: Tnef, data: bytes, depth: int) -> None:
    file = read.files[-1]
    for kind, name, value in _properties(data):
        if name == _LONG_NAME or (name == _SHORT_NAME and not file.name):
            file.name = _text(kind, value, read.codepage) or file.name
        elif name == _MIME_TYPE:
            file.media_type = _text(kind, value, read.codepage).lower()
        elif name == _CONTENT_ID:
            file.content_id = _text(kind, value, read.codepage).strip("<>")
        elif name == _FILE_DATA and kind in (_OBJECT, _BINARY):
            # An object begins with sixteen bytes that say what sort it is.
            file.content = value[16:] if kind == _OBJECT else value
    if is_tnef(file.content) and depth < _DEEPEST:
        inner = read_tnef(file.content, depth + 1)
        read.files[-1:] = inner.files[: _MOST_FILES - len(read.files)] or [file]
        read.text = read.text or inner.text or inner.rtf


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield type, id and raw value of each property; of several values only the first."""
    (count,) = struct.unpack_from("<I", data)
    position = 4
    for _ in range(min(count, _MOST_PROPERTIES)):
        kind, name = struct.unpack_from("<HH", data, position)
        position += 4
        if name >= 0x8000:  # noqa: PLR2004 - from here on properties have a name of their own
            position = _after_name(data, position)
        several, kind = bool(kind & _SEVERAL), kind & ~_SEVERAL
        values, position = _values(data, position, kind, several=several)
        if values:
            yield kind, name, values[0]


def _after_name(data: bytes, position: int) -> int:
    (by_text,) = struct.unpack_from("<I", data, position + 16)
    if not by_text:
        return position + 24
    (length,) = struct.unpack_from("<I", data, position + 20)
    return position + 24 + _padded(length)


def _values(data: bytes, position: int, kind: int, *, several: bool) -> tuple[list[bytes], int]:
    counted = several or kind in (_STRING, _UNICODE, _OBJECT, _BINARY)
    count = 1
    if counted:
        (count,) = struct.unpack_from("<I", data, position)
        position += 4
    found = []
    for _ in range(min(count, _MOST_VALUES)):
        if kind in (_STRING, _UNICODE, _OBJECT, _BINARY):
            (length,) = struct.unpack_from("<I", data, position)
            position, taken = position + 4, _padded(length)
        else:
            length = taken = _SIZES[kind] if kind in _SIZES else _unknown(kind)
        if position + length > len(data):
            raise _TruncatedError
        found.append(data[position : position + length])
        position += taken
    return found, position


def _unknown(kind: int) -> int:
    raise ValueError(f"there is no type {kind:#x}")


def _padded(length: int) -> int:
    return (length + 3) // 4 * 4


def _text(kind: int, value: bytes, codepage: str) -> str:
    if kind == _UNICODE:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    return _string(value, codepage)


def _string(value: bytes, codepage: str) -> str:
    return decode_bytes(value.partition(b"\0")[0], codepage)[0]
