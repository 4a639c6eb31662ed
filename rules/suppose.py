"""What would have been decided had some conditions held: the keys changed just enough."""

from collections.abc import Iterable
from typing import Any

from rules.axes import Axes, Keys, Kind
from rules.masks import Ranges
from rules.model import Op
from rules.normal import Literal, Node, Some

_OTHER = "\0"
"""A value that no rule names."""


def suppose(axes: Axes, keys: Keys, conditions: Iterable[Node]) -> Keys | None:
    """The keys if these conditions held and all else stayed, None where we find no way."""
    changed = list(keys)
    return changed if all(_grant(axes, changed, condition) for condition in conditions) else None


def _grant(axes: Axes, keys: Keys, node: Node) -> bool:
    """Change the keys so that the condition holds, if that is possible; of a choice, its first way."""
    if isinstance(node, Literal):
        axis = axes.index(node.test)
        possible, key = _key(axes, axis, node, keys[axis])
        keys[axis] = key
        return possible
    parts = node.parts[:1] if isinstance(node, Some) else node.parts
    return all(_grant(axes, keys, part) for part in parts)


def _key(axes: Axes, axis: int, literal: Literal, now: Any) -> tuple[bool, Any]:
    """Whether there is a key on which the literal holds, and the one that is closest to what is known now."""
    kind, test = axes.kind(axis), literal.test
    if test.op is Op.ABSENT:
        return not literal.negated, None
    if kind is Kind.LINE:
        return _cell(axes.ranges(test), axes.width(axis), now or 0, negated=literal.negated)
    asked = axes.asked(test)
    if kind is Kind.SET:
        members = set(now or ())
        return True, members - set(asked) if literal.negated else members | set(asked[:1])
    return True, _OTHER if literal.negated else asked[0]


def _cell(ranges: Ranges, width: int, now: int, *, negated: bool) -> tuple[bool, int]:
    cells = {cell for start, stop in ranges for cell in range(start, stop)}
    wanted = [cell for cell in range(width) if (cell in cells) is not negated]
    return bool(wanted), min(wanted, key=lambda cell: abs(cell - now), default=now)
