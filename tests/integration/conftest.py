"""What several folders of these tests work with: services on a record of their own, and a mail server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from router.services import Services
from tests.integration.console.visitor import Clock
from tests.landlord import services_on
from tests.once import rulesets_once
from tests.servers.postbox import Postbox, postbox_server


@pytest.fixture(scope="session", autouse=True)
def _rulesets_once() -> Iterator[None]:
    with rulesets_once():
        yield


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    """An empty mail server, and its port."""
    with postbox_server() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(tmp_path: Path, sqlite_template: bytes, clock: Clock) -> Iterator[Services]:
    """Services on an SQLite record with the small landlord live as version 1; `clock` stands still unless moved."""
    file = tmp_path / "record.db"
    file.write_bytes(sqlite_template)
    with services_on(f"sqlite:///{file}", tmp_path, clock) as services:
        yield services


@pytest.fixture
def services_on_both(store_url: str, tmp_path: Path, clock: Clock) -> Iterator[Services]:
    """The same on a record of either kind."""
    with services_on(store_url, tmp_path, clock) as services:
        yield services
