"""Forms: URL-encoded, decoded without losing a byte, so that a signature over them can be checked, or in parts."""

from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import unquote_to_bytes


def read_form(raw: bytes) -> dict[str, list[str]]:
    """Decode a URL-encoded body or query string into every value of each field, in the order they came.

    Bytes that are not UTF-8 become lone surrogates: what encodes them again with `surrogateescape` gets them back.
    """
    fields: dict[str, list[str]] = {}
    text = raw.replace(b"+", b" ").decode("ascii", "surrogateescape")
    plain = text.isascii()
    for pair in text.split("&"):
        name, equals, value = pair.partition("=")
        if not plain or "%" in pair:
            name, value = _decode(name), _decode(value)
        if name in fields:
            fields[name].append(value)
        elif name or equals:
            fields[name] = [value]
    return fields


def read_parts(content_type: str, body: bytes) -> dict[str, list[str]]:
    """Read the fields of a multipart/form-data body in the order they came, without files and what has no name."""
    head = b"Content-Type: " + content_type.encode("ascii", "replace").translate(None, b"\r\n")
    whole = BytesParser(policy=HTTP).parsebytes(head + b"\r\n\r\n" + body)
    fields: dict[str, list[str]] = {}
    for part in whole.iter_parts() if whole.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes) and part.get_filename() is None:
            fields.setdefault(name, []).append(content.decode("utf-8", "surrogateescape"))
    return fields


def _decode(text: str) -> str:
    if "%" not in text and text.isascii():
        return text
    return unquote_to_bytes(text.encode("ascii", "surrogateescape")).decode("utf-8", "surrogateescape")
