"""A landlord's call flow as text and as a picture: what each number and each key leads to."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

from rules.call_flow import DOT, MESSAGE, menu_at
from rules.landlord import CallFlow, Entry, Menu, MenuOption, Ruleset

_ROW, _COLUMN, _WIDTH, _HEIGHT, _LETTERS = 58, 300, 270, 44, 40
_FONT: Final = "font: 14px sans-serif"


class Node(NamedTuple):
    """One thing that a caller comes to, and what comes after it by key."""

    key: str
    says: str
    leads: str
    after: "tuple[Node, ...]"


def tree(ruleset: Ruleset) -> list[Node]:
    """What can be reached, from each number on that stands for something of its own, the rest of them together."""
    flow = ruleset.calls
    if flow is None:
        return []
    listed = [number for number in flow.numbers if number not in flow.entries]
    starts = ([(", ".join(listed), listed[0], Entry())] if listed else []) + [
        (number, number, entry) for number, entry in flow.entries.items()
    ]
    return [_start(ruleset, flow, shown, number, entry) for shown, number, entry in starts]


def _start(ruleset: Ruleset, flow: CallFlow, shown: str, number: str, entry: Entry) -> Node:
    menu = menu_at(flow, number, "")
    says = entry.greeting or flow.greeting
    return Node(shown, says, _goes_to(ruleset, entry), _keys(ruleset, flow, number, "", menu))


def _keys(ruleset: Ruleset, flow: CallFlow, number: str, path: str, menu: Menu | None) -> tuple[Node, ...]:
    found = []
    for option in menu.options if menu else ():
        further = f"{path}{DOT}{option.key}" if path else option.key
        below = menu_at(flow, number, further) if option.menu else None
        after = _keys(ruleset, flow, number, further, below)
        found.append(Node(option.key, option.says, _goes_to(ruleset, option, below), after))
    return tuple(found)


def _goes_to(ruleset: Ruleset, what: Entry | MenuOption, menu: Menu | None = None) -> str:
    if isinstance(what, MenuOption) and what.voicemail:
        whose = _goes_to(ruleset, replace(what, voicemail=False))
        return f"a message after the tone{whose and f', {whose}'}"
    if what.journey:
        journey = ruleset.journeys[what.journey]
        return f"{journey.name}, {ruleset.teams[journey.team].name}"
    if what.team:
        return ruleset.teams[what.team].name
    if isinstance(what, MenuOption) and what.information:
        return f"“{what.information}”, then a person by 0"
    return menu.says if menu else ""


def as_text(ruleset: Ruleset) -> str:
    """The flow as an indented list."""
    lines = [line for node in tree(ruleset) for line in _lines(node, 0)]
    flow = ruleset.calls
    if flow is not None:
        lines.append("No key, or twice one that leads nowhere: as the rules say.")
        lines += _voicemail(flow)
        lines.append(f"Whatever goes wrong: {flow.fallback_number}.")
    return "\n".join(lines)


def _voicemail(flow: CallFlow) -> Iterator[str]:
    if flow.voicemail is None:
        return
    whose = f" of {', '.join(flow.voicemail.teams)}" if flow.voicemail.teams else ""
    if "closed" in flow.voicemail.when:
        yield f"Who rings a closed team{whose}: a message after the tone."
    if "waiting" in flow.voicemail.when:
        yield f"Who has waited{whose} for {flow.voicemail.after_minutes} minutes: {MESSAGE}, a message after the tone."
    if urgent := flow.voicemail.emergency:
        yield f"Before the tone and during the message: {urgent.key}, {urgent.journey}."


def _lines(node: Node, depth: int) -> Iterator[str]:
    arrow = f" -> {node.leads}" if node.leads else ""
    yield f"{'    ' * depth}{node.key}: {node.says}{arrow}"
    for each in node.after:
        yield from _lines(each, depth + 1)


def as_svg(ruleset: Ruleset) -> str:
    """The flow as a picture: a tree from left to right, with every text in it as text."""
    boxes: list[str] = []
    row = 0
    for node in tree(ruleset):
        row = _place(node, 0, row, boxes)
    width, height = _COLUMN * _deepest(tree(ruleset)) + 20, row * _ROW + 20
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
    said, leads = _short(f"{node.key}: {node.says}"), _short(node.leads)
    boxes.append(
        f'<g><title>{escape(node.says)}</title><rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="4" '
        f'fill="#fff" stroke="#0b0c0c"/><text x="{x + 8}" y="{y + 18}" style="{_FONT}">{escape(said)}</text>'
        f'<text x="{x + 8}" y="{y + 36}" style="{_FONT}" fill="#505a5f">{escape(leads)}</text></g>'
    )
    return max(following, row + 1)


def _short(text: str) -> str:
    return text if len(text) <= _LETTERS else text[: _LETTERS - 1] + "…"
