"""What programs put around a number, taken off: what cannot be seen, encodings, hosts, display names."""

import re
import unicodedata
from urllib.parse import unquote

_WHATSAPP = re.compile(r"\+?(\d{7,15})(?::\d+)?@(?:s\.whatsapp\.net|c\.us)", re.IGNORECASE)
_DECIMALS = re.compile(r"(?<=\d{9})\.0$")
_ENCODED = re.compile(r"%(?:2[0B89D]|3B)", re.IGNORECASE)
_BRACKETED = re.compile(r"([^<]{0,200})<([^<>]{1,300})>.{0,200}", re.DOTALL)
_KEYCAP = re.compile("[\ufe0e\ufe0f\u20e3]")
_LETTERS = re.compile(r"[^\W\d_]")


def visible(raw: str) -> str:
    """The text without what cannot be seen, every sort of blank a space, digits and letters of any width the usual."""
    seen = "".join(" " if each.isspace() else each for each in raw if each.isspace() or each.isprintable())
    return _KEYCAP.sub("", unicodedata.normalize("NFKC", seen)).strip()


def undressed(text: str) -> str:
    """Take off what programs put on a number: a messenger's host, the encoding of an address, a table's decimals."""
    if whatsapp := _WHATSAPP.fullmatch(text):
        return f"+{whatsapp[1]}"
    text = unquote(text) if _ENCODED.search(text) else text
    return _DECIMALS.sub("", text)


def unbracketed(text: str) -> tuple[str, str]:
    """Split a display name from the address in angle brackets after it; the name is empty where there is none."""
    match = _BRACKETED.fullmatch(text)
    if not match:
        return "", text
    name = match[1].strip(" \"'").replace('\\"', '"')
    # A number as the name says nothing, or what the caller withheld.
    return (name if _LETTERS.search(name) else ""), match[2].strip()
