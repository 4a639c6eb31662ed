"""Mailboxes: one as a person writes it, or a whole header of them, as far as anything in it can be read."""

import re
from collections.abc import Iterator

from channels.email_headers import decode_words
from channels.inbound import Address, PointKind

_MAILBOX = re.compile(
    r"""(?:"(?:[^"\\\r\n]|\\.){1,64}"|[^\s@<>(),;:"\[\]\\]{1,64})
        @(?:\[[^\s@<>()\[\]\\]{1,100}\]|[^\s@<>(),;:"\[\]\\]{1,255})""",
    re.VERBOSE,
)
_TOKEN = re.compile(
    r"""=\?[^?\s]{0,60}\?[bBqQ]\?[^?]{0,1000}\?=   # an encoded word, whatever is in it
      | "(?:[^"\\]|\\.){0,1000}"                  # a quoted string
      | \((?:[^()\\]|\\.){0,1000}\)               # a comment
      | <(?:[^<>"(]|"(?:[^"\\<>]|\\.){0,100}"|\((?:[^()\\]|\\.){0,200}\)){0,1000}>?   # the address itself
      | [,;]
      | [^",;<(=]+
      | .""",
    re.VERBOSE | re.DOTALL,
)
_GROUP = re.compile(r"""^[^",<>@:;]{0,200}:(?!//)""")
_QUOTED_GROUP = re.compile(r"""^\s*"[^"]{0,200}"\s*:(?!//)""")
_ESCAPED = re.compile(r"\\(.)")
_COMMENT = re.compile(r"\((?:[^()\\]|\\.){0,1000}\)")
_LOOSE = re.compile(r"\s*([@.])\s*")
_IS_LOOSE = re.compile(r"\s@|@\s|@[^\s@()]{0,200}(?:\s+\.|\.\s+\S)|[^\s\"]\(|@[^\s@]{0,200}\(")
_LONGEST_NAME = 60
_STRAY = ' \t<>,;"\0'


def mailbox(written: str, name: str = "") -> Address:
    """Read one mailbox: lower-cased where it is one, kept as it came and UNKNOWN where it is not."""
    written = written.strip().removeprefix("mailto:")
    match = _MAILBOX.fullmatch(written.strip("<> "))
    if match:
        return Address(PointKind.EMAIL, match[0].rstrip(".").lower(), match[0], name)
    return Address(PointKind.UNKNOWN, written.casefold(), written, name)


def mailboxes(header: str, limit: int) -> list[Address]:
    """Read a header of addresses, still encoded, into at most `limit` mailboxes; what names nobody is left out."""
    found = _found(header, limit)
    if not found and "@" not in header and "=?" in header and "@" in (decoded := decode_words(header)):
        return _found(decoded, limit)  # some programs encode the address together with the name
    return found


def _found(header: str, limit: int) -> list[Address]:
    found: list[Address] = []
    before: list[str] = []
    for tokens in _entries(header):
        address = _entry(tokens)
        if address is None:
            before = _half_a_name(tokens)
            continue
        if before and address.name and any(token.startswith("<") for token in tokens):
            address = address._replace(name=f"{_name(before)}, {address.name}")
        before = []
        found.append(address)
        if len(found) >= limit:
            break
    return found


def _half_a_name(tokens: list[str]) -> list[str]:
    """Return what may be the family name of `Hale, Sam <…>`, which has a comma that nobody quoted."""
    text = "".join(tokens)
    return tokens if text.strip() and ":" not in text and len(text) < _LONGEST_NAME else []


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
        if token.startswith("<") and (written := _written(token)):
            return mailbox(written, _name(tokens))
    return _bare(tokens, text)


def _bare(tokens: list[str], text: str) -> Address:
    """Read an address without angles; what stands beside it, or in a comment, is a name."""
    bare = _GROUP.sub("", _QUOTED_GROUP.sub("", "".join(token for token in tokens if not token.startswith("("))))
    written = _written(bare) or _written(decode_words(bare))
    if not written:
        return Address(PointKind.UNKNOWN, text.strip().casefold(), text.strip())
    comment = next((token for token in tokens if token.startswith("(")), "")
    beside = bare.replace(written, " ", 1).strip(_STRAY) if written in bare else ""
    name = decode_words(comment.strip("() ")) or decode_words(beside, unquote=True)
    return mailbox(written, "" if "@" in name else name)


def _written(text: str) -> str:
    """Return the first mailbox in a text, also one with comments or blanks in it (RFC 5322, 4.4); empty if none."""
    if _IS_LOOSE.search(text) and not text.lstrip("< ").startswith('"'):
        text = _LOOSE.sub(r"\1", _COMMENT.sub("", text))
    match = _MAILBOX.search(text)
    return match[0] if match else ""


def _name(tokens: list[str]) -> str:
    words = [each for each in tokens if each.strip(">") and not each.startswith(("<", "("))]
    name = "".join(_ESCAPED.sub(r"\1", word[1:-1]) if word[:1] == '"' and len(word) > 1 else word for word in words)
    if not name.strip():
        name = next((token[1:].rstrip(")") for token in tokens if token.startswith("(")), "")
    return decode_words(_GROUP.sub("", name).strip(), unquote=True).strip()
