"""HTML mail as readable text: one pass without a tree, linear in the input, whatever is wrong with it."""

import re
from collections.abc import Iterator
from html import unescape

LONGEST = 2_000_000
"""Characters of one HTML body that are read."""

_TAG = re.compile(r"/?([a-zA-Z][a-zA-Z0-9:]{0,30})")
_HREF = re.compile(r"""\bhref\s*=\s*("[^"]{0,2000}"|'[^']{0,2000}'|[^\s>"']{1,2000})""", re.IGNORECASE)
_ALT = re.compile(r"""\balt\s*=\s*("[^"]{0,500}"|'[^']{0,500}')""", re.IGNORECASE)
_QUOTED = re.compile(
    r"""\b(?:type\s*=\s*["']?cite|class\s*=\s*["']?[^"'>]{0,200}quote|style\s*=\s*["'][^"'>]{0,500}border-left)""",
    re.IGNORECASE,
)
"""What tells a block that quotes another mail from one that is only indented."""
_DEEPEST = 10
_BEGIN_QUOTE, _END_QUOTE = "\x0e", "\x0f"
_SPACES = re.compile(r"[ \t\r\n\f\xa0\u200b\u00ad]+")
_EMPTY_LINES = re.compile(r"\n{3,}")
_SHOWN_LINKS = ("http://", "https://", "mailto:", "tel:")
_RAW = frozenset({"script", "style", "title", "template", "textarea", "noframes", "object"})
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dl", "pre", "blockquote", "hr"})
_LINES = frozenset(
    {"div", "br", "tr", "li", "section", "article", "header", "footer", "main", "nav", "aside", "address", "dt", "dd"}
    | {"form", "fieldset", "figure", "center", "caption"}
)
_CELLS = frozenset({"td", "th"})


def readable(html: str) -> str:
    """Return the text of an HTML body: block elements as lines, cells side by side, links with their address."""
    out = _Writer()
    html = html[:LONGEST]
    position = 0
    while True:
        opening = html.find("<", position)
        if opening < 0:
            out.text(html[position:])
            return out.finished()
        out.text(html[position:opening])
        position = _read_tag(html, opening, out)


class _Writer:
    """What has been written so far, whether the next text needs a line or a space before it, and the open links."""

    __slots__ = ("absent", "blocks", "breaks", "links", "pieces", "preformatted", "quoting", "space")

    def __init__(self) -> None:
        self.absent: set[str] = set()
        self.pieces: list[str] = []
        self.breaks = 0
        self.space = False
        self.preformatted = 0
        self.links: list[tuple[str, int]] = []
        self.blocks: list[bool] = []
        self.quoting = False

    def text(self, raw: str) -> None:
        """Write text between tags; white space counts once, and not at all beside a line's end."""
        if not raw:
            return
        text = unescape(raw) if "&" in raw else raw
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
        if self.pieces:
            self.pieces.append("\n" * self.breaks if self.breaks else " " * leading)
        self.breaks, self.space = 0, False
        self.pieces.append(text)

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

    def open_block(self, *, quoted: bool) -> None:
        """Begin a block; what is in a quoted one gets a mark before each line."""
        self.blocks.append(quoted)
        if quoted:
            self.quoting = True
            self._put(_BEGIN_QUOTE)

    def close_block(self) -> None:
        """End the innermost block."""
        if self.blocks and self.blocks.pop():
            self.pieces.append(_END_QUOTE)

    def finished(self) -> str:
        """Return everything, without blanks at line ends and with at most one empty line in a row."""
        text = "".join(self.pieces)
        text = _EMPTY_LINES.sub("\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()
        return "\n".join(_with_marks(text)).strip() if self.quoting else text


def _with_marks(text: str) -> Iterator[str]:
    """Yield the lines, those of quoted blocks with a `>` for each block that they stand in."""
    depth = 0
    for line in text.split("\n"):
        depth += line.count(_BEGIN_QUOTE)
        bare = line.replace(_BEGIN_QUOTE, "").replace(_END_QUOTE, "")
        if not bare and _BEGIN_QUOTE in line and _END_QUOTE not in line:
            continue
        marks = ">" * min(depth, _DEEPEST)
        yield f"{marks} {bare}" if marks and bare else marks or bare
        depth = max(depth - line.count(_END_QUOTE), 0)


def _read_tag(html: str, opening: int, out: _Writer) -> int:
    """Read what begins with this `<` and return where what follows it begins."""
    if html.startswith("<!--", opening):
        closing = out.find(html, "-->", opening)
        # A comment that never ends: what is in it is shown rather than lost.
        return closing + 3 if closing >= 0 else opening + 4
    match = _TAG.match(html, opening + 1)
    if not match:
        if html.startswith(("<!", "<?"), opening):
            closing = html.find(">", opening, opening + 5_000)
            return closing + 1 if closing >= 0 else opening + 2
        out.text("<")
        return opening + 1
    closing = _end_of_tag(html, match.end())
    name = match[1].lower()
    if html[opening + 1] == "/":
        _close(name, out)
    elif name in _RAW:
        return _after_raw(html, name, closing, out)
    else:
        _open(name, html[match.end() : closing], out)
    return closing + 1


def _end_of_tag(html: str, position: int) -> int:
    """Return where the tag's `>` stands, not counting one within quotes; the end of the text if there is none."""
    closing = html.find(">", position)
    if closing < 0:
        return len(html)
    for quote in ('"', "'"):
        if html.count(quote, position, closing) % 2:
            end = html.find(quote, closing, closing + 2_000)
            further = html.find(">", end, end + 2_000) if end >= 0 else -1
            return further if further >= 0 else closing
    return closing


def _after_raw(html: str, name: str, closing: int, out: _Writer) -> int:
    end = out.find(html, f"</{name}", closing)
    if end < 0:
        return closing + 1 if name in ("title", "object") else len(html)
    return _end_of_tag(html, end + len(name) + 2) + 1


def _open(name: str, attributes: str, out: _Writer) -> None:
    if name in _PARAGRAPHS:
        out.lines(2)
        out.preformatted += name == "pre"
        if name == "blockquote":
            out.open_block(quoted=bool(_QUOTED.search(attributes[:2_000])))
    elif name == "br":
        out.lines(1, more=True)
    elif name in _LINES:
        out.lines(1)
        if name == "li":
            out.text("- ")
    elif name in _CELLS:
        out.space = True
    elif name == "a":
        out.links.append((_value(_HREF, attributes), len(out.pieces)))
    elif name == "img" and (alt := _value(_ALT, attributes).strip()):
        out.text(f" {alt} ")


def _close(name: str, out: _Writer) -> None:
    if name in _PARAGRAPHS:
        if name == "blockquote":
            out.close_block()
        out.lines(2)
        out.preformatted -= name == "pre" and out.preformatted > 0
    elif name in _LINES:
        out.lines(1)
    elif name in _CELLS:
        out.space = True
    elif name == "a" and out.links:
        _write_link(out)


def _write_link(out: _Writer) -> None:
    """Add where a link leads, unless its text says so itself."""
    target, begun = out.links.pop()
    if not target.lower().startswith(_SHOWN_LINKS):
        return
    said = "".join(out.pieces[begun:][:20]).strip()
    bare = target.partition(":")[2].lstrip("/").rstrip("/")
    if bare and bare.partition("?")[0] not in said:
        out.text(f" ({target.strip()})" if said else f" {target.strip()}")


def _value(pattern: re.Pattern[str], attributes: str) -> str:
    match = pattern.search(attributes[:10_000])
    return unescape(match[1].strip("\"'")).strip() if match else ""
