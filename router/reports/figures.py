"""The figures of one enquiry, each with its definition, and shares and spreads of many."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from router.reports.cases import Case

DEFINITIONS: Mapping[str, str] = {
    "declared": "The colleague who resolved the enquiry said that it was at first contact, and it was never reopened.",
    "single_contact": "Resolved with exactly one contact by the customer, no transfer, and never reopened.",
    "no_repeat": (
        "The customer did not get in touch again about the same journey, on any channel, within {days} working days"
        " of the first contact."
    ),
    "transferred": "Another team became the owner at least once.",
    "misrouted": "A colleague passed it on because its first owner was wrong.",
    "resolved_elsewhere": "The team that resolved it is another than the rules had chosen.",
    "to_owner": "From the first contact's receipt until a team owned the enquiry.",
    "to_colleague": "From the first contact's receipt until a colleague took it.",
    "to_reply": "From the first contact's receipt until a colleague replied or reached the customer by phone.",
    "to_resolution": "From the first contact's receipt until it was resolved.",
    "due_kept": "Timescales that were over, or whose enquiry was resolved, and that had not run out before.",
    "calls_kept": "Promised calls whose time is over, and that were made within it.",
}
"""What each figure counts. Left out of all: automatic replies, bounces, what was not for us; contacts that we had asked
for count as no contact. A cohort is the enquiries opened in a period, those still open included."""

Kept = tuple[int, int]
"""So many kept, of so many."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; `unsettled` more are too young to be counted yet."""

    count: int
    of: int
    unsettled: int = 0

    @property
    def percent(self) -> float | None:
        """The share in percent, None of nothing."""
        return round(100 * self.count / self.of, 1) if self.of else None


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took, in seconds: half and nine tenths of the cases in which it happened took no longer."""

    count: int
    p50: float | None
    p90: float | None


def declared(case: Case) -> bool:
    """Resolved at first contact as the colleague said; reopening takes it away for good."""
    return case.declared and case.resolved_at is not None and not case.state.reopened


def single_contact(case: Case) -> bool:
    """Closed with exactly one contact, and without a transfer."""
    untouched = not case.moves and not case.state.reopened
    return case.resolved_at is not None and len(case.unasked) == 1 and untouched


def misrouted(case: Case) -> bool:
    """Passed on because its first owner was wrong."""
    return any(move.misroute for move in case.moves)


def resolved_elsewhere(case: Case) -> bool:
    """Resolved by another team than the rules had chosen."""
    return case.resolved_at is not None and case.team != case.routed_team


_ENDS: Mapping[str, Callable[[Case], datetime | None]] = {
    "to_owner": lambda case: case.opened_at,
    "to_colleague": lambda case: case.taken_at,
    "to_reply": lambda case: case.replied_at,
    "to_resolution": lambda case: case.resolved_at,
}
TIMES = tuple(_ENDS)


def times(case: Case) -> Mapping[str, float | None]:
    """How many seconds it took until there was an owner, a colleague, a reply and a resolution."""
    return {name: _seconds(case.received_at, end(case)) for name, end in _ENDS.items()}


def _seconds(start: datetime, end: datetime | None) -> float | None:
    """To three figures, as nobody reads more: so that a year's are a few thousand different ones."""
    return None if end is None else float(f"{max(end - start, timedelta()).total_seconds():.3g}")


def due_kept(case: Case, now: datetime) -> Kept:
    """Timescales kept, of those that are over one way or the other."""
    over = [name for name, at in case.state.due.items() if case.resolved_at or datetime.fromisoformat(at) <= now]
    names = case.missed.union(over)
    return len(names - case.missed), len(names)


def calls_kept(case: Case, now: datetime) -> Kept:
    """Promised calls made in time, of those whose time is over."""
    over = [each for each in case.promises if each.ends <= now or each.settled_at]
    return sum(1 for each in over if each.settled_at and each.settled_at <= each.ends), len(over)


def changes_at(case: Case, now: datetime) -> datetime | None:
    """When these become others although nothing happens, if they do."""
    due = [] if case.resolved_at else [datetime.fromisoformat(at) for at in case.state.due.values()]
    owed = [each.ends for each in case.promises if each.settled_at is None]
    return min((at for at in (*due, *owed) if at > now), default=None)


def spread_of(counts: Mapping[float, int]) -> Spread:
    """How times are spread, of which each was taken so many times."""
    count = sum(counts.values())
    ordered = sorted(counts.items())
    if not ordered:
        return Spread(0, None, None)
    return Spread(count, _tenth(ordered, count, 5), _tenth(ordered, count, 9))


def _tenth(ordered: list[tuple[float, int]], count: int, tenths: int) -> float:
    """The value that so many tenths do not exceed, between two in proportion, as `statistics.quantiles` has it."""
    place, part = divmod(tenths * (count - 1), 10)
    low = _at(ordered, place)
    return low if not part else (low * (10 - part) + _at(ordered, place + 1) * part) / 10


def _at(ordered: list[tuple[float, int]], place: int) -> float:
    for value, times in ordered:
        place -= times
        if place < 0:
            return float(value)
    raise IndexError(place)
