"""Planes: for each axis a table from its keys to the mask of the rules that could still match.

In a plane a rule has at most one literal in each slot; a second one on the same axis sits at the rule's own bit in a
second slot of that axis. A group (`any`) sits at the rule's bit in an inner plane whose slots are ORed instead of
ANDed, and so on in turn for groups inside groups: no normal form, and as many planes as the most crowded rule needs.
rules/unrolled.py turns a plane into the code that decides by it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, NamedTuple

from rules.axes import Axes, AxisKind
from rules.masks import mask_of, sweep
from rules.model import Op, Test
from rules.normal import Every, Literal, Node, Some

Table = tuple[int, dict[Any, int], int]
"""Of a slot of values: its axis, its mask for each value that is asked for (None when unknown), and for any other."""
Cells = tuple[int, int, list[int]]
"""Of a slot of cells: its axis, its mask when unknown, and for each cell."""
Members = tuple[int, int, int, dict[Any, int]]
"""Of a slot of sets: its axis, its masks when unknown and when empty, and which bits each member flips."""


class Place(NamedTuple):
    """Where a part of a rule stands in a plane; places sort as their rows do."""

    kind: AxisKind
    axis: int
    level: int
    """0 for the rule's first part on this axis, 1 for its second …"""


@dataclass(frozen=True, slots=True)
class Plane:
    """The slots and inner planes whose masks are ANDed (`every`) or ORed, starting from `start`."""

    every: bool
    start: int
    tables: tuple[Table, ...]
    lines: tuple[Cells, ...]
    sets: tuple[Members, ...]
    inner: "tuple[Plane, ...]"
    places: tuple[Place, ...]
    """Where the rows come from: those of the tables first, then of the lines, the sets and the inner planes."""


def rows(plane: Plane, keys: Sequence[Any]) -> list[int]:
    """The mask of each slot and inner plane for these keys; rules/unrolled.py has a quicker way to the same."""
    found = [table.get(keys[axis], other) for axis, table, other in plane.tables]
    found += [unknown if keys[axis] is None else cells[keys[axis]] for axis, unknown, cells in plane.lines]
    for axis, unknown, empty, flips in plane.sets:
        members = keys[axis]
        flipped = (flips.get(member, 0) for member in members or ())
        found.append(unknown if members is None else empty ^ reduce(or_, flipped, 0))
    return found + [holding(inner, rows(inner, keys)) for inner in plane.inner]


def holding(plane: Plane, found: Iterable[int]) -> int:
    """The mask of the rules whose part in this plane holds, given its rows."""
    return reduce(and_ if plane.every else or_, found, plane.start)


def size(plane: Plane) -> int:
    """How many rows there are in a plane and all those inside it."""
    return len(plane.places) + sum(map(size, plane.inner))


def build(axes: Axes, entries: Sequence[tuple[int, Every | Some]], full: int, *, every: bool) -> Plane:
    """The plane in which each of these rules has its part at its own bit; `full` is the mask of all rules."""
    slots: dict[Place, dict[int, Node]] = {}
    mine = mask_of(bit for bit, _ in entries)
    for bit, node in entries:
        for place, part in placed(axes, node):
            slots.setdefault(place, {})[bit] = part
    tables, lines, sets, inner = [], [], [], []
    for place, parts in sorted(slots.items()):
        default = full & ~mask_of(parts) if every else 0
        literals = {bit: part for bit, part in parts.items() if isinstance(part, Literal)}
        if place.kind is AxisKind.GROUP:
            groups = [(bit, part) for bit, part in parts.items() if isinstance(part, (Every, Some))]
            inner.append(build(axes, groups, full, every=not every))
        elif place.kind is AxisKind.SET:
            sets.append(_members(axes, place.axis, literals, default))
        elif place.kind is AxisKind.LINE:
            lines.append(_cells(axes, place.axis, literals, default))
        else:
            tables.append(_table(axes, place.axis, literals, default))
    start = mine if every else full & ~mine
    return Plane(every, start, tuple(tables), tuple(lines), tuple(sets), tuple(inner), tuple(sorted(slots)))


def placed(axes: Axes, node: Every | Some) -> Iterator[tuple[Place, Node]]:
    """Each part of a rule's node with its place: the first free slot of its axis, or the first free inner plane."""
    taken: Counter[int] = Counter()
    for part in node.parts:
        axis = axes.index(part.test) if isinstance(part, Literal) else -1
        kind = axes.kind(axis) if isinstance(part, Literal) else AxisKind.GROUP
        yield Place(kind, axis, taken[axis]), part
        taken[axis] += 1


def _table(axes: Axes, axis: int, literals: dict[int, Literal], default: int) -> Table:
    known, unknown = _ground(literals, default)
    masks: dict[Any, int] = {key: known ^ flips for key, flips in _flips(axes, literals).items()}
    return axis, masks | {None: unknown}, known


def _cells(axes: Axes, axis: int, literals: dict[int, Literal], default: int) -> Cells:
    known, unknown = _ground(literals, default)
    tests = {_what(literal.test): literal.test for literal in literals.values()}
    ranges = {what: axes.ranges(test) for what, test in tests.items()}
    return (
        axis,
        unknown,
        sweep(known, {bit: ranges[_what(each.test)] for bit, each in literals.items()}, axes.width(axis)),
    )


def _what(test: Test) -> tuple[object, ...]:
    """What a test asks, wherever it stands: many rules ask the same of the clock."""
    return test.field, test.op, test.operands


def _members(axes: Axes, axis: int, literals: dict[int, Literal], default: int) -> Members:
    known, unknown = _ground(literals, default)
    return axis, unknown, known, _flips(axes, literals)


def _ground(literals: dict[int, Literal], default: int) -> tuple[int, int]:
    """The masks before any value is looked at: of a known field negations hold, of an unknown one only `absent`."""
    known = default | mask_of(bit for bit, literal in literals.items() if literal.negated)
    absent = (bit for bit, literal in literals.items() if literal.test.op is Op.ABSENT and not literal.negated)
    return known, default | mask_of(absent)


def _flips(axes: Axes, literals: dict[int, Literal]) -> dict[Any, int]:
    """For each value that is asked for, the bits of those who ask: it makes them hold, or no longer hold.

    What the same rules ask for shares one mask: else the words of many rules would take room in the square of those.
    """
    asked: dict[Any, list[int]] = {}
    for bit, literal in literals.items():
        for value in axes.asked(literal.test):
            asked.setdefault(value, []).append(bit)
    masks = {bits: mask_of(bits) for bits in {*map(tuple, asked.values())}}
    return {value: masks[tuple(bits)] for value, bits in asked.items()}
