"""Header fields of an email: raw bytes into text, whatever wrote them."""

import binascii
import re
from collections.abc import Iterator

from channels.email_charsets import decode_bytes
from channels.email_transfer import decode_base64

_WORD = re.compile(
    r"""=\?([^?\s]{0,60})\?([bBqQ])\?
        (?:(.{0,2000}?)\?=(?![0-9A-F]{2}[^\s?]{0,100}\?=)  # within Q a question mark may stand before an escape
        |([^?\s]{1,2000})\??\s*\Z)                        # or it is cut off where the header ends""",
    re.DOTALL | re.VERBOSE,
)
_FOLD = re.compile(r"[\r\n]+[ \t]*")
_IDENTIFIER = re.compile(r"<\s*([^<>]{1,900}?)\s*>")
_LONGEST_VALUE = 8_192


def raw_text(value: bytes, charset: str = "") -> str:
    """Return a raw header value as text, unfolded, its encoded words still encoded.

    `charset` is what raw bytes that are no UTF-8 are taken to be, for which a header itself has no place.
    """
    text = value.decode() if value.isascii() and b"\x1b" not in value else decode_bytes(value, charset)[0]
    return _FOLD.sub(" ", text).strip() if "\n" in text or "\r" in text else text.strip()


def header_text(value: bytes, charset: str = "") -> str:
    """Return a raw header value as the text that a person reads; `charset` as in `raw_text`."""
    return decode_words(raw_text(value[:_LONGEST_VALUE], charset))


def decode_words(text: str, *, unquote: bool = False) -> str:
    """Decode the encoded words of a header (RFC 2047), neighbours of one charset together."""
    if "=?" not in text:
        return text
    decoded = "".join(_decoded(text))
    return decoded.strip().strip('"') if unquote else decoded


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
        own, payload = match[1].partition("*")[0].lower(), _payload(match[2], match[3] or match[4] or "")
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
