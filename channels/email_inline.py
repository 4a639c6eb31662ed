"""Files that stand inside a plain text, as they did before MIME: uuencoded and yEnc ones."""

import re
from dataclasses import dataclass
from typing import Final

from channels.email_transfer import decode_uu_line

_MOST: Final = 100
_UU: Final = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} +([^\r\n]{1,255})\r?\n", re.MULTILINE)
_YENC: Final = re.compile(
    rb"^=ybegin [^\r\n]{0,400}?name=([^\r\n]{1,255})\r?\n(?:=ypart [^\r\n]{0,200}\r?\n)?", re.MULTILINE
)
_YEND: Final = re.compile(rb"^=yend[^\r\n]{0,200}(?:\r?\n|\Z)", re.MULTILINE)
_UNSHIFT: Final = bytes((each - 42) % 256 for each in range(256))
_ESCAPE: Final = re.compile(rb"=(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class InlineFile:
    """A file that was written into a text, under the name that it was given there."""

    name: bytes
    content: bytes


def split_files(text: bytes) -> tuple[bytes, list[InlineFile]]:
    """Take the files out of a text; one that does not end, or is none, stays where it is."""
    if b"begin" not in text:
        return text, []
    files: list[InlineFile] = []
    kept: list[bytes] = []
    position = 0
    while len(files) < _MOST and (found := _first(text, position)):
        begun, file, end = found
        kept.append(text[position:begun])
        files.append(file)
        position = end
    return b"".join([*kept, text[position:]]) if files else text, files


def _first(text: bytes, position: int) -> tuple[int, InlineFile, int] | None:
    for match in _UU.finditer(text, position):
        if read := _uu(text, match.end()):
            return match.start(), InlineFile(match[1].strip(), read[0]), read[1]
    begin = _YENC.search(text, position)
    end = _YEND.search(text, begin.end()) if begin else None
    if begin is None or end is None:
        return None
    body = text[begin.end() : end.start()].replace(b"\r", b"").replace(b"\n", b"")
    plain = _ESCAPE.sub(lambda escaped: bytes([(escaped[1][0] - 64) % 256]), body).translate(_UNSHIFT)
    return begin.start(), InlineFile(begin[1].strip(), plain), end.end()


def _uu(text: bytes, position: int) -> tuple[bytes, int] | None:
    """Read the lines of a uuencoded file and say where it ends; None if a line before its end is no such line."""
    out = bytearray()
    while position < len(text):
        end = text.find(b"\n", position)
        end = len(text) if end < 0 else end + 1
        line = text[position:end].rstrip(b"\r\n")
        position = end
        if line == b"end":
            return bytes(out), end
        if not line or line in (b"`", b" "):
            continue
        piece, good = decode_uu_line(line)
        if not good:
            return None
        out += piece
    return None
