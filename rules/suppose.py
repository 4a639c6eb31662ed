"""What would have had to be so for a rule to fit: the keys changed just enough, and the tests that changed them."""

from collections.abc import Iterable, Iterator
from typing import Any

from rules.axes import Axes, AxisKind, Keys
from rules.masks import Ranges
from rules.model import Op
from rules.normal import Every, Literal, Node

_OTHER = "\0"
"""A value that no rule names."""


def suppose(axes: Axes, keys: Keys, conditions: Iterable[Node]) -> tuple[Keys, list[Literal]] | None:
    """The keys if these conditions held and all else stayed, with what had to change; None where we find no way."""
    changed, needed = list(keys), []
    for literal in _literals(conditions):
        axis = axes.index(literal.test)
        possible, key = _key(axes, axis, literal, changed[axis])
        if not possible:
            return None
        if key != changed[axis]:
            needed.append(literal)
        changed[axis] = key
    return changed, needed


def _literals(nodes: Iterable[Node]) -> Iterator[Literal]:
    """The tests that would make these conditions hold; of a choice, its first way."""
    for node in nodes:
        if isinstance(node, Literal):
            yield node
        else:
            yield from _literals(node.parts if isinstance(node, Every) else node.parts[:1])


def _key(axes: Axes, axis: int, literal: Literal, now: Any) -> tuple[bool, Any]:
    """Whether there is a key on which the literal holds, and the one that is closest to what is known now."""
    kind, test = axes.kind(axis), literal.test
    if test.op is Op.ABSENT:
        return not literal.negated, None
    if kind is AxisKind.LINE:
        return _cell(axes.ranges(test), axes.width(axis), now or 0, negated=literal.negated)
    asked = axes.asked(test)
    if kind is AxisKind.SET:
        return True, _members(set(now or ()), asked, negated=literal.negated)
    if literal.negated:
        return True, _OTHER if now is None or now in asked else now
    return True, now if now in asked else asked[0]


def _members(now: set[Any], asked: tuple[Any, ...], *, negated: bool) -> set[Any]:
    if negated:
        return now - set(asked)
    return now if now & set(asked) else now | {asked[0]}


def _cell(ranges: Ranges, width: int, now: int, *, negated: bool) -> tuple[bool, int]:
    cells = {cell for start, stop in ranges for cell in range(start, stop)}
    wanted = [cell for cell in range(width) if (cell in cells) is not negated]
    return bool(wanted), min(wanted, key=lambda cell: abs(cell - now), default=now)
