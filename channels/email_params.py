"""Header values with parameters: `text/plain; charset=utf-8; name*=utf-8''a%20b`, however they were written."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote_to_bytes

from channels.email_charsets import decode_bytes
from channels.email_headers import decode_words, raw_text

_LONGEST: Final = 8_192
_MAIN: Final = re.compile(r"""[\s;"']*([^\s;/="']{0,100})\s*(?:(/)\s*([^\s;,="'()]{0,100}))?""")
_COMMENT: Final = re.compile(r"\A\s*\([^()]{0,500}\)")
_PARAMETER: Final = re.compile(
    r"""(?:^|[;,\s])\s*([^\s=;,"()<>@\\/\[\]?]{1,100})\s*=\s*
        ("(?:[^"\\]|\\.)*"?                                   # quoted, perhaps without an end
        |[^;]*?(?=\s*(?:;|$|[\s,]\s*[^\s=;,"?]{1,60}\s*=[^?])) # or up to the next one: blanks are common in it
        )""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPED: Final = re.compile(r'\\(["\\])')
_AFTER_COMMENT: Final = re.compile(r"\s+\([^()]{0,500}\)\s*\Z")


def parameters(value: bytes) -> tuple[str, Mapping[str, str]]:
    """Split a header into its value, in lower case without blanks, and its parameters, decoded."""
    text = raw_text(value[:_LONGEST])
    match = _MAIN.match(text)
    if match is None:  # it matches nothing at all, too
        return "", {}
    main = (match[1] + (match[2] or "") + (match[3] or "")).strip().lower()
    rest = text[match.end() :]
    return main, _read(_COMMENT.sub("", rest)) if "=" in rest or "=" in text else {}


def _read(text: str) -> Mapping[str, str]:
    plain: dict[str, str] = {}
    extended: dict[str, list[tuple[str, str]]] = {}
    for match in _PARAMETER.finditer(text):
        name, written = match[1].lower(), _unquoted(match[2].strip())
        base, star, _ = name.partition("*")
        if star:
            extended.setdefault(base, []).append((name, written))
        else:
            plain.setdefault(name, decode_words(written))
    plain.update({base: joined for base, pieces in extended.items() if (joined := _rejoined(pieces))})
    return plain


def _unquoted(text: str) -> str:
    """Take the quotation marks off; a backslash before a letter is no escape: it is part of a path."""
    if not text.startswith('"'):
        return _AFTER_COMMENT.sub("", text)
    return _ESCAPED.sub(r"\1", text[1:-1] if text.endswith('"') and len(text) > 1 else text[1:])


def _rejoined(pieces: list[tuple[str, str]]) -> str:
    """Join a parameter that was continued or percent-encoded (RFC 2231): `name*0*`, `name*1`, or just `name*`."""
    charset, joined = "", b""
    for index, (name, written) in enumerate(sorted(pieces, key=_order)):
        if not name.endswith("*"):
            joined += written.encode("utf-8", "replace")
            continue
        text = written
        if written.count("'") >= 2 and (index == 0 or _names_charset(written, charset)):  # noqa: PLR2004 - charset'language'text
            named, _, text = written.split("'", 2)
            charset = charset or named
        joined += unquote_to_bytes(text)
    return decode_words(decode_bytes(joined, charset)[0])


def _names_charset(written: str, charset: str) -> bool:
    """Whether a later piece repeats the charset, which some programs do."""
    return bool(charset) and written.lower().startswith(f"{charset.lower()}'")


def _order(piece: tuple[str, str]) -> int:
    number = piece[0].split("*")[1]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0  # noqa: PLR2004 - digits
