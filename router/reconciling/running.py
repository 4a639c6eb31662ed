"""When an account is reconciled, from when on, and what is said of it: the shell around the lists."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from channels.twilio_lists import ListingError, Lists
from router import logs, metrics
from router.clients import http_client
from router.reconciling import calls, texts
from router.reconciling.taking import GRACE, StoppedError, Work
from router.senders import twilio_config
from router.services import Services
from router.store import reconciling as store
from router.store.engine import begin_read
from router.store.reconciling import AccountDone, Due
from router.store.rows import Row

LEASE: Final = timedelta(minutes=10)
"""How long one run may take before somebody else may begin: twice the same is stored once."""
BACK_OFF: Final = tuple(timedelta(seconds=seconds) for seconds in (15, 30, 60, 120, 300, 600))
"""How long until the next try, after each one that failed; the last holds from then on."""

LATE: Final = "late"
"""The trouble of an account of which nothing else is known to be wrong, and that was not reconciled for too long."""

MISSED_TIMES: Final = 3


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What came of reconciling: how many of what were taken in, until when all is there, or what was in the way."""

    counts: Mapping[str, int]
    until: datetime | None = None
    trouble: str = ""
    after: timedelta = timedelta(0)
    """How long the provider wants to be left alone, where it said so."""


def is_set_up(services: Services) -> bool:
    """Whether there is an account whose lists can be read."""
    return bool(services.settings.twilio_account_sid)


def reconcile(services: Services, *, at_once: bool = False, stopping: Callable[[], bool] = lambda: False) -> bool:
    """Reconcile if it is due, or at once; gives whether it was done."""
    minutes = services.settings.reconcile_minutes
    if not is_set_up(services) or not (minutes or at_once):
        return False
    return from_mark(services, at_once=at_once, stopping=stopping) is not None


def from_mark(
    services: Services, *, at_once: bool = True, stopping: Callable[[], bool] = lambda: False
) -> Reconciled | None:
    """Reconcile from where all is known to be here, and move the mark; None where it is not due."""
    account, now = services.settings.twilio_account_sid, services.clock()
    row = services.writer.submit(store.begin, Due(account, now, LEASE, at_once)).result()
    if row is None:
        return None
    outcome = run(services, row["until"], stopping, met=row["since"])
    services.writer.submit(store.finish, _done(services, account, row, outcome)).result()
    return outcome


def run(
    services: Services,
    since: datetime,
    stopping: Callable[[], bool] = lambda: False,
    met: datetime | None = None,
) -> Reconciled:
    """Take in what was missed since a moment; what is in the way is said, and what is stored by then stays.

    `met` is from when on what comes is ours, where that is earlier.
    """
    lists = Lists(twilio_config(services.settings), http_client())
    work = Work(services, lists, since, services.clock() - GRACE, met or since, stopping=stopping)
    try:
        calls.take_in(work)
        texts.take_in(work)
    except ListingError as error:
        return _told(services, work, error.reason, timedelta(seconds=error.after or 0))
    except StoppedError:
        return _told(services, work, "stopped")
    except Exception as error:  # noqa: BLE001 - whatever it was, it is tried again, and said
        logs.failed("reconciling.failed", error)
        return _told(services, work, type(error).__name__)
    return _told(services, work, "")


def _told(services: Services, work: Work, trouble: str, after: timedelta = timedelta(0)) -> Reconciled:
    """Say in log and figures what was done, in numbers alone."""
    counts = {name: count for name, count in work.counts.items() if count}
    if counts:
        services.wake()
    metrics.reconciled(trouble or "done", counts)
    level = logging.WARNING if trouble else logging.INFO
    if trouble or counts:
        logs.log("reconciling.done", level=level, outcome=trouble or "done", count=sum(counts.values()))
    for name, count in counts.items():
        logs.log("reconciling.missed", kind=name, count=count)
    return Reconciled(counts, None if trouble else max(work.until, work.since), trouble, after)


def _done(services: Services, account: str, row: Row, outcome: Reconciled) -> AccountDone:
    now = services.clock()
    if outcome.until is not None:
        return AccountDone(
            account, now, now + timedelta(minutes=services.settings.reconcile_minutes or 1), outcome.until
        )
    pause = BACK_OFF[min(row["attempts"], len(BACK_OFF) - 1)]
    return AccountDone(account, now, now + max(pause, outcome.after), None, outcome.trouble)


@dataclass(frozen=True, slots=True)
class AccountProgress:
    """How far an account is reconciled, for whoever watches over the engine: nothing of it names anybody."""

    until: datetime
    last_success_at: datetime | None
    trouble: str | None
    trouble_since: datetime | None


def standing(services: Services) -> AccountProgress | None:
    """How reconciling goes; None where there is no account, it is switched off, or it has not begun."""
    minutes = services.settings.reconcile_minutes
    if not is_set_up(services) or not minutes:
        return None
    with begin_read(services.record) as record:
        row = store.read(record, services.settings.twilio_account_sid)
    if row is None:
        return None
    late = services.clock() - row["until"] > MISSED_TIMES * timedelta(minutes=minutes) + GRACE
    trouble = row["trouble"] or (LATE if late else None)
    return AccountProgress(row["until"], row["last_success_at"], trouble, row["trouble_since"])
