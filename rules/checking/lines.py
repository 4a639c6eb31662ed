"""What is counted or measured as statements: for each threshold that a rule names, whether it has been reached."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from math import ceil, floor
from typing import Final

from rules.checking.axes import Choice
from rules.checking.clauses import FALSE, TRUE, Clauses, Model
from rules.model import FactValue, Op, Test

Threshold = tuple[float, bool]
"""A point of a line; with True just above it."""

NUMBERS: Final[Mapping[str, tuple[float, float]]] = {"confidence": (0, 1)}
"""The ends of what is measured; every other number counts something."""


class Line:
    """Something that is measured: a statement for each threshold that it has reached."""

    def __init__(self, clauses: Clauses, thresholds: Iterable[float], low: float, high: float) -> None:
        """Between these ends, both included; only thresholds inside of them make a difference."""
        self.low, self.high = low, high
        self.points = sorted({each for each in thresholds if low < each <= high})
        self._reached = {each: clauses.new() for each in self.points}
        clauses.ordered(list(self._reached.values()))

    def reached(self, threshold: float) -> int:
        """The statement that the value is not below this threshold."""
        if threshold <= self.low:
            return TRUE
        return FALSE if threshold > self.high else self._reached[threshold]

    def cell(self, model: Model) -> tuple[float, float]:
        """The stretch that a model's value lies in: its first value, and the threshold that it has not reached."""
        after = self.count(model)
        start = self.points[after - 1] if after else self.low
        return start, self.points[after] if after < len(self.points) else self.high + 1

    def count(self, model: Model) -> int:
        """How many of the thresholds a model's value has reached."""
        return bisect_left(self.points, True, key=lambda each: not model.holds(self._reached[each]))


class Whole:
    """A field that counts something: whole numbers from nought."""

    def __init__(self, clauses: Clauses, tests: Iterable[Test], known: int) -> None:
        """Cut at the thresholds of these tests."""
        self.known = known
        self._clauses = clauses
        self._line = Line(clauses, (each for test in tests for bounds in _whole(test) for each in bounds), 0, 10**9)

    def holds(self, test: Test) -> int:
        """The number lies in one of the test's ranges."""
        reached, every = self._line.reached, self._clauses.every
        ranges = (every((reached(first), -reached(after))) for first, after in _whole(test))
        return every((self.known, self._clauses.some(ranges)))

    def plain(self) -> Iterator[Choice]:
        """A number as small as can be."""
        yield from ((-self._line.reached(each),) for each in self._line.points)

    def value(self, model: Model) -> FactValue | None:
        """The smallest number that fits."""
        return int(self._line.cell(model)[0]) if model.holds(self.known) else None


def _whole(test: Test) -> list[tuple[int, int]]:
    """The ranges of whole numbers in which a test holds, ends excluded."""
    values = [float(each) for each in test.operands]
    match test.op:
        case Op.AT_LEAST:
            return [(ceil(values[0]), 10**9 + 1)]
        case Op.BELOW:
            return [(0, ceil(values[0]))]
        case Op.BETWEEN:
            return [(ceil(values[0]), floor(values[1]) + 1)]
        case _:
            return [(int(each), int(each) + 1) for each in values if each.is_integer()]


class Measured:
    """A field that is any number between two ends, both included."""

    def __init__(self, clauses: Clauses, tests: Iterable[Test], known: int, low: float, high: float) -> None:
        """Cut at, and just above, the thresholds of these tests."""
        self.known = known
        self._clauses = clauses
        self._low, self._high = low, high
        points = {float(each) for test in tests if test.op is not Op.ABSENT for each in test.operands}
        self._cuts = cuts = sorted(cut for point in points for cut in ((point, False), (point, True)))
        self._reached: dict[Threshold, int] = {cut: self._fixed(cut) or clauses.new() for cut in cuts}
        clauses.ordered(list(self._reached.values()))

    def _fixed(self, cut: Threshold) -> int:
        """The constant that a cut at or beyond an end is; 0 for one that is open."""
        point, above = cut
        if point < self._low or (point == self._low and not above):
            return TRUE
        return FALSE if point > self._high or (point == self._high and above) else 0

    def holds(self, test: Test) -> int:
        """The number lies where the test says."""
        return self._clauses.every((self.known, self._within(test)))

    def _within(self, test: Test) -> int:
        at = [self._reached[float(each), False] for each in test.operands]
        above = [self._reached[float(each), True] for each in test.operands]
        match test.op:
            case Op.AT_LEAST:
                return at[0]
            case Op.BELOW:
                return -at[0]
            case Op.BETWEEN:
                return self._clauses.every((at[0], -above[1]))
            case _:
                pairs = zip(at, above, strict=True)
                return self._clauses.some(self._clauses.every((one, -other)) for one, other in pairs)

    def plain(self) -> Iterator[Choice]:
        """Anything is as plain as anything else."""
        yield from ()

    def value(self, model: Model) -> FactValue | None:
        """A point itself, or the middle between two."""
        if not model.holds(self.known):
            return None
        cuts = self._cuts
        count = bisect_left(cuts, True, key=lambda cut: not model.holds(self._reached[cut]))
        start, above = cuts[count - 1] if count else (self._low, False)
        end = cuts[count][0] if count < len(cuts) else self._high
        return (max(start, self._low) + min(end, self._high)) / 2 if above else max(start, self._low)
