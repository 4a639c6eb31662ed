"""Counting what is new in the history, so that a report finds all of it counted: once, however many look."""

import time
from datetime import datetime
from typing import Final

from router.live import LiveRuleset
from router.reports.counting import terms_of
from router.reports.history import look
from router.services import Services
from router.store import counted
from router.store.engine import begin_read
from router.store.ids import time_of

ONE_LOOK: Final = 0.0
"""For somebody who wants a page, as the scheduler has counted all but the last seconds. What is more is left to it:
counting takes turns from what answers calls."""


def keep(services: Services, seconds: float, live: LiveRuleset | None = None) -> bool:
    """Count what is new, for about so many seconds; whether nothing is left.

    Each look is a short transaction to read, and one to write: neither taking in nor routing waits for long.
    """
    live, ends = live or services.live.current(), time.monotonic() + seconds
    while True:
        with begin_read(services.record) as record:
            new, complete = look(record, live, services.clock())
        if not new.is_nothing:
            services.writer.submit(counted.put_down, new).result()
        if complete or time.monotonic() >= ends:
            return complete


def counted_until(services: Services, live: LiveRuleset) -> datetime | None:
    """Up to when everything has been counted; None where nothing has."""
    with begin_read(services.record) as record:
        extent = counted.extent(record, terms_of(live))
    return time_of(extent.event) if extent and extent.event else None
