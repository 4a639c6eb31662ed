"""Bytes into text, whatever charset they claim: declared ones are often wrong, unknown or missing."""

import codecs
import re
from functools import lru_cache
from typing import Final

from channels.email_guessing import guessed_charset
from channels.email_japanese import read_jis

_ALIASES: Final = {
    "iso-8859-1": "cp1252",  # what is called Latin-1 in mail is Windows-1252, as browsers have it
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "ansi": "cp1252",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "7bit": "ascii",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "iso-8859-6-e": "iso-8859-6",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "windows-936": "gb18030",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "x-windows-949": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "cp50220": "iso-2022-jp",
    "cp50221": "iso-2022-jp",
    "iso-2022-jp-ms": "iso-2022-jp",
    "x-euc-jp": "euc-jp",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-ukrainian": "mac-cyrillic",
    "x-mac-ce": "mac-latin2",
    "x-mac-centraleurroman": "mac-latin2",
    "x-mac-greek": "mac-greek",
    "x-mac-turkish": "mac-turkish",
    "unicode-1-1-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7",
    "utf-8mb4": "utf-8",
    "unicode": "utf-8",
}
_FAMILIES: Final = (
    (re.compile(r"(?:windows|win|cp|microsoft-cp|ibm)[-_ ]?(\d{3,4})"), "cp{}"),
    (re.compile(r"iso[-_ ]?8859[-_ ]?(\d{1,2})"), "iso8859-{}"),
    (re.compile(r"utf[-_ ]?(8|7|16|32)"), "utf-{}"),
    (re.compile(r"koi8[-_ ]?([rut])"), "koi8-{}"),
    (re.compile(r"iso[-_ ]?2022[-_ ]?(jp|kr)"), "iso2022_{}"),
    (re.compile(r"(gb)[-_ ]?(?:k|2312|18030)"), "{}18030"),
)
"""How the names of charsets are recognised that are written in a way that nobody knows (`win-1257`, `iso-UTF-8`)."""

_NO_CHARSETS: Final = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ONE_BYTE: Final = ("cp125", "cp8", "cp4", "cp7", "iso8859", "koi8", "mac", "latin", "ascii")
_OF_ASCII: Final = (*_ONE_BYTE, "utf-8", "gb", "big5", "euc", "shift", "johab", "cp9")
_ESCAPES: Final = ((b"\x1b$)C", "iso2022_kr"), (b"\x1b$", "iso2022_jp"), (b"\x1b(J", "iso2022_jp"))
_RARE: Final = {
    "big5hkscs": "cp950",
    "euc_jp": "euc_jis_2004",
    "cp932": "shift_jis_2004",
    "iso2022_jp": "iso2022_jp_ext",
}
"""Where the usual meaning of a charset fails, the next one that has more letters."""

_SAMPLE: Final = 2_000


def decode_bytes(raw: bytes, declared: str) -> tuple[str, bool]:
    """Decode by the declared charset where that works, else by what the bytes look like; say whether it was a guess."""
    name = known_charset(declared)
    if (name is None or name.startswith(_OF_ASCII)) and raw.isascii() and b"\x1b" not in raw and b"\0" not in raw:
        return raw.decode("ascii"), False
    for mark, charset in _MARKS:
        if raw.startswith(mark):
            return raw.decode(charset, "replace"), False
    if wide := _wide(raw, name):
        return raw.decode(wide, "replace"), name != wide and not (name or "").startswith("utf-16")
    name = _by_escape(raw, name)
    for attempt in _attempts(name):
        try:
            return raw.decode(attempt), attempt != name
        except (UnicodeError, ValueError):
            continue
    return _forced(raw, name), True


def _forced(raw: bytes, name: str | None) -> str:
    """Decode what no charset fits whole: by what it looks like, or by the declared one with gaps."""
    if name == "iso2022_jp":
        return read_jis(raw)
    if name in (None, "ascii") and (guessed := guessed_charset(raw)):
        return raw.decode(guessed, "replace")
    if name in (None, "ascii", "utf-8"):
        return raw.decode("utf-8", "firstcontact.cp1252")
    return raw.decode(name or "cp1252", "replace")


@lru_cache(maxsize=256)
def known_charset(declared: str) -> str | None:
    """Return Python's name of a charset, None for one that it cannot decode text by."""
    name = declared.strip("\"'<> ").lower()[:60]
    return _looked_up(name) or _of_family(name)


def _looked_up(name: str) -> str | None:
    try:
        codec = codecs.lookup(_ALIASES.get(name, name))
    except (LookupError, ValueError):
        return None
    # Codecs that turn bytes into bytes (base64, zip) are not marked in any public way.
    if codec.name in _NO_CHARSETS or not getattr(codec, "_is_text_encoding", True):
        return None
    return codec.name


def _of_family(name: str) -> str | None:
    for pattern, python in _FAMILIES:
        if (match := pattern.search(name)) and (found := _looked_up(python.format(match[1]))):
            return _looked_up(_ALIASES.get(found, found)) if found not in ("iso8859-1", "iso8859-9") else {
                "iso8859-1": "cp1252", "iso8859-9": "cp1254"}[found]  # fmt: skip
    return None


def _by_escape(raw: bytes, name: str | None) -> str | None:
    """Return the charset whose escapes stand in bytes that claim to have none."""
    if b"\x1b" not in raw or (name is not None and name != "ascii" and not name.startswith(("utf-8", "cp125"))):
        return name
    return next((charset for escape, charset in _ESCAPES if escape in raw), name)


def _wide(raw: bytes, name: str | None) -> str | None:
    """Return which UTF-16 it is without a mark: of Latin letters every other byte is zero; None if it is none."""
    if name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-32"):
        return None
    sample = raw[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 5 > len(sample) * 2 and min(even, odd) * 10 < max(even, odd):
        return "utf-16-be" if even > odd else "utf-16-le"
    if name != "utf-16":
        return None
    # Of other scripts blanks and line ends tell: Intel's order unless they speak for the other.
    big = sum(sample.count(each) for each in (b"\0 ", b"\0\n", b"\0\r"))
    little = sum(sample.count(each) for each in (b" \0", b"\n\0", b"\r\0"))
    return "utf-16-be" if big > little else "utf-16-le"


def _attempts(name: str | None) -> tuple[str, ...]:
    """List the charsets to try: text in a charset of one byte a letter is hardly ever UTF-8 by accident."""
    if name is None or name == "ascii":
        return ("utf-8",)
    if name.startswith(_ONE_BYTE):
        return ("utf-8", name)
    if name.startswith("iso2022"):
        return (name, _RARE.get(name, name))  # its bytes are all ASCII, so that UTF-8 would always fit
    return tuple(dict.fromkeys((name, _RARE.get(name, name), "utf-8")))


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are no UTF-8 as Windows-1252, and the five that it does not have as nothing known."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("firstcontact.cp1252", _as_windows)
