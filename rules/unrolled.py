"""Deciding as straight-line code: functions made for each ruleset that read facts into keys, and weigh keys.

A decision is a dozen lookups and ANDs of some fifty nanoseconds each, so loops over the axes and slots cost more than
the work in them: written out, the same steps take half the time. The source consists of the plane's shape and of
numbers alone; masks and tables are handed to it by name, and nothing that a rule says stands in it. `rows` in
rules/planes.py says the same in loops, for a ruleset that has too many rows to be written out. For a field of values,
a set, a number, and a group of one table it reads:

    def judge(facts, at):
        k0, k1, k2, = map(facts.get, fields)
        if k2 is not None: k2 = cell(edges2, k2)
        r0 = get0(k0, other0)
        r1 = unknown1 if k2 is None else cells1[k2]
        flips = 0
        if k1:
            for member in k1: flips |= get2(member, 0)
        r2 = unknown2 if k1 is None else empty2 ^ flips
        r3 = get3(k0, other3)
        r4 = start4
        r4 |= r3
        fits = start
        fits &= r0
        fits &= r1
        fits &= r2
        fits &= r4
        first = fits & window or fits
        winner = (first & -first).bit_length() - 1
        return new(Verdict, ((r0, r1, r2, r4, ), fits, winner if winner < owners else -1))
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from rules.axes import Axes, Keys
from rules.masks import WINDOW, lowest
from rules.model import Facts
from rules.planes import Plane, holding, rows, size


class Verdict(NamedTuple):
    """What the masks say about one contact."""

    rows: tuple[int, ...]
    """The mask of each slot and group: the whole trail, for every rule."""
    fits: int
    """The rules that fit, owner and handling."""
    winner: int
    """The number of the first owner rule that fits, -1 where none does."""


_MOST = 500
"""Rows that are written out. A ruleset with more, which nobody writes by hand, is decided by loops: so the source, and
the memory that Python takes for it, keep within bounds whatever is uploaded."""


@dataclass(frozen=True, slots=True)
class Decider:
    """The functions of one ruleset; `at` is aware."""

    read: Callable[[Facts, datetime], Keys]
    """The keys of these facts at this moment."""
    weigh: Callable[[Keys], Verdict]
    """Which rules fit these keys."""
    judge: Callable[[Facts, datetime], Verdict]
    """Which rules fit these facts: both in one."""


def decider(axes: Axes, plane: Plane, owners: int) -> Decider:
    """The functions that decide by this plane; the first so many rules are owner rules."""
    draft = _Draft({"Verdict": Verdict, "new": tuple.__new__, "cell": bisect_right, "in_loops": _in_loops})
    keys = "".join(f"k{axis}, " for axis in range(len(axes.names)))
    reading = _reading(draft, axes)
    draft.given.update(plane=plane, start=plane.start, owners=owners, window=WINDOW)
    weighing = _weighing(draft, plane) if size(plane) <= _MOST else [f"return in_loops(plane, ({keys}), owners)"]
    return Decider(
        read=draft.function("facts, at", [*reading, f"return [{keys}]"]),
        weigh=draft.function("keys", [*([f"{keys}= keys"] if keys else []), *weighing]),
        judge=draft.function("facts, at", [*reading, *weighing]),
    )


def _in_loops(plane: Plane, keys: Sequence[Any], owners: int) -> Verdict:
    found = rows(plane, keys)
    fits = holding(plane, found)
    winner = lowest(fits)
    return Verdict(tuple(found), fits, winner if winner < owners else -1)


@dataclass(slots=True)
class _Draft:
    """What is handed to the functions by name, and how many rows there are."""

    given: dict[str, Any]
    rows: int = 0

    def row(self, **given: object) -> int:
        """The number of a new row, with what is handed to its lines by that number."""
        number = self.rows
        self.rows += 1
        self.given.update((f"{name}{number}", value) for name, value in given.items())
        return number

    def function(self, arguments: str, lines: list[str]) -> Callable[..., Any]:
        """The function of these lines."""
        source = "\n    ".join((f"def made({arguments}):", *lines))
        exec(compile(source, "<a ruleset>", "exec"), self.given)  # noqa: S102 - nothing of a rule stands in it
        made: Callable[..., Any] = self.given["made"]
        return made


def _reading(draft: _Draft, axes: Axes) -> list[str]:
    """The lines that make a key for each axis: a value, a cell, a set of what a text contains, or None if unknown."""
    names = (*axes.plain, *(name for name, _ in axes.numbers), *(name for name, _ in axes.texts))
    keys = "".join(f"k{axis}, " for axis in range(len(names)))
    draft.given["fields"] = names
    lines = [f"{keys}= map(facts.get, fields)"] if names else []
    for axis, (_, points) in enumerate(axes.numbers, len(axes.plain)):
        draft.given[f"edges{axis}"] = points.edges
        lines.append(f"if k{axis} is not None: k{axis} = cell(edges{axis}, k{axis})")
    for axis, (_, words) in enumerate(axes.texts, len(axes.plain) + len(axes.numbers)):
        draft.given[f"found{axis}"] = words.found
        lines.append(f"if k{axis} is not None: k{axis} = found{axis}(k{axis})")
    if axes.moments:
        draft.given["moment"] = axes.moments.read
        lines.append(", ".join(f"k{axis}" for axis in range(len(names), len(axes.names))) + " = moment(at)")
    return lines


def _weighing(draft: _Draft, plane: Plane) -> list[str]:
    """The lines from keys to a verdict."""
    lines: list[str] = []
    names = _rows(draft, lines, plane)
    return [
        *lines,
        "fits = start",
        *(f"fits &= {name}" for name in names),
        "first = fits & window or fits",
        "winner = (first & -first).bit_length() - 1",
        f"return new(Verdict, (({''.join(f'{name}, ' for name in names)}), fits, winner if winner < owners else -1))",
    ]


def _rows(draft: _Draft, lines: list[str], plane: Plane) -> list[str]:
    """Write down how each row of a plane is found; gives their names, in the order of the plane's places."""
    found = []
    for axis, table, other in plane.tables:
        number = draft.row(get=table.get, other=other)
        lines.append(f"r{number} = get{number}(k{axis}, other{number})")
        found.append(f"r{number}")
    for axis, unknown, cells in plane.lines:
        number = draft.row(unknown=unknown, cells=cells)
        lines.append(f"r{number} = unknown{number} if k{axis} is None else cells{number}[k{axis}]")
        found.append(f"r{number}")
    for axis, unknown, empty, flips in plane.sets:
        number = draft.row(get=flips.get, unknown=unknown, empty=empty)
        lines += [
            "flips = 0",
            f"if k{axis}:",
            f"    for member in k{axis}: flips |= get{number}(member, 0)",
            f"r{number} = unknown{number} if k{axis} is None else empty{number} ^ flips",
        ]
        found.append(f"r{number}")
    for inner in plane.inner:
        parts = _rows(draft, lines, inner)
        number = draft.row(start=inner.start)
        joins = "&" if inner.every else "|"
        lines += [f"r{number} = start{number}", *(f"r{number} {joins}= {part}" for part in parts)]
        found.append(f"r{number}")
    return found
