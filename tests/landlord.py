"""The small landlord of the tests, made live in a record, and the services of one process on it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from channels.inbound import Inbound
from router import clients, intake, jobs
from router.publishable import Checked
from router.publishing import By, publish
from router.services import Clock, Services, utc_now
from router.settings import Settings
from router.store.contacts import Accepted, all_parts
from router.store.engine import begin_read
from router.views import contact_in_full
from rules.folder import read_folder
from tests.once import checked_once

FOLDER = Path(__file__).parent / "cases" / "landlord"
TUESDAY = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)


@cache
def small_landlord() -> Checked:
    """The small landlord's files, checked."""
    files = read_folder(FOLDER)
    return Checked(files, *checked_once(files))


@contextmanager
def services_on(url: str, data: Path, clock: Clock = utc_now, **settings: Any) -> Iterator[Services]:
    """The services of a process on this record, with the small landlord live; closed at the end."""
    chosen = Settings(data=data, database_url=url, secret_key="for tests", **settings)
    services = replace(clients.build(chosen), clock=clock)
    try:
        publish_small(services)
        yield services
    finally:
        services.close()


def settings_for_tests(**given: Any) -> Settings:
    """Settings that name no record: for what only looks at them."""
    return Settings(data=Path("nowhere"), **given)


def publish_small(services: Services, files: Mapping[str, bytes] | None = None) -> int:
    """Make the small landlord, or other files, live; gives the version's number."""
    checked = Checked(files, *checked_once(files)) if files else small_landlord()
    number = publish(services.writer, checked, "folder", By("tests", "for a test", services.clock()))
    services.live.look()
    return number


def take_in(services: Services, inbound: Inbound) -> Accepted:
    """Store one part, as a door would."""
    return intake.submit(services, inbound).result()


def route_all(services: Services) -> int:
    """Route whatever waits, as a worker would."""
    return jobs.drain_with(services)


def shown(services: Services, contact_id: str) -> dict[str, Any]:
    """A contact as the API shows it."""
    with begin_read(services.record) as record:
        view = contact_in_full(record, contact_id, services.live.current())
    assert view is not None
    return view


def parts_of(services: Services, contact_id: str) -> list[dict[str, Any]]:
    """The parts of a contact."""
    with begin_read(services.record) as record:
        return all_parts(record, contact_id)
