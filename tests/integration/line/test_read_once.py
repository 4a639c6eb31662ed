"""What is read of the record for an announcement and for reports: no table twice for one answer."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import Connection, Engine, event

from channels.inbound import Progress
from channels.replies import Asked, CallSteps, Menu
from router.days import Period
from router.reports.every import EVERY
from router.reports.history import look
from router.reports.keeping import keep
from router.services import Services
from router.store import driver
from router.store.engine import begin_read
from router.telephony import line
from tests.integration.console.live_calls import going_on
from tests.integration.line.test_waiting import OFFER, files
from tests.landlord import publish_small, route_all, services_on, take_in
from tests.messages import NOON, call

VOICEMAIL = """
  voicemail:
    says: Speak.
    when: waiting
    after_minutes: 100
    emergency: {says: Press 1., journey: gas-escape}
"""


@contextmanager
def reads(record: Engine, table: str) -> Iterator[list[str]]:
    """The statements that read a table meanwhile, whether SQLAlchemy runs them or the driver is handed them."""
    seen: list[str] = []

    def look(statement: str) -> None:
        plain = " ".join(statement.lower().split())
        seen.extend([plain] if f"from {table} " in f"{plain} " else [])

    def run(*given: object) -> None:
        look(str(given[2]))

    def fetch(connection: Connection, statement: str, parameters: driver.Parameters) -> list[tuple[Any, ...]]:
        look(statement)
        return handed(connection, statement, parameters)

    handed = driver.fetch
    event.listen(record, "before_cursor_execute", run)
    try:
        with patch.object(driver, "fetch", fetch):
            yield seen
    finally:
        event.remove(record, "before_cursor_execute", run)


@pytest.mark.parametrize("minutes, keys, read", [(0, (), 0), (10, ("1",), 1), (110, ("1", "2"), 1)])
def test_an_announcement_reads_the_contact_of_who_waits_long_once(
    store_url: str, tmp_path: Path, minutes: int, keys: tuple[str, ...], read: int
) -> None:
    landlord = files(OFFER + VOICEMAIL)
    with services_on(store_url, tmp_path, lambda: NOON) as services:
        publish_small(services, landlord)
        going_on(services, "CA0")
        going_on(services, stage="waiting", since=NOON - timedelta(minutes=minutes))
        asked = Asked("wait", "AC1", "CA1", "CA1", "", {})
        with reads(services.record, "contacts") as seen:
            heard = asyncio.run(line.asked(services, asked))
        assert isinstance(heard, CallSteps)
        assert [step.keys for step in heard.steps if isinstance(step, Menu)] == ([keys] if keys else [])
        assert len(seen) == read, seen


def test_a_report_reads_nothing_of_the_history_that_was_counted(services: Services) -> None:
    for number in range(3):
        take_in(services, call(f"CA{number}", "call", Progress.ENOUGH))
    route_all(services)
    assert keep(services, 60)
    now, day = services.clock(), timedelta(days=1)
    with begin_read(services.record) as record, reads(services.record, "events") as seen:
        for each in EVERY.values():
            each.rows(record, "team", Period(now - day, now + day), services.live.current(), now)
    assert seen == []


def test_nothing_is_written_while_nothing_is_new(services: Services) -> None:
    take_in(services, call("CA0", "call", Progress.ENOUGH))
    route_all(services)
    assert keep(services, 60)
    with begin_read(services.record) as record:
        assert look(record, services.live.current(), services.clock())[0].is_nothing
