"""The axes of a ruleset: one key for each field that its rules ask for, and which keys each test asks for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeVar

from rules.clock import Calendar
from rules.fields import FIELDS, FieldType
from rules.landlord import Ruleset
from rules.masks import Line, Ranges, line
from rules.model import Op, Test
from rules.moments import AXIS, Moments, moments, ordered
from rules.scan import Scanner, scanner

Keys = list[Any]
"""One key for each axis: a value, a cell's number, a set of values, or None where the field is unknown."""

_Axis = TypeVar("_Axis", Line, Scanner)

_SETS = frozenset(name for name, field in FIELDS.items() if field.type is FieldType.SET)
_ORDER = frozenset({Op.AT_LEAST, Op.BELOW, Op.BETWEEN})
_WORDS = frozenset({Op.MENTIONS, Op.MATCHES})


class AxisKind(IntEnum):
    """How a key becomes a mask; the rows of a plane stand in this order."""

    VALUE = 0
    """The key is the value itself."""
    LINE = 1
    """The key is the number of a cell."""
    SET = 2
    """The key is a set: several values at once."""
    GROUP = 3
    """No axis at all: the mask of an inner plane."""


@dataclass(frozen=True, slots=True)
class Axes:
    """Every field that the rules ask for, in the order of the keys."""

    names: tuple[str, ...]
    """Values and sets first, then numbers, then texts, then the three of the moment, if any are asked for."""
    plain: tuple[str, ...]
    numbers: tuple[tuple[str, Line], ...]
    texts: tuple[tuple[str, Scanner], ...]
    moments: Moments | None
    places: Mapping[str, int]
    """Where each field stands among the names."""

    def index(self, test: Test) -> int:
        """The place of a test's axis among the keys."""
        return self.places[AXIS.get(test.field, test.field)]

    def kind(self, axis: int) -> AxisKind:
        """How this axis turns a key into a mask."""
        if axis < len(self.plain):
            return AxisKind.SET if self.names[axis] in _SETS else AxisKind.VALUE
        return AxisKind.SET if self._is_text(axis) else AxisKind.LINE

    def width(self, axis: int) -> int:
        """How many cells a line has."""
        number = axis - len(self.plain)
        if number < len(self.numbers):
            return self.numbers[number][1].width
        return self.moments.width(self.names[axis]) if self.moments else 0

    def ranges(self, test: Test) -> Ranges:
        """The cells of a line in which the test holds; none for `absent`, which is no cell."""
        if test.op is Op.ABSENT:
            return ()
        if self.moments and test.field in AXIS:
            return self.moments.ranges(test)
        values: list[Any] = list(test.operands)
        return ordered(self._of(self.numbers, test), test.op, values)

    def asked(self, test: Test) -> tuple[Any, ...]:
        """The values or members that the test asks for, any of which satisfies it; none for `absent`."""
        if test.op is Op.ABSENT:
            return ()
        return self._of(self.texts, test).asked(test) if self._is_text(self.index(test)) else test.operands

    def _of(self, axes: tuple[tuple[str, _Axis], ...], test: Test) -> _Axis:
        return next(axis for name, axis in axes if name == test.field)

    def _is_text(self, axis: int) -> bool:
        return 0 <= axis - len(self.plain) - len(self.numbers) < len(self.texts)


def axes(ruleset: Ruleset, calendar: Calendar, tests: Iterable[Test]) -> Axes:
    """The axes that these tests need."""
    tests = list(tests)
    ops: dict[str, set[Op]] = {}
    for test in tests:
        ops.setdefault(test.field, set()).add(test.op)
    numbers = [name for name in sorted(ops) if name not in AXIS and ops[name] & _ORDER]
    texts = [name for name in sorted(ops) if ops[name] & _WORDS]
    timed = [test for test in tests if test.field in AXIS]
    plain = tuple(name for name in sorted(ops) if name not in (*numbers, *texts, *AXIS))
    overlooked = ruleset.landlord.overlooked
    names = (*plain, *numbers, *texts, *(("clock", "season", "date") if timed else ()))
    return Axes(
        names=names,
        plain=plain,
        numbers=tuple((name, line(_thresholds(tests, name))) for name in numbers),
        texts=tuple((name, scanner((test for test in tests if test.field == name), overlooked)) for name in texts),
        moments=moments(ruleset, calendar, timed) if timed else None,
        places={name: place for place, name in enumerate(names)},
    )


def _thresholds(tests: Iterable[Test], name: str) -> Iterable[Any]:
    return (operand for test in tests if test.field == name and test.op is not Op.ABSENT for operand in test.operands)
