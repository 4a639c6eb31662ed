"""Services on a fresh record of either kind, with the small landlord live."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from router.services import Services
from tests.landlord import services_on


@pytest.fixture
def services(store_url: str, tmp_path: Path) -> Iterator[Services]:
    with services_on(store_url, tmp_path) as services:
        yield services
