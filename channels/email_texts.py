"""The text of one part as a person reads it: decoded, unfolded, and out of HTML, rich text or a calendar."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from channels.bounds import TEXT
from channels.email_charsets import decode_bytes, known_charset
from channels.email_html import readable
from channels.email_mime import Part
from channels.email_rtf import rtf_text
from channels.email_signed import without_armour

MOST_BYTES: Final = 8 * TEXT
"""Bytes of one text part that are decoded: beyond, nothing of it would be kept."""

ENRICHED: Final = frozenset({"text/enriched", "text/richtext"})
READ: Final = frozenset({"text/plain", "text/html", "text/markdown", "text/x-markdown"}) | ENRICHED
RICH: Final = frozenset({"text/rtf", "application/rtf", "text/x-rtf", "application/x-rtf"})

_META: Final = re.compile(rb"""<meta\b[^>]{0,300}?charset\s*=\s*["']?\s*([a-z0-9_:.-]{2,40})""", re.IGNORECASE)
_XML: Final = re.compile(rb"""\A\s*<\?xml[^>]{0,200}encoding\s*=\s*["']([a-z0-9_:.-]{2,40})""", re.IGNORECASE)
_HTML: Final = re.compile(r"\A\s*(?:<!doctype\s+html|<html|<head|<body)\b", re.IGNORECASE)
_TAG: Final = re.compile(r"<(?:[a-z!/?])", re.IGNORECASE)
_ENRICHED_TAG: Final = re.compile(r"<(/?)([a-z-]{1,60})>", re.IGNORECASE)
_PARAM: Final = re.compile(r"<param>.{0,200}?</param>", re.IGNORECASE | re.DOTALL)
_CALENDAR: Final = ("SUMMARY", "DTSTART", "LOCATION", "DESCRIPTION")
_CALENDAR_LINE: Final = re.compile(r"([A-Z-]{1,40})(?:;[^:\n]{0,300})?:(.*)")
_CALENDAR_TIME: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})\d{2}(Z?))?")


def text_of(part: Part, raw: bytes, marks: list[str]) -> str:
    """Return the text of a part whose transfer encoding is undone; what was odd about it goes into `marks`."""
    if len(raw) > MOST_BYTES:
        marks.append("text-cut")
        raw = raw[:MOST_BYTES]
    text, guessed = decode_bytes(raw, _charset(part, raw))
    if guessed:
        marks.append("charset-guessed")
    if part.media_type in RICH or text.startswith("{\\rtf"):
        return rtf_text(raw.decode("latin-1"))
    if part.media_type in ENRICHED:
        return _unenriched(text)
    if part.media_type == "text/calendar":
        return _calendar_text(text)
    if part.media_type == "text/html" or _HTML.match(text):
        return readable(text) if _TAG.search(text) else unescape(text).replace("\r\n", "\n").strip()
    return _plain(part, text.replace("\r\n", "\n"), marks)


def html_of(part: Part, raw: bytes) -> str:
    """Return the HTML of a part as text, to a limit."""
    return decode_bytes(raw[:MOST_BYTES], _charset(part, raw))[0]


def _plain(part: Part, text: str, marks: list[str]) -> str:
    if part.params.get("format", "").lower() == "flowed":
        text = _unflowed(text, delete=part.params.get("delsp", "").lower() == "yes")
    text, armour = without_armour(text)
    if armour:
        marks.append(armour)
    return text.strip("\n\r\t \0\ufeff")


def _charset(part: Part, raw: bytes) -> str:
    """Return the declared charset; of HTML that declares none in its header, the one that it names in itself."""
    declared = part.params.get("charset", "")
    if part.media_type != "text/html" or known_charset(declared) not in (None, "ascii"):
        return declared
    match = _META.search(raw[:4_000]) or _XML.match(raw[:400])
    return match[1].decode("ascii") if match else declared


def _unflowed(text: str, *, delete: bool) -> str:
    """Join the soft line ends of flowed text (RFC 3676); quoted lines stay as they are."""
    out: list[str] = []
    soft = False
    for line in text.split("\n"):
        unstuffed = line.removeprefix(" ")
        if soft and not line.startswith(">"):
            out[-1] = (out[-1][:-1] if delete else out[-1]) + unstuffed
        else:
            out.append(unstuffed)
        soft = unstuffed.endswith(" ") and unstuffed != "-- " and not line.startswith(">")
    return "\n".join(out)


def _unenriched(text: str) -> str:
    """Take the commands of text/enriched (RFC 1896) out: a lone line end is a blank, two and more are one less."""
    text = _PARAM.sub("", text.replace("\r\n", "\n"))
    text = re.sub(r"\n(\n*)", lambda match: match[1] or " ", text)
    text = text.replace("<<", "\0")
    text = _ENRICHED_TAG.sub(lambda match: "\n" if match[2].lower() in ("paragraph", "nl") else "", text)
    return text.replace("\0", "<").strip()


def _calendar_text(text: str) -> str:
    """Return what an invitation is about: its title, time, place and description, a line each."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    found: dict[str, str] = {}
    for name, value in _calendar_lines(unfolded):
        found.setdefault(name, value)
    return "\n".join(found[name] for name in _CALENDAR if found.get(name))


def _calendar_lines(text: str) -> Iterator[tuple[str, str]]:
    inside = False
    for line in text.splitlines():
        inside = line.startswith("BEGIN:VEVENT") or (inside and not line.startswith("END:VEVENT"))
        match = _CALENDAR_LINE.match(line)
        if inside and match and match[1] in _CALENDAR:
            value = re.sub(r"\\([nN,;\\])", lambda escaped: "\n" if escaped[1] in "nN" else escaped[1], match[2])
            when = _CALENDAR_TIME.fullmatch(value.strip()) if match[1] == "DTSTART" else None
            yield match[1], _spoken_time(when) if when else value.strip()


def _spoken_time(when: re.Match[str]) -> str:
    day = f"{when[1]}-{when[2]}-{when[3]}"
    return f"{day} {when[4]}:{when[5]}{' UTC' if when[6] else ''}" if when[4] else day
