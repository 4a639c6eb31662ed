"""An account whose lists are served over real HTTP, and services that read them, on either record."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from router.demo.provider.simulator import ACCOUNT, TOKEN, Exchange, Time
from router.services import Services
from tests.integration.console.visitor import Clock
from tests.landlord import services_on
from tests.servers.listed import Listing, listing

ROOT_SMALL = "+441632960000"


@pytest.fixture(scope="module")
def api() -> Iterator[Listing]:
    with listing() as running_api:
        yield running_api


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def account(api: Listing, clock: Clock) -> Listing:
    api.exchange = Exchange(httpx.AsyncClient(), Time(clock), api=api.url)
    api.faults.clear()
    api.asked.clear()
    return api


@pytest.fixture
def services(store_url: str, tmp_path: Path, account: Listing, clock: Clock) -> Iterator[Services]:
    keys = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "twilio_api": account.url}
    with services_on(store_url, tmp_path, clock, **keys, sms_from=ROOT_SMALL) as found:
        yield found


def ago(clock: Clock, minutes: float) -> datetime:
    return clock() - timedelta(minutes=minutes)
