"""The console as an application on a record of its own, without a server: people with every role, and a browser's worth
of cookies and forms for each.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from router.services import Services
from tests.integration.console.visitor import PASSWORD_HASH, Clock, Visitor
from tests.landlord import services_on


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(tmp_path: Path, sqlite_template: bytes, clock: Clock) -> Iterator[Services]:
    """Services on an SQLite record with the small landlord live; `clock` stands still unless moved."""
    file = tmp_path / "record.db"
    file.write_bytes(sqlite_template)
    with services_on(f"sqlite:///{file}", tmp_path, clock) as services:
        yield services


@pytest.fixture
def services_on_both(store: Engine, store_url: str, tmp_path: Path, clock: Clock) -> Iterator[Services]:
    """The same on a record of either kind."""
    del store
    with services_on(store_url, tmp_path, clock) as services:
        yield services


@pytest.fixture
def visit(services: Services) -> Callable[..., Visitor]:
    """Makes a visitor, signed in as a user with these roles and teams where any are given."""

    def visiting(*roles: str, teams: tuple[str, ...] = (), **how: str) -> Visitor:
        visitor = Visitor(services, **how)
        return visitor.signed_in(roles, teams, PASSWORD_HASH) if roles else visitor

    return visiting
