"""What has to happen although nobody asks: contacts swept up, timers fired, the outbox sent, files fetched."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from router import jobs, logs, metrics
from router.fetching import fetch_due
from router.outbound import send_due
from router.reconciling import running
from router.replays import starting
from router.reports import keeping
from router.services import Services
from router.store import contacts, raw_mail, timers
from router.store.engine import begin_read
from router.telephony import missed
from router.telephony.ringing import ring_due
from rules.landlord import Ruleset

OVERLOOKED = timedelta(seconds=3)
"""How long a contact may wait before the scheduler wakes a worker for it again."""

ABANDONED = timedelta(seconds=10)
"""How long it may wait before the scheduler routes it itself, whatever the workers are doing."""

A_PAUSE = 0.1
"""Seconds between two looks at what is left to count for reports: calls and contacts go first."""


def tick(services: Services) -> None:
    """Do once what is due; called every second. One part that fails does not keep the others from being done."""
    _try("sweep", lambda: sweep(services))
    _try("timers", lambda: fire(services))
    _try("missed-calls", lambda: missed.see_to(services))
    _try("raw-mail", lambda: let_go(services))
    _try("replays", lambda: starting.sweep(services))


def speak(services: Services, stopping: Callable[[], bool]) -> None:
    """Send once what is due; called every second, but not by who ticks: a slow provider must not hold up routing."""
    _try("outbox", lambda: send_due(services, stopping))


def fetch(services: Services, stopping: Callable[[], bool]) -> None:
    """Fetch once what came with texts; called every second, apart from everything else, for a file may take long."""
    _try("media", lambda: fetch_due(services, stopping))


def reconcile(services: Services, stopping: Callable[[], bool], *, at_once: bool = False) -> None:
    """Look once at the provider's lists, if that is due: apart from everything else, for there may be thousands."""
    _try("reconciling", lambda: running.reconcile(services, at_once=at_once, stopping=stopping))


def ring(services: Services, stopping: Callable[[], bool]) -> None:
    """Call back once whoever's turn it is; called every second, apart from what must not wait for a provider."""
    _try("call-backs", lambda: ring_due(services, stopping))


def count(services: Services, stopping: Callable[[], bool]) -> None:
    """Count for reports what is new in the history; called now and then, so that nobody who wants one has to wait."""
    _try("counting", lambda: _count(services, stopping))


def _count(services: Services, stopping: Callable[[], bool]) -> None:
    """Count a little at a time, as there may be very much after an upgrade, and all else has to go on."""
    while not keeping.keep(services, keeping.ONE_LOOK) and not stopping():
        time.sleep(A_PAUSE)


def _try(name: str, part: Callable[[], object]) -> None:
    try:
        part()
    except Exception as error:  # noqa: BLE001 - it is tried again at the next tick
        metrics.job_failed(name)
        logs.failed("job.failed", error, job=name)


def sweep(services: Services) -> None:
    """Find contacts that are stored and not decided: wake a worker, or route them here when that is of no use."""
    now = services.clock()
    services.writer.submit(_set_aside, now).result()
    with begin_read(services.record) as record:
        count, oldest = contacts.waiting(record, now)
    if oldest is None:
        return
    waited = now - oldest
    awake = services.wake.now() if waited > OVERLOOKED or services.wake.degraded else True
    if not awake or waited > ABANDONED:
        logs.log("sweeper.routes", count=count, seconds=round(waited.total_seconds(), 1))
        jobs.drain_with(services)


def fire(services: Services) -> int:
    """Fire the timers that are due; gives how many."""
    item = (services.clock(), services.live.current().ruleset)
    fired = services.writer.submit(_fire, item).result()
    for timer in fired:
        logs.log("timer.fired", timer=timer["id"], kind=timer["kind"], enquiry=timer["enquiry_id"])
    return len(fired)


def let_go(services: Services) -> int:
    """Let go of emails that have been kept as they came for long enough; gives how many."""
    before = services.clock() - timedelta(days=services.settings.raw_mail_days)
    with begin_read(services.record) as record:
        if not raw_mail.any_before(record, before):
            return 0
    return services.writer.submit(_let_go, before).result()


def _let_go(connection: Connection, items: list[datetime]) -> list[int]:
    return [raw_mail.let_go(connection, before) for before in items]


def _set_aside(connection: Connection, items: list[datetime]) -> list[int]:
    return [contacts.set_aside_worn_out(connection, now) for now in items]


def _fire(connection: Connection, items: list[tuple[datetime, Ruleset]]) -> list[list[dict[str, Any]]]:
    return [timers.fire(connection, now, ruleset) for now, ruleset in items]
