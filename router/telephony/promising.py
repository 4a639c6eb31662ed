"""Promising a caller a call back on their enquiry: in which window, by whose order, and which promise came of it."""

from datetime import datetime, timedelta
from typing import Final

from router.acting import Ordered, act
from router.enquiry import orders
from router.enquiry.actions import Actor
from router.enquiry.state import Callback
from router.live import LiveRuleset
from router.services import Services
from rules.clock import NeverOpenError, due, next_opening
from rules.model import Span, Unit

ENGINE: Final = Actor("engine", everywhere=True)
OFFERED: Final = "offer:"
"""What the key of an order begins with that a caller's choice while waiting led to."""

MISSED: Final = "missed:"
"""And what that of an order begins with that a missed call led to."""

KEPT_BY_TALKING: Final = (MISSED, OFFERED)
"""The promises that the engine made because nobody talked to somebody: they are kept once somebody does."""

_QUARTER: Final = timedelta(minutes=15)
Window = tuple[datetime, datetime]


def window_of(team: str, within: int, live: LiveRuleset, now: datetime) -> Window:
    """From when to when a call is promised: within so many open hours of the team, if it ever opens."""
    owner = live.ruleset.teams.get(team, live.ruleset.fallback)
    hours = live.ruleset.hours[owner.hours]
    starts = next_opening(hours, live.calendar, now) or now
    try:
        return starts, due(Span(within, Unit.OPEN_HOURS), now, live.calendar, hours)
    except NeverOpenError:
        return now, due(Span(within, Unit.HOURS), now, live.calendar)


def soon(team: str, within: int, live: LiveRuleset, now: datetime) -> Window:
    """The window of a call that is promised for as soon as it is their turn: its end is a time that can be said."""
    starts, ends = window_of(team, within, live, now)
    return starts, ends + (datetime.min.replace(tzinfo=ends.tzinfo) - ends) % _QUARTER


def promised(services: Services, contact_id: str, enquiry_id: str, window: Window, number: str = "") -> Callback:
    """Promise a caller a call on their enquiry, once only; gives the promise. Raises RefusedError where that fails."""
    key = f"{OFFERED}{contact_id}"
    state = act(services, Ordered(enquiry_id, orders.PromiseCallback(*window, number), ENGINE, key))
    return next(each for each in state.callbacks if each.order == key)
