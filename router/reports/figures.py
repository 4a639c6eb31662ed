"""The figures, each a share or a spread over some cases, with its definition beside it."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles

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


@dataclass(frozen=True, slots=True)
class Horizon:
    """What a figure is measured against: now, when a contact's cohort is settled, and everybody's contacts."""

    now: datetime
    settles: Callable[[datetime], datetime]
    """The moment up to which a further contact is a repeat of one received at this moment."""
    contacts: Mapping[tuple[str, str], Sequence[datetime]]


def declared(cases: Iterable[Case]) -> Share:
    """Resolved at first contact as the colleague said; reopening takes it away for good."""
    return _share(cases, lambda case: case.declared and case.resolved_at is not None and not case.state.reopened)


def single_contact(cases: Iterable[Case]) -> Share:
    """Closed with exactly one contact, and without a transfer."""
    return _share(cases, _is_single)


def _is_single(case: Case) -> bool:
    untouched = not case.moves and not case.state.reopened
    return case.resolved_at is not None and len(case.unasked) == 1 and untouched


def no_repeat(cases: Iterable[Case], horizon: Horizon) -> Share:
    """Nothing more from the customer about the journey in time; cohorts younger than that are not counted yet."""
    settled = repeated = unsettled = 0
    for case in cases:
        until = horizon.settles(case.received_at)
        if until > horizon.now:
            unsettled += 1
            continue
        settled += 1
        repeated += _has_repeat(case, until, horizon)
    return Share(settled - repeated, settled, unsettled)


def _has_repeat(case: Case, until: datetime, horizon: Horizon) -> bool:
    first = case.contacts[0]
    times = horizon.contacts.get(first.matter, ()) if first.matter else [each.at for each in case.contacts]
    asked = {contact.at for contact in case.contacts if contact.asked_for}
    after_first = times[bisect_right(times, first.at) : bisect_right(times, until)]
    return any(at not in asked for at in after_first)


def transferred(cases: Iterable[Case]) -> Share:
    """Passed on at least once."""
    return _share(cases, lambda case: bool(case.moves))


def misrouted(cases: Iterable[Case]) -> Share:
    """Passed on because its first owner was wrong."""
    return _share(cases, lambda case: any(move.misroute for move in case.moves))


def resolved_elsewhere(cases: Iterable[Case]) -> Share:
    """Of what is resolved: by another team than the rules had chosen."""
    ended = [case for case in cases if case.resolved_at is not None]
    return _share(ended, lambda case: case.team != case.routed_team)


def times(cases: Iterable[Case]) -> Mapping[str, Spread]:
    """How long it took until there was an owner, a colleague, a reply and a resolution."""
    cases = list(cases)
    ends: Mapping[str, Callable[[Case], datetime | None]] = {
        "to_owner": lambda case: case.opened_at,
        "to_colleague": lambda case: case.taken_at,
        "to_reply": lambda case: case.replied_at,
        "to_resolution": lambda case: case.resolved_at,
    }
    return {name: _spread((case.received_at, end(case)) for case in cases) for name, end in ends.items()}


def due_kept(cases: Iterable[Case], now: datetime) -> Share:
    """Timescales kept, of those that are over one way or the other."""
    kept = of = 0
    for case in cases:
        over = [name for name, at in case.state.due.items() if case.resolved_at or datetime.fromisoformat(at) <= now]
        names = case.missed.union(over)
        of += len(names)
        kept += len(names - case.missed)
    return Share(kept, of)


def calls_kept(cases: Iterable[Case], now: datetime) -> Share:
    """Promised calls made in time, of those whose time is over."""
    promises = [promise for case in cases for promise in case.promises]
    over = [each for each in promises if each.ends <= now or each.settled_at]
    return Share(sum(1 for each in over if each.settled_at and each.settled_at <= each.ends), len(over))


def _share(cases: Iterable[Case], fits: Callable[[Case], bool]) -> Share:
    found = [fits(case) for case in cases]
    return Share(sum(found), len(found))


def _spread(stretches: Iterable[tuple[datetime, datetime | None]]) -> Spread:
    return spread_of(max(end - start, timedelta()).total_seconds() for start, end in stretches if end is not None)


def spread_of(seconds: Iterable[float]) -> Spread:
    """How these times in seconds are spread."""
    seconds = sorted(seconds)
    if not seconds:
        return Spread(0, None, None)
    if len(seconds) == 1:
        return Spread(1, seconds[0], seconds[0])
    tenths = quantiles(seconds, n=10, method="inclusive")
    return Spread(len(seconds), tenths[4], tenths[8])
