"""Mailboxes: one as a person writes it, or a whole header of them, as far as anything in it can be read."""

import re
from collections.abc import Iterator

from channels.email_headers import decode_words
from channels.inbound import Address, PointKind

_MAILBOX = re.compile(r'(?:"[^"\s@]{1,64}"|[^\s@<>(),;:"\[\]\\]{1,64})@[^\s@<>(),;:"\\]{1,255}')
_TOKEN = re.compile(
    r"""=\?[^?\s]{1,60}\?[bBqQ]\?[^?]{0,1000}\?=   # an encoded word, whatever is in it
      | "(?:[^"\\]|\\.){0,1000}"                  # a quoted string
      | \((?:[^()\\]|\\.){0,1000}\)               # a comment
      | <[^<>]{0,1000}>?                          # the address itself
      | [,;]
      | [^",;<(=]+
      | .""",
    re.VERBOSE | re.DOTALL,
)
_GROUP = re.compile(r"""^[^",<>@:;]{0,200}:(?!//)""")
_ESCAPED = re.compile(r"\\(.)")


def mailbox(written: str, name: str = "") -> Address:
    """Read one mailbox: lower-cased where it is one, kept as it came and UNKNOWN where it is not."""
    written = written.strip().removeprefix("mailto:")
    match = _MAILBOX.fullmatch(written.strip("<> "))
    if match:
        return Address(PointKind.EMAIL, match[0].rstrip(".").lower(), match[0], name)
    return Address(PointKind.UNKNOWN, written.casefold(), written, name)


def mailboxes(header: str, limit: int) -> list[Address]:
    """Read a header of addresses, still encoded, into at most `limit` mailboxes; what names nobody is left out."""
    found: list[Address] = []
    for tokens in _entries(header):
        address = _entry(tokens)
        if address is not None:
            found.append(address)
        if len(found) >= limit:
            break
    return found


def _entries(header: str) -> Iterator[list[str]]:
    entry: list[str] = []
    for match in _TOKEN.finditer(header):
        if match[0] in ",;":
            yield entry
            entry = []
        else:
            entry.append(match[0])
    yield entry


def _entry(tokens: list[str]) -> Address | None:
    text = "".join(tokens)
    if not text.strip():
        return None
    if "@" not in text:
        # Not an address: a group's name, or a sender that somebody made up. Kept only where angles say it is meant.
        angle = next((token for token in tokens if token.startswith("<")), "")
        return mailbox(angle.strip("<> "), _name(tokens)) if angle.strip("<> ") else None
    for token in reversed(tokens):
        if token.startswith("<") and (match := _MAILBOX.search(token)):
            return mailbox(match[0], _name(tokens))
    bare = _GROUP.sub("", "".join(token for token in tokens if not token.startswith("(")))
    match = _MAILBOX.search(bare) or _MAILBOX.search(decode_words(bare))
    if not match:
        return Address(PointKind.UNKNOWN, text.strip().casefold(), text.strip())
    comment = next((token for token in tokens if token.startswith("(")), "")
    return mailbox(match[0], decode_words(comment.strip("() ")))


def _name(tokens: list[str]) -> str:
    words = [token for token in tokens if not token.startswith(("<", "("))]
    name = "".join(_ESCAPED.sub(r"\1", word[1:-1]) if word[:1] == '"' and len(word) > 1 else word for word in words)
    if not name.strip():
        name = next((token[1:].rstrip(")") for token in tokens if token.startswith("(")), "")
    return decode_words(_GROUP.sub("", name).strip(), unquote=True)
