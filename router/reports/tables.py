"""The reports by name: which figures each has, by which groups, as rows that a page or a command shows."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from router.reports import figures
from router.reports.figures import Share, Spread, spread_of

EVERYTHING, UNKNOWN, NO_NEEDS = "all", "(not known)", "(no needs recorded)"
Cell = Share | Spread | int | str


@dataclass(slots=True)
class Sums:
    """What was counted of some enquiries, or calls: numbers by name, and how often something took how long."""

    numbers: Counter[str] = field(default_factory=Counter)
    times: dict[str, Counter[float]] = field(default_factory=dict)

    def add(self, other: "Sums") -> None:
        """Add what was counted of others."""
        self.numbers.update(other.numbers)
        for name, counts in other.times.items():
            self.times.setdefault(name, Counter()).update(counts)

    def spread(self, name: str) -> Spread:
        """How long something took."""
        return spread_of(self.times.get(name, {}))


@dataclass(frozen=True, slots=True)
class Report:
    """A report: what it is called and what it is for, what is added up for it, and its figures by name."""

    name: str
    title: str
    figures: Callable[[Sums], Mapping[str, Cell]]
    numbers: tuple[str, ...] = ()
    times: tuple[str, ...] = ()


def _first_contact(sums: Sums) -> Mapping[str, Cell]:
    found, of = sums.numbers, sums.numbers["enquiries"]
    return {
        "enquiries": of,
        "open": of - found["resolved"],
        "declared": Share(found["declared"], of),
        "single_contact": Share(found["single"], of),
        "no_repeat": Share(found["unrepeated"], found["settled"], of - found["settled"]),
    }


def _transfers(sums: Sums) -> Mapping[str, Cell]:
    found, of = sums.numbers, sums.numbers["enquiries"]
    return {
        "enquiries": of,
        "transfers": found["transfers"],
        "transferred": Share(found["transferred"], of),
        "misrouted": Share(found["misrouted"], of),
        "resolved_elsewhere": Share(found["elsewhere"], found["resolved"]),
    }


def _times(sums: Sums) -> Mapping[str, Cell]:
    return {"enquiries": sums.numbers["enquiries"], **{name: sums.spread(name) for name in figures.TIMES}}


def _promises(sums: Sums) -> Mapping[str, Cell]:
    found = sums.numbers
    return {
        "enquiries": found["enquiries"],
        "due_kept": Share(found["due_kept"], found["due_of"]),
        "calls_kept": Share(found["calls_kept"], found["calls_of"]),
    }


REPORTS: Mapping[str, Report] = {
    report.name: report
    for report in (
        Report(
            "first-contact",
            "How often people were helped at first contact",
            _first_contact,
            numbers=("resolved", "declared", "single", "settled", "unrepeated"),
        ),
        Report(
            "transfers",
            "How often enquiries changed their owner, and how often because the first was wrong",
            _transfers,
            numbers=("resolved", "transfers", "transferred", "misrouted", "elsewhere"),
        ),
        Report(
            "times",
            "How long it took to an owner, a colleague, a reply and a resolution",
            _times,
            times=figures.TIMES,
        ),
        Report(
            "promises",
            "Which times and promised calls were kept",
            _promises,
            numbers=("due_kept", "due_of", "calls_kept", "calls_of"),
        ),
    )
}

GROUPS = ("none", "team", "journey", "channel", "need", "moves")
"""What a report can be told apart by. `need` tells whether service is equal; `moves` is from which team to which."""


def rows(report: Report, by: str, found: Mapping[str | None, Sums]) -> list[dict[str, Any]]:
    """The rows of a report: one of everything first, then one a group, the largest first.

    `found` has what was added up by what stands in the rows: an enquiry with several needs, or several changes of
    owner, is in the group of each.
    """
    whole, groups = told_apart(found, partial(groups_of, by))
    largest = sorted(groups, key=lambda key: (-groups[key].numbers["enquiries"], key))
    return [
        {"group": EVERYTHING, **report.figures(whole)},
        *({"group": key, **report.figures(groups[key])} for key in largest),
    ]


def told_apart(
    found: Mapping[str | None, Sums], groups_of: Callable[[str | None], Iterable[str]]
) -> tuple[Sums, dict[str, Sums]]:
    """Everything that was added up, and each group of it, by which groups what stands in the rows is in."""
    whole, groups = Sums(), dict[str, Sums]()
    for key, sums in found.items():
        whole.add(sums)
        for group in groups_of(key):
            groups.setdefault(group, Sums()).add(sums)
    return whole, groups


def groups_of(by: str, key: str | None) -> Iterable[str]:
    """The groups that an enquiry is in by what its row has."""
    match by:
        case "none":
            return ()
        case "need":
            return needs_of(key)
        case "moves":
            return json.loads(key or "[]")  # type: ignore[no-any-return]
    return (key or UNKNOWN,)


def needs_of(key: str | None) -> tuple[str, ...]:
    """The needs that a row has, as groups: also those who are not known, and those without any."""
    return (UNKNOWN,) if key is None else tuple(json.loads(key)) or (NO_NEEDS,)


def flat(row: Mapping[str, Any]) -> dict[str, str | int | float | None]:
    """A row with plain values alone, for CSV and JSON: a share as its count, whole and percent, a time in seconds."""
    plain: dict[str, str | int | float | None] = {}
    for name, cell in row.items():
        match cell:
            case Share(count, of, unsettled):
                plain |= {f"{name}_count": count, f"{name}_of": of, f"{name}_percent": cell.percent}
                plain |= {f"{name}_unsettled": unsettled} if unsettled else {}
            case Spread(count, p50, p90):
                plain |= {f"{name}_count": count, f"{name}_p50": p50, f"{name}_p90": p90}
            case _:
                plain[name] = cell
    return plain


def shown(cell: Cell) -> str:
    """A cell as people read it."""
    match cell:
        case Share(of=0, unsettled=0):
            return "-"
        case Share(count, of, unsettled):
            young = f", {unsettled} not settled yet" if unsettled else ""
            return f"{cell.percent:.0f}% ({count} of {of}{young})" if of else f"{unsettled} not settled yet"
        case Spread(count=0):
            return "-"
        case Spread(_, p50, p90):
            return f"{_long(p50)} (nine in ten {_long(p90)})"
    return str(cell) or "-"


_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def _long(seconds: float | None) -> str:
    for size, unit in _UNITS:
        if (seconds or 0) >= size:
            return f"{(seconds or 0) / size:.1f} {unit}"
    return f"{1000 * (seconds or 0):.0f} ms"
