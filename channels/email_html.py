"""HTML mail as readable text: one pass without a tree, linear in the input, whatever is wrong with it."""

import re
from html import unescape
from typing import Any

from channels.email_html_writer import Writer

LONGEST = 2_000_000
"""Characters of one HTML body that are read."""

_TAG = re.compile(r"/?([a-zA-Z][a-zA-Z0-9:]{0,30})")
_HREF = re.compile(r"""\bhref\s*=\s*("[^"]{0,2000}"|'[^']{0,2000}'|[^\s>"']{1,2000})""", re.IGNORECASE)
_ALT = re.compile(r"""\balt\s*=\s*("[^"]{0,500}"|'[^']{0,500}')""", re.IGNORECASE)
_QUOTED = re.compile(r"""\btype\s*=\s*["']?cite|\bclass\s*=\s*["'][^"']{0,200}quote|border-left\s*:""", re.IGNORECASE)
_HIDDEN = re.compile(
    r"""\bdisplay\s*:\s*none|\bvisibility\s*:\s*hidden|\bmax-height\s*:\s*0(?:px)?\s*(?:;|!|["'])|\s(?:hidden|hidden=""|hidden="hidden")\s*/?\Z""",
    re.IGNORECASE,
)
_START = re.compile(r"\bstart\s*=\s*[\"']?(\d{1,6})", re.IGNORECASE)
_SHOWN_LINKS = ("http://", "https://", "mailto:", "tel:")
_RAW = frozenset({"script", "style", "title", "template", "textarea", "noframes", "object", "xml", "svg", "iframe"})
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_RULE = "_" * 32
"""How Outlook writes a line across into a plain text."""

_FARTHEST = 50_000
"""Characters after which the end of a hidden element is not looked for any more: then it is shown."""

_MOST_UNENDED = 50
"""Elements without an end after which no more ends of hidden ones are looked for."""

_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dl", "pre", "blockquote", "hr"})
_LINES = frozenset(
    {"div", "br", "tr", "li", "section", "article", "header", "footer", "main", "nav", "aside", "address", "dt", "dd"}
    | {"form", "fieldset", "figure", "center", "caption"}
)
_LISTS = frozenset({"ul", "ol"})
_CELLS = frozenset({"td", "th"})


def readable(html: str) -> str:
    """Return the text of an HTML body: block elements as lines, cells side by side, links with their address.

    Lines of a quotation begin with `>`, as in a plain mail. What a reader does not see is left out, unless it is all.
    """
    html = html[:LONGEST]
    return _read(html, Writer()) or _read(html, Writer(all_of_it=True))


def _read(html: str, out: Writer) -> str:
    position = 0
    while True:
        opening = html.find("<", position)
        if opening < 0:
            out.text(html[position:])
            return out.finished()
        out.text(html[position:opening])
        position = _read_tag(html, opening, out)


def _read_tag(html: str, opening: int, out: Writer) -> int:
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
        return closing + 1
    if name in _RAW:
        return _after_raw(html, name, closing, out)
    attributes = html[match.end() : closing]
    after = _after_hidden(html, name, closing + 1, out) if _is_hidden(name, attributes, out) else 0
    if not after:
        _open(name, attributes, out)
    return after or closing + 1


def _is_hidden(name: str, attributes: str, out: Writer) -> bool:
    if not attributes or out.all_of_it or name in _VOID:
        return False
    return bool(_HIDDEN.search(attributes[:10_000]))


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


def _after_raw(html: str, name: str, closing: int, out: Writer) -> int:
    end = out.find(html, f"</{name}", closing)
    if end < 0:
        return closing + 1 if name in ("title", "object") else len(html)
    return _end_of_tag(html, end + len(name) + 2) + 1


def _after_hidden(html: str, name: str, position: int, out: Writer) -> int:
    """Return where what follows a hidden element begins, 0 where its end is not to be found, so that it is shown."""
    sought = f"hidden {name}"
    if sought in out.absent or len(out.absent) > _MOST_UNENDED:
        return 0
    depth = 1
    for match in re.compile(f"<(/?){name}(?=[\\s>/])", re.IGNORECASE).finditer(html, position, position + _FARTHEST):
        depth += -1 if match[1] else 1
        if not depth:
            return _end_of_tag(html, match.end()) + 1
    out.absent.add(sought)
    return 0


def _open(name: str, attributes: str, out: Writer) -> None:
    if name in _PARAGRAPHS:
        out.lines(1 if name in _LISTS and out.lists else 2)
        _open_paragraph(name, attributes, out)
    elif name == "br":
        out.lines(1, more=True)
    elif name in _LINES:
        out.lines(1)
        if name == "li":
            _open_item(out)
    elif name in _CELLS:
        out.space = True
    elif name == "a":
        out.links.append((_value(_HREF, attributes), len(out.pieces)))
    elif name == "img" and (alt := _value(_ALT, attributes).strip()):
        out.text(f" {alt} ")


def _open_paragraph(name: str, attributes: str, out: Writer) -> None:
    out.preformatted += name == "pre"
    if name == "blockquote":
        out.quotes.append(bool(_QUOTED.search(attributes)))
    elif name in _LISTS:
        start = _START.search(attributes) if name == "ol" else None
        out.lists.append(int(start[1]) if start else int(name == "ol"))
    elif name == "hr" and out.pieces:
        out.text(_RULE)
        out.lines(2)


def _open_item(out: Writer) -> None:
    number = out.lists[-1] if out.lists else 0
    out.text(f"{number}. " if number else "- ")
    if number:
        out.lists[-1] = number + 1


def _close(name: str, out: Writer) -> None:
    if name in _PARAGRAPHS:
        out.preformatted -= name == "pre" and out.preformatted > 0
        opened: list[Any] = out.quotes if name == "blockquote" else out.lists if name in _LISTS else []
        if opened:
            opened.pop()
        out.lines(1 if name in _LISTS and out.lists else 2)
    elif name in _LINES:
        out.lines(1)
    elif name in _CELLS:
        out.space = True
    elif name == "a" and out.links:
        _write_link(out)


def _write_link(out: Writer) -> None:
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
