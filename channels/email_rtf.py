"""Rich text (RTF) as readable text, and the form in which Outlook packs it."""

import re
import struct
from typing import Final

from channels.email_charsets import known_charset

LONGEST: Final = 2_000_000
"""Characters of RTF that are read."""

_DICTIONARY: Final = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW: Final = 4_096
_TOKEN: Final = re.compile(
    r"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\",
    re.IGNORECASE | re.DOTALL,
)
_HIDDEN: Final = frozenset(
    {"fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "headerl", "headerr"}
    | {"footerl", "footerr", "themedata", "datastore", "listtable", "listoverridetable", "rsidtbl", "generator"}
    | {"fldinst", "xmlnstbl", "latentstyles"}
)
_SAID: Final = {
    "par": "\n", "line": "\n", "row": "\n", "sect": "\n", "page": "\n", "tab": "\t", "cell": " ", "emdash": "\u2014",
    "endash": "\u2013", "lquote": "\u2018", "rquote": "\u2019", "ldblquote": "\u201c", "rdblquote": "\u201d",
    "bullet": "\u2022",
}  # fmt: skip
_SYMBOLS: Final = {"~": "\xa0", "_": "-", "\\": "\\", "{": "{", "}": "}", "\n": "\n", "\r": "\n"}
_DEEPEST: Final = 1_000


def unpacked(raw: bytes) -> str:
    """Undo Outlook's packing of RTF (LZFu), as far as it goes; returns characters that stand for bytes."""
    if len(raw) < 16:  # noqa: PLR2004 - bytes of its header
        return ""
    _, size = struct.unpack_from("<II", raw)
    if raw[8:12] == b"MELA":
        return raw[16 : 16 + min(size, LONGEST)].decode("latin-1")
    if raw[8:12] != b"LZFu":
        return ""
    return bytes(_inflated(raw, min(size, LONGEST))).decode("latin-1")


def _inflated(raw: bytes, size: int) -> bytearray:
    """Copy letters, and runs out of what was written last, as eight bits at a time say."""
    out = bytearray(_DICTIONARY)
    begun, position = len(out), 16
    while position < len(raw) and len(out) - begun < size:
        control = raw[position]
        position += 1
        for bit in range(8):
            if not control >> bit & 1:
                out += raw[position : position + 1]
                position += 1
                continue
            if position + 1 >= len(raw):
                return out[begun:]
            token = raw[position] << 8 | raw[position + 1]
            position += 2
            distance = (len(out) - (token >> 4)) % _WINDOW
            if not distance:
                return out[begun:]
            for _ in range((token & 15) + 2):
                out.append(out[-distance] if distance <= len(out) else 32)
    return out[begun : begun + size]


def rtf_text(rtf: str) -> str:
    """Return the text of RTF whose characters stand for bytes; linear in its length, never raises."""
    reader = _Reader()
    for match in _TOKEN.finditer(rtf[:LONGEST]):
        reader.token(match)
    reader.flush()
    joined = "".join(reader.out).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return re.sub(r"\n{3,}", "\n\n", joined).strip()


class _Reader:
    """What was written so far, the bytes that wait to be decoded, and for each open group whether it is hidden."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.bytes = bytearray()
        self.hidden = [False]
        self.charset = "cp1252"
        self.skipped = 1
        self.to_skip = 0

    def token(self, match: re.Match[str]) -> None:
        word, number, byte, symbol, brace, text = match.groups()
        if brace:
            self._brace(brace)
        elif word:
            self._word(word.lower(), number)
        elif symbol == "*":
            self.hidden[-1] = True
        elif self.hidden[-1]:
            return
        elif self.to_skip and (byte or symbol):
            self.to_skip -= 1
        elif byte:
            self.bytes.append(int(byte, 16))
        elif symbol:
            self._say(_SYMBOLS.get(symbol, ""))
        elif text:
            cut = min(self.to_skip, len(text))
            self.to_skip -= cut
            self.bytes += text[cut:].encode("latin-1", "replace")

    def _brace(self, brace: str) -> None:
        self.to_skip = 0
        if brace == "}":
            if len(self.hidden) > 1:
                self.hidden.pop()
        elif len(self.hidden) < _DEEPEST:
            self.hidden.append(self.hidden[-1])

    def _word(self, word: str, number: str | None) -> None:
        if word in _HIDDEN:
            self.hidden[-1] = True
        elif word == "ansicpg" and (charset := known_charset(f"cp{number}")):
            self.charset = charset
        elif self.hidden[-1]:
            return
        elif word == "uc":
            self.skipped = min(int(number or 1), 10)
        elif word == "u" and number:
            code = int(number) % 65_536
            # A letter beyond the first plane comes as two halves, which are joined at the end.
            self._say(chr(code))
            self.to_skip = self.skipped
        elif word in _SAID:
            self._say(_SAID[word])

    def _say(self, text: str) -> None:
        self.flush()
        self.out.append(text)

    def flush(self) -> None:
        """Decode the bytes that wait: letters of several bytes come byte by byte."""
        if self.bytes:
            self.out.append(bytes(self.bytes).decode(self.charset, "replace"))
            self.bytes.clear()
