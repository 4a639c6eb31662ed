"""Masks: whole numbers of any size with one bit for each rule, and sorted lines whose cells point to them."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf, nextafter

Ranges = tuple[tuple[int, int], ...]
"""Cells in which a test holds, as half-open ranges that are sorted and do not touch."""


def mask_of(bits: Iterable[int]) -> int:
    """The mask with these bits, built in bytes: setting them one at a time would copy the number each time."""
    data = bytearray()
    for bit in bits:
        if bit >> 3 >= len(data):
            data.extend(bytes((bit >> 3) - len(data) + 1))
        data[bit >> 3] |= 1 << (bit & 7)
    return int.from_bytes(data, "little")


def bits_of(mask: int) -> Iterator[int]:
    """The bits that are set, lowest first."""
    base = 0
    for byte in mask.to_bytes((mask.bit_length() + 7) // 8, "little"):
        for offset in range(8 if byte else 0):
            if byte >> offset & 1:
                yield base + offset
        base += 8


WINDOW = (1 << 512) - 1
"""Where the lowest bit is looked for first: negating a mask of 20,000 bits takes longer than all else in a decision."""


def lowest(mask: int) -> int:
    """The lowest bit that is set, -1 where none is."""
    first = mask & WINDOW or mask
    return (first & -first).bit_length() - 1


@dataclass(frozen=True, slots=True)
class Line:
    """A sorted line of thresholds: cells 2k+1 are the thresholds themselves, cells 2k the gaps before them."""

    points: tuple[float, ...]
    edges: tuple[float, ...] = field(init=False, repr=False, compare=False)
    """Where each cell but the first begins: a threshold, then the next number above it, so that one search will do."""

    def __post_init__(self) -> None:
        edges = tuple(edge for point in self.points for edge in (point, nextafter(point, inf)))
        object.__setattr__(self, "edges", edges)

    @property
    def width(self) -> int:
        """How many cells there are."""
        return 2 * len(self.points) + 1

    def cell(self, value: float) -> int:
        """The cell that a value falls in."""
        return bisect_right(self.edges, value)

    def at_least(self, low: float) -> Ranges:
        """The cells of values not below this threshold."""
        return ((self.cell(low), self.width),)

    def below(self, high: float) -> Ranges:
        """The cells of values below this threshold."""
        return ((0, self.cell(high)),) if self.cell(high) else ()

    def between(self, low: float, high: float, *, wraps: bool) -> Ranges:
        """The cells from one threshold to the other, both included; past the end to the start where that wraps."""
        start, stop = self.cell(low), self.cell(high) + 1
        if low <= high:
            return ((start, stop),)
        return union(((0, stop), (start, self.width))) if wraps else ()

    def equal(self, values: Iterable[float]) -> Ranges:
        """The cells of these thresholds."""
        return union((self.cell(value), self.cell(value) + 1) for value in values)


def line(points: Iterable[float]) -> Line:
    """The line through these thresholds, in any order and number."""
    return Line(tuple(sorted(set(points))))


def union(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The same cells, sorted, with ranges that overlap or touch made one."""
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        elif start < stop:
            merged.append((start, stop))
    return tuple(merged)


def sweep(start: int, ranges: Mapping[int, Ranges], width: int) -> list[int]:
    """The mask of each cell: `start` with the bits flipped whose ranges the cell lies in."""
    flips: dict[int, list[int]] = {}
    for bit, spans in ranges.items():
        for span in spans:
            for edge in span:
                flips.setdefault(edge, []).append(bit)
    masks: list[int] = []
    current = start
    for cell in range(width):
        if cell in flips:
            current ^= mask_of(flips[cell])
        masks.append(current)
    return masks
