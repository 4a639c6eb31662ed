"""The API and the pages on a record of their own, without a server: keys with any scopes, people with any role."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from router import clients
from router.services import Services
from router.settings import Settings
from router.store import keys
from tests.integration.console.visitor import PASSWORD_HASH, Clock, Visitor
from tests.landlord import publish_small, small_landlord

FILE = "landlord.yaml"
TEXT = small_landlord().files[FILE].decode()
PESTS_TO_HUB = TEXT.replace("name: Pests\n    team: repairs", "name: Pests\n    team: hub")
WITH_APPROVAL = TEXT.replace("landlord:\n", "landlord:\n  approval: required\n", 1)
PESTS_WITH_APPROVAL = PESTS_TO_HUB.replace("landlord:\n", "landlord:\n  approval: required\n", 1)
assert len({TEXT, PESTS_TO_HUB, WITH_APPROVAL, PESTS_WITH_APPROVAL}) == 4


@dataclass(slots=True)
class Caller:
    """Somebody who calls the API with a key."""

    visitor: Visitor
    key: str

    def __call__(self, method: str, path: str, **how: Any) -> httpx.Response:
        """Ask for something under /api/v1/rulesets."""
        headers = {"authorization": f"Bearer {self.key}", **how.pop("headers", {})}
        return self.visitor.send(method, f"/api/v1/rulesets{path}", headers=headers, **how)


@pytest.fixture
def api(services: Services) -> Callable[..., Caller]:
    """Makes a caller with a key of these scopes, all of them unless told."""
    return lambda *scopes: caller(services, *scopes)


def caller(services: Services, *scopes: str) -> Caller:
    key, row = keys.make(f"key {len(scopes)}", list(scopes or keys.SCOPES), services.clock())
    services.writer.submit(keys.add, row).result()
    return Caller(Visitor(services), key)


@pytest.fixture
def visit(services: Services) -> Callable[..., Visitor]:
    """Makes somebody signed in with these roles."""
    return lambda *roles: Visitor(services).signed_in(roles, (), PASSWORD_HASH)


def ask_for_approvals(services: Services) -> int:
    """Make version 2 live, from which on every change needs a second person."""
    number = publish_small(services, {FILE: WITH_APPROVAL.encode()})
    assert services.live.current().ruleset.needs_approval
    return number


@pytest.fixture
def empty_services(tmp_path: Path, sqlite_template: bytes, clock: Clock) -> Iterator[Services]:
    """Services on a record in which nothing is live."""
    file = tmp_path / "empty.db"
    file.write_bytes(sqlite_template)
    built = clients.build(Settings(data=tmp_path, database_url=f"sqlite:///{file}", secret_key="for tests"))
    services = replace(built, clock=clock)
    yield services
    services.close()
