"""How readable text is written out of HTML: with the line ends, blanks and signs of quotation that it is read with."""

import re
from html import unescape

_SPACES = re.compile(r"[ \t\r\n\f\xa0\u200b\u00ad]+")
_PADDING = re.compile(r"(?:[\u034f\u200b-\u200d\u2007\ufeff\u00ad][ \xa0]*){3,}")
"""Invisible letters in a row, with which newsletters fill up the line that a mailbox shows of them."""

_EMPTY_LINES = re.compile(r"\n{3,}")
_DEEPEST_QUOTE = 10
_MOST_QUOTES = 50
"""Quotations around a text that are looked at."""


class Writer:
    """What has been written so far, whether the next text needs a line or a space before it, and the open links."""

    __slots__ = ("absent", "all_of_it", "breaks", "links", "lists", "pieces", "preformatted", "quotes", "space", "was")

    def __init__(self, *, all_of_it: bool = False) -> None:
        self.all_of_it = all_of_it
        self.lists: list[int] = []
        self.quotes: list[bool] = []
        self.was = 0
        self.absent: set[str] = set()
        self.pieces: list[str] = []
        self.breaks = 0
        self.space = False
        self.preformatted = 0
        self.links: list[tuple[str, int]] = []

    def text(self, raw: str) -> None:
        """Write text between tags; white space counts once, and not at all beside a line's end."""
        if not raw:
            return
        text = unescape(raw) if "&" in raw else raw
        if not text.isascii():
            text = _PADDING.sub(" ", text)
        if self.preformatted:
            self._put(text.replace("\r\n", "\n"))
            return
        text = _SPACES.sub(" ", text)
        if text == " ":
            self.space = True
            return
        leading = text[0] == " " or self.space
        self._put(text.strip(" "), leading=leading)
        self.space = text[-1] == " "

    def _put(self, text: str, *, leading: bool = False) -> None:
        depth = min(sum(self.quotes[:_MOST_QUOTES]), _DEEPEST_QUOTE) if self.quotes else 0
        if depth or self.was:
            self._begin_quoted(depth, leading=leading)
            text = text.replace("\n", "\n" + ">" * depth + " ") if depth and "\n" in text else text
        elif self.pieces:
            self.pieces.append("\n" * self.breaks if self.breaks else " " * leading)
        self.breaks, self.space = 0, False
        self.pieces.append(text)

    def _begin_quoted(self, depth: int, *, leading: bool) -> None:
        """Begin a line with as many signs as there are quotations around it; an empty line has those of both sides."""
        sign = ">" * depth + " " * bool(depth)
        if self.pieces and not self.breaks:
            self.pieces.append(" " * leading)
        elif self.pieces:
            self.pieces.append("\n" + (">" * min(depth, self.was) + "\n") * (self.breaks - 1) + sign)
        else:
            self.pieces.append(sign)
        self.was = depth

    def find(self, html: str, sought: str, position: int) -> int:
        """Find what ends an element, whatever its case; what was once not there is not looked for again."""
        if sought in self.absent:
            return -1
        match = re.compile(re.escape(sought), re.IGNORECASE).search(html, position)
        if not match:
            self.absent.add(sought)
        return match.start() if match else -1

    def lines(self, count: int, *, more: bool = False) -> None:
        """Ask for so many line ends before what comes next; `more` adds them to those already asked for."""
        self.breaks = min(self.breaks + count if more else max(self.breaks, count), 2)

    def finished(self) -> str:
        """Return everything, without blanks at line ends and with at most one empty line in a row."""
        lines = "".join(self.pieces).split("\n")
        return _EMPTY_LINES.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip()
