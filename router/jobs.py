"""The jobs that workers run: each is about whatever waits in the record, and none stands for a single contact."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from router import clients, logs
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
    return drain_with(services)


def replay() -> None:
    """Start the process that runs replays; this one goes on routing."""
    starting.start()


def drain_with(services: Services) -> int:
    """The same with given services: the sweeper's way, which works without Redis."""
    taken, claims = 0, _Claims(services)
    while claimed := claims.take():
        _route(services, claimed, claims.look_ahead)
        taken += len(claimed)
    return taken


class _Claims:
    """Batches for one who routes until nothing waits; one that is claimed ahead costs no transaction of its own."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._ahead: Future[list[Contact]] | None = None
        self._may_be_more = False

    def take(self) -> list[Contact]:
        """The next batch, for the caller alone; it is empty where nothing waits."""
        asked, self._ahead = self._ahead or self._ask(), None
        batch = asked.result()
        self._may_be_more = len(batch) == BATCH
        return batch

    def look_ahead(self) -> None:
        """Have the next batch claimed with whatever is written now, where the last one was not all there was."""
        if self._may_be_more and self._ahead is None:
            self._ahead = self._ask()

    def _ask(self) -> Future[list[Contact]]:
        return self._services.writer.submit(_claim, self._services.clock())


def _claim(connection: Connection, items: Sequence[datetime]) -> list[list[Contact]]:
    """Claim a batch for each caller; repeated after a cut-off commit, it only leases others as well."""
    return [list(contacts.claim(connection, BATCH, now, LEASE)) for now in items]


def _route(services: Services, claimed: Sequence[Contact], beside: Callable[[], None]) -> None:
    """Route a batch; if it fails as one, each contact alone, so that a poisonous one holds up nobody."""
    try:
        route(services, claimed, beside)
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
