"""HTML of a mail, made fit to be looked at: no script, no style, no form, and nothing that is fetched from anywhere."""

import base64
import re
from collections.abc import Iterator
from typing import Final

import nh3

from channels.email_headers import raw_text
from channels.email_html import LONGEST
from channels.email_leaves import is_attached
from channels.email_mime import Part, read_tree
from channels.email_texts import html_of

POLICY: Final = (
    "default-src 'none'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none';"
    " sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""The Content-Security-Policy of a page that shows such HTML: what slipped through would still fetch nothing."""

_TAGS: Final = (
    {
        "a",
        "abbr",
        "address",
        "b",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
    }
    | {"div", "dl", "dt", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li", "ol", "p"}
    | {"pre", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th"}
    | {"thead", "tr", "tt", "u", "ul"}
)
_SIZED: Final = {"width", "height", "align", "valign", "bgcolor"}
_ATTRIBUTES: Final = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "font": {"color", "size", "face"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "type"},
    "table": _SIZED | {"border", "cellpadding", "cellspacing"},
    "td": _SIZED | {"colspan", "rowspan"},
    "th": _SIZED | {"colspan", "rowspan", "scope"},
    "tr": _SIZED,
    "div": {"align"},
    "p": {"align"},
}
_WITH_CONTENT: Final = {"script", "style", "title", "head", "template", "textarea", "svg", "math", "object", "iframe"}
_SCHEMES: Final = {"http", "https", "mailto", "tel", "data"}
_PICTURE: Final = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_LINK: Final = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)


_CID: Final = re.compile(r"""cid:\s*([^\s"'<>)]{1,300})""", re.IGNORECASE)
_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp"})
_MOST_PICTURES: Final = 3_000_000
"""Bytes of a mail's own pictures that are shown within its text."""


def shown(raw: bytes) -> str:
    """Return the HTML of a raw mail as `displayable` makes it, with its own pictures; empty where it has none."""
    parts = list(_parts(read_tree(raw)[0]))
    html = "\n".join(html_of(part, part.content()[0]) for part in parts if _is_html(part))
    pictures = _pictures(parts) if "cid:" in html.lower() else {}
    return displayable(_CID.sub(lambda match: pictures.get(match[1].replace("%40", "@").lower(), match[0]), html))


def has_html(raw: bytes) -> bool:
    """Return whether a raw mail has HTML that `shown` would make fit to be looked at."""
    return any(_is_html(part) for part in _parts(read_tree(raw)[0]))


def _parts(root: Part) -> Iterator[Part]:
    waiting = [root]
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(reversed(part.children))


def _is_html(part: Part) -> bool:
    return part.media_type == "text/html" and not part.children and not is_attached(part)


def _pictures(parts: list[Part]) -> dict[str, str]:
    """Return the mail's own pictures by their ids, as addresses that hold them."""
    found: dict[str, str] = {}
    room = _MOST_PICTURES
    for part in parts:
        content_id = raw_text(part.header("content-id")).strip("<> ").lower()
        if not content_id or part.media_type not in _PICTURES or part.end - part.start > 2 * room:
            continue
        content, _ = part.content()
        room -= len(content)
        if room < 0:
            break
        found[content_id] = f"data:{part.media_type};base64,{base64.b64encode(content).decode()}"
    return found


def displayable(html: str) -> str:
    """Return a mail's HTML without anything that acts or that tells its sender that it was read.

    Pictures from elsewhere show their description instead; links stay, and lead there without saying from where.
    """
    return nh3.clean(
        html[:LONGEST],
        tags=_TAGS,
        clean_content_tags=_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def _kept(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src":
        return value if _PICTURE.fullmatch(value.strip()) else None
    if attribute == "href":
        return value if tag == "a" and _LINK.match(value.strip()) else None
    return value
