"""Bytes into text, whatever charset they claim: declared ones are often wrong, unknown or missing."""

import codecs
from functools import lru_cache

_ALIASES = {
    "iso-8859-1": "cp1252",  # what is called Latin-1 in mail is Windows-1252, as browsers have it
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "unicode-1-1-utf-7": "utf-7",
    "utf-8mb4": "utf-8",
    "unicode": "utf-8",
}
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ONE_BYTE = ("cp", "iso8859", "koi8", "mac", "latin", "ascii")


def decode_bytes(raw: bytes, declared: str) -> tuple[str, bool]:
    """Decode by the declared charset where that works, else by what the bytes look like; say whether it was a guess."""
    name = known_charset(declared)
    if raw.isascii() and (not name or name.startswith((*_ONE_BYTE, "utf-8", "gb", "big5", "euc", "shift", "johab"))):
        return raw.decode("ascii"), False
    for mark, charset in _MARKS:
        if raw.startswith(mark):
            return raw.decode(charset, "replace"), False
    for attempt in _attempts(name):
        try:
            return raw.decode(attempt), attempt != name
        except (UnicodeError, ValueError):
            continue
    return raw.decode("cp1252" if name in (None, "ascii", "utf-8") else name, "replace"), True


@lru_cache(maxsize=256)
def known_charset(declared: str) -> str | None:
    """Return Python's name of a charset, None for one that it cannot decode text by."""
    name = declared.strip("\"' ").lower()[:60]
    try:
        codec = codecs.lookup(_ALIASES.get(name, name))
    except (LookupError, ValueError):
        return None
    # Codecs that turn bytes into bytes (base64, zip) are not marked in any public way.
    if codec.name in _NO_CHARSETS or not getattr(codec, "_is_text_encoding", True):
        return None
    return codec.name


def _attempts(name: str | None) -> tuple[str, ...]:
    """List the charsets to try: text in a charset of one byte a letter is hardly ever UTF-8 by accident."""
    if name is None or name.startswith(_ONE_BYTE):
        return ("utf-8", name, "cp1252") if name and name != "ascii" else ("utf-8", "cp1252")
    return (name, "utf-8")
