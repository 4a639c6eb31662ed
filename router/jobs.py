"""The jobs that workers run: each is about whatever waits in the record, and none stands for a single contact."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from router import clients, logs, metrics
from router.directory import Contact
from router.language import language_of
from router.replays import starting
from router.routing import route
from router.services import Services
from router.store import contacts

BATCH = 100
LEASE = timedelta(seconds=15)
BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 30, 120, 600))
"""How long until the next try, after each one that failed."""


def load() -> None:
    """Load now what a process's first contact would otherwise wait for: the language model, beside these imports."""
    language_of("A sentence of some length, which has a language.")


def drain() -> int:
    """Route whatever is waiting, batch by batch, until nothing is; gives how many contacts were taken up."""
    services = clients.shared()
    services.wake.taken()
    try:
        return drain_with(services)
    except Exception as error:
        metrics.job_failed("drain")
        logs.failed("job.failed", error, job="drain")
        raise


def replay() -> None:
    """Start the process that runs replays; this one goes on routing."""
    starting.start()


def drain_with(services: Services) -> int:
    """The same with given services: the sweeper's way, which works without Redis."""
    taken = 0
    while claimed := services.writer.submit(_claim, services.clock()).result():
        _route(services, claimed)
        taken += len(claimed)
    return taken


def _claim(connection: Connection, items: Sequence[datetime]) -> list[list[Contact]]:
    """Claim a batch for each caller; repeated after a cut-off commit, it only leases others as well."""
    return [list(contacts.claim(connection, BATCH, now, LEASE)) for now in items]


def _route(services: Services, claimed: Sequence[Contact]) -> None:
    """Route a batch; if it fails as one, each contact alone, so that a poisonous one holds up nobody."""
    try:
        route(services, claimed)
    except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to one of them, or comes back for each
        logs.failed("batch.failed", error, count=len(claimed))
        for contact in claimed:
            _route_alone(services, contact)


def _route_alone(services: Services, contact: Contact) -> None:
    try:
        route(services, [contact])
    except Exception as error:  # noqa: BLE001 - it is put back with the reason, and set aside after too many tries
        logs.failed("contact.failed", error, contact=contact["id"], attempt=contact["attempts"])
        _put_back(services, contact, type(error).__name__)


def _put_back(services: Services, contact: Contact, trouble: str) -> None:
    tries = min(contact["attempts"], len(BACK_OFF))
    again: tuple[Any, ...] = (contact["id"], contact["lease"], services.clock() + BACK_OFF[tries - 1], trouble)
    services.writer.submit(contacts.postpone, again).result()
