"""While much of the history has yet to be counted, nobody sees half of the figures: they are told how far it is."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from router import scheduler
from router.reports import history
from router.services import Services
from router.store import keys
from tests.integration.console.visitor import Visitor
from tests.landlord import route_all, take_in
from tests.messages import text_message

Visit = Callable[..., Visitor]
DAYS = "since=2026-01-01&until=2099-12-31"
"""Ids are of the real clock, whatever that of the services says."""


@pytest.fixture
def uncounted(services: Services, monkeypatch: pytest.MonkeyPatch) -> Services:
    """A record with more history than is counted at one look."""
    monkeypatch.setattr(history, "AT_ONCE", 2)
    for number in range(5):
        take_in(services, text_message("My boiler is broken", f"+4477009001{number:02}"))
    route_all(services)
    return services


def by_api(services: Services, visitor: Visitor) -> httpx.Response:
    key, row = keys.make("test", ["read"], services.clock())
    services.writer.submit(keys.add, row).result()

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(visitor.app), base_url=visitor.url) as client:
            return await client.get(f"/api/v1/reports/times?{DAYS}", headers={"authorization": f"Bearer {key}"})

    return asyncio.run(ask())


def test_how_far_the_counting_is_stands_in_the_place_of_figures(uncounted: Services, visit: Visit) -> None:
    boss = visit("supervisor")
    page = boss.get("/figures?report=times&by=team")
    assert (page.status_code, "The history is being counted" in page.text) == (200, True)
    assert "/figures?report=times&amp;by=team" in page.text
    answer = by_api(uncounted, boss)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert "still being counted" in answer.json()["detail"]


def test_the_scheduler_counts_all_of_it(uncounted: Services, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "A_PAUSE", 0)
    scheduler.count(uncounted, lambda: False)
    boss = visit("supervisor")
    page = boss.get(f"/figures?report=times&by=team&{DAYS}").text
    assert "The history is being counted" not in page
    assert 'data-heading="Enquiries">5<' in page
    assert by_api(uncounted, boss).json()["rows"][0]["enquiries"] == 5


def test_a_stopped_scheduler_does_not_count_to_the_end(uncounted: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "A_PAUSE", 0)
    scheduler.count(uncounted, lambda: True)
    assert not scheduler.keeping.keep(uncounted, 0)
