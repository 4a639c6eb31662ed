"""The reports by name: which figures each has, by which groups, as rows that a page or a command shows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from router.reports import figures
from router.reports.cases import Case
from router.reports.figures import Horizon, Share, Spread
from rules.landlord import Ruleset

EVERYTHING, UNKNOWN, NO_NEEDS = "all", "(not known)", "(no needs recorded)"
Cell = Share | Spread | int | str


@dataclass(frozen=True, slots=True)
class Report:
    """A report: what it is called and what it is for, and the figures of a group of cases by name."""

    name: str
    title: str
    figures: Callable[[Sequence[Case], Horizon], Mapping[str, Cell]]


def _first_contact(cases: Sequence[Case], horizon: Horizon) -> Mapping[str, Cell]:
    return {
        "enquiries": len(cases),
        "open": sum(1 for case in cases if case.resolved_at is None),
        "declared": figures.declared(cases),
        "single_contact": figures.single_contact(cases),
        "no_repeat": figures.no_repeat(cases, horizon),
    }


def _transfers(cases: Sequence[Case], horizon: Horizon) -> Mapping[str, Cell]:
    del horizon
    return {
        "enquiries": len(cases),
        "transfers": sum(len(case.moves) for case in cases),
        "transferred": figures.transferred(cases),
        "misrouted": figures.misrouted(cases),
        "resolved_elsewhere": figures.resolved_elsewhere(cases),
    }


def _times(cases: Sequence[Case], horizon: Horizon) -> Mapping[str, Cell]:
    del horizon
    return {"enquiries": len(cases), **figures.times(cases)}


def _promises(cases: Sequence[Case], horizon: Horizon) -> Mapping[str, Cell]:
    return {
        "enquiries": len(cases),
        "due_kept": figures.due_kept(cases, horizon.now),
        "calls_kept": figures.calls_kept(cases, horizon.now),
    }


REPORTS: Mapping[str, Report] = {
    report.name: report
    for report in (
        Report("first-contact", "How often people were helped at first contact", _first_contact),
        Report(
            "transfers",
            "How often enquiries changed their owner, and how often because the first was wrong",
            _transfers,
        ),
        Report("times", "How long it took to an owner, a colleague, a reply and a resolution", _times),
        Report("promises", "Which times and promised calls were kept", _promises),
    )
}

GROUPS = ("none", "team", "journey", "channel", "need", "moves")
"""What a report can be told apart by. `need` tells whether service is equal; `moves` is from which team to which."""


def rows(report: Report, by: str, cases: Iterable[Case], horizon: Horizon) -> list[dict[str, Any]]:
    """The rows of a report: one of everything first, then one a group, the largest first.

    A case with several needs, or several changes of owner, is in the group of each.
    """
    counted = list(cases)
    groups: dict[str, list[Case]] = {}
    for case in counted:
        for key in _GROUP[by](case):
            groups.setdefault(key, []).append(case)
    largest = sorted(groups, key=lambda key: (-len(groups[key]), key))
    whole = {"group": EVERYTHING, **report.figures(counted, horizon)}
    return [whole, *({"group": key, **report.figures(groups[key], horizon)} for key in largest)]


def counted(cases: Iterable[Case], ruleset: Ruleset) -> Iterable[Case]:
    """Those that count: not what turned out to be nothing for a landlord."""
    aside = {reason.key for reason in ruleset.resolutions.values() if not reason.counted}
    return (case for case in cases if not (case.state.resolution and case.state.resolution.how in aside))


def _needs(case: Case) -> Iterable[str]:
    if case.needs is None:
        return (UNKNOWN,)
    return case.needs or (NO_NEEDS,)


_GROUP: Mapping[str, Callable[[Case], Iterable[str]]] = {
    "none": lambda _: (),
    "team": lambda case: (case.team,),
    "journey": lambda case: (case.state.journey or UNKNOWN,),
    "channel": lambda case: (case.channel,),
    "need": _needs,
    "moves": lambda case: dict.fromkeys(f"{move.sender} -> {move.receiver}" for move in case.moves),
}


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
