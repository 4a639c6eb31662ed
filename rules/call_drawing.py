"""A landlord's call flow as text and as a picture: what each number and key leads to, and what else may be heard."""

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape

from rules.call_beside import beside
from rules.call_tree import Node, tree
from rules.landlord import Ruleset

_ROW, _COLUMN, _WIDTH, _HEIGHT, _LETTERS = 58, 300, 270, 44, 40
_FONT: Final = "font: 14px sans-serif"


def as_text(ruleset: Ruleset) -> str:
    """The flow as an indented list."""
    lines = [line for node in _all(ruleset) for line in _lines(node, 0)]
    flow = ruleset.calls
    if flow is not None:
        lines.append("No key, or twice one that leads nowhere: as the rules say.")
        lines.append(f"Whatever goes wrong: {flow.fallback_number}.")
    return "\n".join(lines)


def _all(ruleset: Ruleset) -> list[Node]:
    return [*tree(ruleset), *beside(ruleset)]


def _lines(node: Node, depth: int) -> Iterator[str]:
    arrow = f" -> {node.leads}" if node.leads else ""
    said = f": {node.says}" if node.says else ""
    yield f"{'    ' * depth}{node.key}{said}{arrow}"
    for each in node.after:
        yield from _lines(each, depth + 1)


def as_svg(ruleset: Ruleset) -> str:
    """The flow as a picture: a tree from left to right, with every text in it as text."""
    boxes: list[str] = []
    row = 0
    for node in _all(ruleset):
        row = _place(node, 0, row, boxes)
    width, height = _COLUMN * _deepest(_all(ruleset)) + 20, row * _ROW + 20
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img"><title>What callers hear</title>{"".join(boxes)}</svg>\n'
    )


def _deepest(nodes: "list[Node] | tuple[Node, ...]") -> int:
    return 1 + max((_deepest(node.after) for node in nodes), default=0) if nodes else 0


def _place(node: Node, depth: int, row: int, boxes: list[str]) -> int:
    """Draw a node and what comes after it from this row on; gives the next free row."""
    x, y, following = depth * _COLUMN + 10, row * _ROW + 10, row
    for each in node.after:
        child = following * _ROW + 10 + _HEIGHT // 2
        boxes.append(f'<path d="M{x + _WIDTH} {y + _HEIGHT // 2}H{x + _WIDTH + 12}V{child}H{x + _COLUMN}" '
                     'fill="none" stroke="#505a5f"/>')  # fmt: skip
        following = _place(each, depth + 1, following, boxes)
    said, leads = _short(f"{node.key}: {node.says}" if node.says else node.key), _short(node.leads)
    boxes.append(
        f'<g><title>{escape(node.says)}</title><rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="4" '
        f'fill="#fff" stroke="#0b0c0c"/><text x="{x + 8}" y="{y + 18}" style="{_FONT}">{escape(said)}</text>'
        f'<text x="{x + 8}" y="{y + 36}" style="{_FONT}" fill="#505a5f">{escape(leads)}</text></g>'
    )
    return max(following, row + 1)


def _short(text: str) -> str:
    return text if len(text) <= _LETTERS else text[: _LETTERS - 1] + "…"
