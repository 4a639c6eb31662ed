"""The HTML beside the plain text of an email: the same words, for every reader and every screen, and nothing else."""

import re
from collections.abc import Iterable
from html import escape
from typing import Final

LARGE_PRINT, PLAIN_TEXT = "large-print", "plain-text"
RIGHT_TO_LEFT: Final = frozenset({"ar", "ckb", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_LINK: Final = re.compile(r"https?://[^\s<>\"]{1,500}[^\s<>\".,;:!?)\]]")
_BLANK_LINES: Final = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_PAGE: Final = """<!doctype html>
<html lang="{lang}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body style="margin:0;padding:16px;background:#ffffff;color:#0b0c0c;font-family:Arial,sans-serif;\
font-size:{size};line-height:1.5">
<div style="max-width:40em;overflow-wrap:anywhere">
{paragraphs}
</div>
</body>
</html>
"""
_SIZES: Final = {True: "24px", False: "17px"}
"""18 points is what large print begins at; below 12 nothing is easy to read."""


def twin(text: str, title: str, language: str, formats: Iterable[str] = ()) -> str:
    """The page that says what a text says; `language` is a BCP 47 code, in `large-print` its letters are larger."""
    plain = text.replace("\r\n", "\n").strip("\n")
    paragraphs = [_paragraph(each) for each in _BLANK_LINES.split(plain) if each.strip()]
    return _PAGE.format(
        lang=escape(language),
        direction="rtl" if language.partition("-")[0].lower() in RIGHT_TO_LEFT else "ltr",
        title=escape(title),
        size=_SIZES[LARGE_PRINT in formats],
        paragraphs="\n".join(paragraphs),
    )


def _paragraph(text: str) -> str:
    lines = "<br>\n".join(_linked(line.strip()) for line in text.splitlines())
    return f'<p style="margin:0 0 1em;text-align:start">{lines}</p>'


def _linked(line: str) -> str:
    """A line with its web addresses as links, everything in it escaped."""
    pieces, end = [], 0
    for match in _LINK.finditer(line):
        address = escape(match[0])
        pieces += [escape(line[end : match.start()]), f'<a href="{address}">{address}</a>']
        end = match.end()
    return "".join((*pieces, escape(line[end:])))
