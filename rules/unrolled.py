"""A plane as straight-line code: one function for each ruleset that turns keys into a verdict.

A decision is a dozen lookups and ANDs of some fifty nanoseconds each, so a loop over the slots costs more than the work
in it: written out, the same steps take half the time. The source consists of the plane's shape and of numbers alone;
masks and tables are handed to it by name, and nothing that a rule says stands in it. For a table, a set, and a group
of one table it reads:

    def weigh(keys):
        k0, k1, = keys
        r0 = get0(k0, other0)
        flips = 0
        for member in k1 or (): flips |= get1(member, 0)
        r1 = unknown1 if k1 is None else empty1 ^ flips
        r2 = get2(k0, other2)
        r3 = start3
        r3 |= r2
        fits = start
        fits &= r0
        fits &= r1
        fits &= r3
        winner = (fits & -fits).bit_length() - 1
        return new(Verdict, ((r0, r1, r3, ), fits, winner if winner < owners else -1))
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rules.axes import Keys
from rules.planes import Plane


class Verdict(NamedTuple):
    """What the masks say about one contact."""

    rows: tuple[int, ...]
    """The mask of each slot and group: the whole trail, for every rule."""
    fits: int
    """The rules that fit, owner and handling."""
    winner: int
    """The number of the first owner rule that fits, -1 where none does."""


Weigh = Callable[[Keys], Verdict]
"""Which rules fit these keys."""


@dataclass(slots=True)
class _Draft:
    """The function while it is written: its lines, what is handed to them, and how many rows there are."""

    lines: list[str]
    given: dict[str, Any] = field(default_factory=dict)
    count: int = 0

    def row(self, **given: object) -> int:
        """The number of a new row, with what is handed to its lines by that number."""
        number = self.count
        self.count += 1
        self.given.update((f"{name}{number}", value) for name, value in given.items())
        return number


def unrolled(plane: Plane, axes: int, owners: int) -> Weigh:
    """The function that decides by this plane, over so many axes; the first so many rules are owner rules."""
    draft = _Draft([f"{''.join(f'k{axis}, ' for axis in range(axes))}= keys"] if axes else [])
    rows = _rows(draft, plane)
    draft.lines += [
        "fits = start",
        *(f"fits &= {row}" for row in rows),
        "winner = (fits & -fits).bit_length() - 1",
        f"return new(Verdict, (({''.join(f'{row}, ' for row in rows)}), fits, winner if winner < owners else -1))",
    ]
    names = draft.given | {"start": plane.start, "owners": owners, "new": tuple.__new__, "Verdict": Verdict}
    source = "\n    ".join(("def weigh(keys):", *draft.lines))
    exec(compile(source, "<the masks of a ruleset>", "exec"), names)  # noqa: S102 - shape and numbers alone, see above
    weigh: Weigh = names["weigh"]
    return weigh


def _rows(draft: _Draft, plane: Plane) -> list[str]:
    """Write down how each row of a plane is found; gives their names, in the order of the plane's places."""
    found = []
    for axis, table, other in plane.tables:
        number = draft.row(get=table.get, other=other)
        draft.lines.append(f"r{number} = get{number}(k{axis}, other{number})")
        found.append(f"r{number}")
    for axis, unknown, empty, flips in plane.sets:
        number = draft.row(get=flips.get, unknown=unknown, empty=empty)
        draft.lines += [
            "flips = 0",
            f"for member in k{axis} or (): flips |= get{number}(member, 0)",
            f"r{number} = unknown{number} if k{axis} is None else empty{number} ^ flips",
        ]
        found.append(f"r{number}")
    for inner in plane.inner:
        parts = _rows(draft, inner)
        number = draft.row(start=inner.start)
        joins = "&" if inner.every else "|"
        draft.lines += [f"r{number} = start{number}", *(f"r{number} {joins}= {part}" for part in parts)]
        found.append(f"r{number}")
    return found
