"""Services at noon on a fresh record of either kind, with the small landlord live, that send by a real mail server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from router.services import Services
from tests.landlord import services_on
from tests.messages import NOON
from tests.servers.postbox import Postbox


@pytest.fixture
def services(store_url: str, tmp_path: Path, postbox: tuple[Postbox, int]) -> Iterator[Services]:
    settings = {"smtp_url": f"smtp://127.0.0.1:{postbox[1]}?security=none", "mail_from": "hub@mill-lane.example"}
    with services_on(store_url, tmp_path, lambda: NOON, **settings) as services:
        yield services
