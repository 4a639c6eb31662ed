"""Marks of quotes that more than one line shows: names before lines, enclosures, and what stands behind a reply."""

import re
from collections import Counter
from collections.abc import Iterator

from channels import quote_attributions

_LONGEST = 400
_NAMED = re.compile(r"[ \t]{0,4}([^\W\d_][\w.'’ -]{1,30})>(?=[ \t]|\Z)")
_OPENS = re.compile(r">{2,8}[ \t]{0,4}(?P<who>[^<>\s].{0,200}?)[ \t]{0,4}>{2,8}[ \t]*\Z|>{4,20}[ \t]*\Z")
_CLOSES = re.compile(r"<{2,20}[ \t]{0,4}(?P<who>.{0,200}?)[ \t]{0,4}<{0,8}[ \t]*\Z")
_DATED = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{2,4}|\d{1,2}:\d{2}")
_BEHIND = re.compile(
    r"(?<=[\w.!?,;)…])[ \t]{1,6}(?=(?:On|Am|Le|El|Il|Em|Op|Dnia|Den) [^\W\d_]{2,12}[.,]{1,2} ?[^\W\d_]{0,12}\.? ?\d)"
)


def apart(lines: list[str]) -> list[str]:
    """Give an attribution that stands on the line of the reply before it a line of its own."""
    return [piece for line in lines for piece in (_pieces(line) if line.endswith(":") else (line,))]


def _pieces(line: str) -> Iterator[str]:
    match = _BEHIND.search(line) if len(line) <= _LONGEST else None
    if match and quote_attributions.is_attribution(line[match.end() :], followed=False):
        yield line[: match.start()]
        yield line[match.end() :]
    else:
        yield line


def named_quotes(lines: list[str], marked: list[int]) -> list[int]:
    """Return which of the marked lines have a name of several words before the mark: that of at least two lines."""
    found = [(index, match[1]) for index in marked if (match := _NAMED.match(lines[index]))]
    often = Counter(name for _, name in found)
    return [index for index, name in found if often[name] > 1]


def enclosures(lines: list[str]) -> tuple[list[int], list[int]]:
    """Return the lines that open what somebody answers between marks (`>>> Sam >>>`), and those of closed enclosures.

    What opens without being closed counts where it names an address or a time.
    """
    opened: list[int] = []
    enclosed: list[int] = []
    start, who = -1, ""
    for index, line in enumerate(lines):
        if line[:2] == ">>" and (match := _OPENS.match(line[:_LONGEST])):
            start, who = index, match["who"] or ""
            if "@" in who or _DATED.search(who):
                opened.append(index)
        elif start >= 0 and line[:2] == "<<" and (closed := _CLOSES.match(line[:_LONGEST])) and closed["who"] == who:
            enclosed.extend(range(start, index + 1))
            opened = [each for each in opened if each < start]
            start = -1
    return opened, enclosed
