"""Which parts of a mail count, and in which order: of alternatives the one to read, with what is attached beside it."""

import re
from collections.abc import Iterator
from typing import Final

from channels.email_charsets import decode_bytes
from channels.email_mime import Part
from channels.email_params import parameters
from channels.email_transfer import decode

_ENOUGH: Final = 8_000
"""Bytes of an alternative that are looked at to see whether it says anything."""

_NOTHING: Final = " \t\r\n\f\v\xa0\u200b\u200c\u200d\u2060\ufeff\xad"
_STUB: Final = 400
"""Characters of a text that may do no more than ask for a program that shows HTML."""
_ASKS_FOR_HTML: Final = re.compile(
    r"\bhtml\b.{0,80}\b(?:e?-?mail|viewer|client|reader|browser|format|version|capable|compatible|enabled|support)"
    r"|\b(?:view|see|read|display|show|support|enable).{0,80}\bhtml\b",
    re.IGNORECASE | re.DOTALL,
)
_BETTER: Final = ("text/plain", "text/html", "multipart/", "text/enriched", "text/richtext")
_NEVER_READ: Final = frozenset({"text/x-amp-html", "text/watch-html", "text/x-watch-html"})


def leaves(root: Part) -> Iterator[tuple[Part, Part | None]]:
    """Yield the parts that count, in order, each with the multipart that it stands in."""
    waiting: list[tuple[Part, Part | None]] = [(root, None)]
    while waiting:
        part, parent = waiting.pop()
        if not part.media_type.startswith("multipart/"):
            yield part, parent
        elif part.media_type == "multipart/alternative":
            waiting.extend((each, part) for each in reversed(_chosen(part)))
        else:
            waiting.extend((each, part) for each in reversed(part.children))


def is_attached(part: Part) -> bool:
    """Whether a part is a file, and no text of the mail itself."""
    disposition, params = parameters(part.header("content-disposition"))
    return disposition == "attachment" or bool(params.get("filename") or part.params.get("name"))


def disposition_of(part: Part) -> str:
    """Return what a part says of how it is to be shown: `inline`, `attachment` or nothing."""
    return parameters(part.header("content-disposition"))[0]


def _chosen(part: Part) -> list[Part]:
    """Choose the plain text of the alternatives where it says anything, else the HTML; attachments among them stay.

    A plain text that only asks for a program that shows HTML says nothing.
    """
    read = [each for each in part.children if each.media_type.startswith(_BETTER) and not is_attached(each)]
    others = [each for each in part.children if not any(each is one for one in read) and not _is_unread(each)]
    plain = [each for each in read if each.media_type == "text/plain"]
    if said := [each for each in plain if _says(each)]:
        nested = (each for each in read if each.media_type.startswith("multipart/"))
        beside = [leaf for each in nested for leaf, _ in leaves(each) if _is_file(leaf)]
        return [*said, *others, *beside]
    rich = [each for each in read if each.media_type.startswith(("text/html", "multipart/"))]
    return (rich[-1:] or read[-1:]) + others


def _is_unread(part: Part) -> bool:
    return part.media_type in _NEVER_READ and not is_attached(part)


def _is_file(part: Part) -> bool:
    return is_attached(part) or not part.media_type.startswith("text/")


def _says(part: Part) -> bool:
    raw, _ = decode(
        part.raw[part.start : min(part.end, part.start + _ENOUGH)], part.header("content-transfer-encoding")
    )
    text = decode_bytes(raw, part.params.get("charset", ""))[0].strip(_NOTHING)
    return bool(text) and not (len(text) < _STUB and _ASKS_FOR_HTML.search(text))
