"""Rows of what reports count: one of each enquiry and one of each call, from their history alone."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from router.live import LiveRuleset
from router.reports import figures
from router.reports.calls import Call
from router.reports.cases import Case, Contact, case_of
from router.store.rows import Row
from rules.clock import Calendar

FORMAT: Final = 1
"""To be raised whenever the same history would lead to other rows: then all of them are made anew."""

Settles = Callable[[datetime], datetime]
"""The moment up to which a further contact is a repeat of one received at this moment."""


def terms_of(live: LiveRuleset) -> str:
    """What rows were made under, beside the history: what of a landlord's settings they depend on."""
    calendar, days = live.calendar, live.ruleset.landlord.repeat_days
    return f"{FORMAT} {calendar.zone} {calendar.country} {calendar.subdivision} {days}"


def settling(live: LiveRuleset) -> Settles:
    """By this landlord's working days."""
    days = live.ruleset.landlord.repeat_days

    def settles(received: datetime) -> datetime:
        return live.calendar.at(live.calendar.working_day(live.calendar.local(received).date(), days), 1440)

    return settles


def reach_of(live: LiveRuleset) -> timedelta:
    """Longer than a contact is ever a repeat of another."""
    return timedelta(days=3 * live.ruleset.landlord.repeat_days + 30)


def enquiry_row(told: Sequence[Row], now: datetime, settles: Settles) -> tuple[Row, list[Row]]:
    """The row of an enquiry from all its events, oldest first, and those of its contacts that are about something."""
    case, known = case_of(told), {"id": told[0]["enquiry_id"], "events": len(told)}
    if case is None:
        return {**NOBODY, **known}, []
    kept, owed = figures.due_kept(case, now), figures.calls_kept(case, now)
    row = {
        "changes_at": figures.changes_at(case, now),
        "channel": case.channel,
        "team": case.team,
        "journey": case.state.journey,
        "needs": _as_text(case.needs),
        "moves": _as_text(dict.fromkeys(f"{move.sender} -> {move.receiver}" for move in case.moves)),
        "how": case.state.resolution.how if case.state.resolution else None,
        "resolved": int(case.resolved_at is not None),
        "declared": int(figures.declared(case)),
        "single": int(figures.single_contact(case)),
        "transfers": len(case.moves),
        "transferred": int(bool(case.moves)),
        "misrouted": int(figures.misrouted(case)),
        "elsewhere": int(figures.resolved_elsewhere(case)),
        **figures.times(case),
        "due_kept": kept[0],
        "due_of": kept[1],
        "calls_kept": owed[0],
        "calls_of": owed[1],
        "matter": _number(case.contacts[0].matter),
        "first_at": case.received_at,
        "settles_at": settles(case.received_at),
        "repeated_at": _repeated_in(case),
    }
    return row | known, [_contact_row(case.id, place, each) for place, each in enumerate(case.contacts) if each.matter]


NOBODY: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("changes_at", "channel", "team", "journey", "needs", "how", *figures.TIMES)),
    **dict.fromkeys(("matter", "first_at", "settles_at", "repeated_at")),
    **dict.fromkeys(("resolved", "declared", "single", "transfers", "transferred", "misrouted", "elsewhere"), 0),
    **dict.fromkeys(("due_kept", "due_of", "calls_kept", "calls_of"), 0),
    "moves": "[]",
}
"""The row of an enquiry in which no person was in touch: it counts nowhere."""


def _repeated_in(case: Case) -> datetime | None:
    """When they came back first, by the contacts of the enquiry itself: for those about nothing that we know."""
    later = (each.at for each in case.contacts if each.at > case.received_at and not each.asked_for)
    return None if case.contacts[0].matter else min(later, default=None)


def _contact_row(enquiry_id: str, place: int, contact: Contact) -> Row:
    known = {"matter": _number(contact.matter), "at": contact.at, "asked": contact.asked_for}
    return {"enquiry_id": enquiry_id, "place": place, **known}


def _number(matter: tuple[str, str] | None) -> int | None:
    if matter is None:
        return None
    return int.from_bytes(hashlib.blake2b("\0".join(matter).encode(), digest_size=8).digest(), "big", signed=True)


def _as_text(several: Iterable[str] | None) -> str | None:
    return None if several is None else json.dumps(list(several))


def call_row(call: Call, calendar: Calendar) -> Row:
    """The row of a call that is over, at the hour of the landlord's clock."""
    local = calendar.local(call.began)
    return {
        "day": local.date().isoformat(),
        "hour": f"{local:%H}:00",
        "team": call.team,
        "outcome": call.outcome,
        "short": int(call.is_short),
        "waited": call.waited,
        "needs": _as_text(call.with_relay),
        "called_back": int(call.called_back),
    }
