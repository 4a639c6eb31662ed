"""Header fields of an email: raw bytes into text, whatever wrote them."""

import binascii
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from channels.email_charsets import decode_bytes

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?(.{0,2000}?)\?=", re.DOTALL)
_FOLD = re.compile(r"\r?\n[ \t]*")
_PARAMETER = re.compile(r';\s*([^\s=;"]{1,100})\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_IDENTIFIER = re.compile(r"<\s*([^<>]{1,900}?)\s*>")
_LONGEST_VALUE = 8_192


def raw_text(value: bytes) -> str:
    """Return a raw header value as text, unfolded, its encoded words still encoded."""
    text = value.decode() if value.isascii() else decode_bytes(value, "")[0]
    return _FOLD.sub(" ", text).strip() if "\n" in text else text.strip()


def header_text(value: bytes) -> str:
    """Return a raw header value as the text that a person reads."""
    return decode_words(raw_text(value[:_LONGEST_VALUE]))


def decode_words(text: str, *, unquote: bool = False) -> str:
    """Decode the encoded words of a header (RFC 2047), neighbours of one charset together."""
    if "=?" not in text:
        return text
    decoded = "".join(_decoded(text))
    return decoded.strip().strip('"') if unquote else decoded


def parameters(value: bytes) -> tuple[str, Mapping[str, str]]:
    """Split `text/plain; charset=utf-8; name*=utf-8''a%20b` into the value, lower case, and its parameters, decoded."""
    text = raw_text(value[:_LONGEST_VALUE])
    main, _, rest = text.partition(";")
    plain: dict[str, str] = {}
    extended: dict[str, list[tuple[str, str]]] = {}
    for match in _PARAMETER.finditer(";" + rest):
        name, written = match[1].lower(), _unquoted(match[2].strip())
        base, star, _ = name.partition("*")
        if star:
            extended.setdefault(base, []).append((name, written))
        else:
            plain.setdefault(name, decode_words(written))
    plain.update({base: _rejoined(pieces) for base, pieces in extended.items()})
    return main.strip().lower(), plain


def moment(value: bytes) -> datetime | None:
    """Read a Date header as UTC; None where it says no time that exists."""
    try:
        read = parsedate_to_datetime(raw_text(value[:200]))
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None


def identifiers(value: bytes) -> list[str]:
    """Return the message ids of a header, without their angles; of one written without any, its words."""
    text = raw_text(value[:65_536])
    found = _IDENTIFIER.findall(text)
    if not found:
        found = [word.strip("<>,;") for word in text.split() if "@" in word]
    return ["".join(each.split()) for each in found]


def _decoded(text: str) -> Iterator[str]:
    """Yield what stands between encoded words as it is, and each run of words of one charset as one decoded piece."""
    end, pending, charset = 0, b"", ""
    for match in _WORD.finditer(text):
        between = text[end : match.start()]
        own, payload = match[1].partition("*")[0].lower(), _payload(match[2], match[3])
        if pending and (between.strip() or own != charset):
            yield decode_bytes(pending, charset)[0]
            pending = b""
        if between.strip() or end == 0:
            yield between
        pending, charset, end = pending + payload, own, match.end()
    if pending:
        yield decode_bytes(pending, charset)[0]
    yield text[end:]


def _payload(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw.replace(b" ", b"_"), header=True)
    return decode_base64(raw)[0]


def decode_base64(raw: bytes) -> tuple[bytes, bool]:
    """Decode base64 as far as it goes, and say whether it was whole."""
    try:
        return binascii.a2b_base64(raw), True
    except binascii.Error:
        kept = raw.translate(None, _NOT_BASE64)
        kept = kept[:-1] if len(kept) % 4 == 1 else kept
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4)), False


def _unquoted(text: str) -> str:
    return _ESCAPED.sub(r"\1", text[1:].removesuffix('"')) if text.startswith('"') else text


def _rejoined(pieces: list[tuple[str, str]]) -> str:
    """Join a parameter that was continued or percent-encoded (RFC 2231): `name*0*`, `name*1`, or just `name*`."""
    charset, joined = "", b""
    for index, (name, written) in enumerate(sorted(pieces, key=_order)):
        if not name.endswith("*"):
            joined += written.encode()
            continue
        text = written
        if index == 0 and written.count("'") >= 2:  # noqa: PLR2004 - charset'language'text
            charset, _, text = written.split("'", 2)
        joined += unquote_to_bytes(text)
    return decode_words(decode_bytes(joined, charset)[0])


def _order(piece: tuple[str, str]) -> int:
    number = piece[0].split("*")[1]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0  # noqa: PLR2004


_NOT_BASE64 = bytes(
    each for each in range(256) if each not in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
)
