"""Whatever webhooks are lost: after reconciling the record is as if all had come, and late ones change nothing."""

import asyncio
import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from router.demo.provider.simulator import ACCOUNT, Person, on_hearing, ring, text
from router.demo.provider.webhooks import NotAnsweredError
from router.fetching import fetch_due
from router.reconciling import running
from router.services import Services
from router.store.engine import begin_read
from router.store.schema import contacts, decisions, events, outbox, parts
from rules.folder import read_folder
from tests.effort import PROFILE
from tests.integration.line.test_calls import SAMPLE
from tests.landlord import route_all
from tests.servers.listed import Listing
from tests.simulated import Line, on_the_line

OURS = "+448081570100"
SUNDAY = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
EXAMPLES = {"quick": 8, "thorough": 100, "search": 1_000}[PROFILE]
LOSABLE = ("voice/status", "voice/recorded", "voice/transcribed", "sms")


class Lossy(httpx.AsyncBaseTransport):
    """Loses the requests of these numbers, of those that can be lost, and keeps them to come late."""

    def __init__(self, server: httpx.AsyncBaseTransport, lost: frozenset[int]) -> None:
        self._server, self._lost = server, lost
        self.count = 0
        self.late: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.removeprefix("/channels/twilio/") in LOSABLE:
            self.count += 1
            if self.count in self._lost:
                await request.aread()
                self.late.append(request)
                raise httpx.ConnectError("nobody listens")
        return await self._server.handle_async_request(request)


def people() -> list[Person]:
    gas = Person("+447700900101", on_hearing({"For your rent": "3"}), message="I can smell gas", message_seconds=9)
    rent = Person("+447700900102", on_hearing({"For your rent": "3"}), message="Ring me about my rent")
    return [gas, rent, Person("+447700900103", patience=90, talks=30), Person("+447700900104", patience=1)]


def record_of(services: Services) -> dict[str, Any]:
    """What matters of every contact, by the provider's id: when it was known does not."""
    with begin_read(services.record) as record:
        found = {row.id: row.conversation for row in record.execute(select(contacts.c.id, contacts.c.conversation))}
        every: dict[str, dict[str, Any]] = {name: {"recordings": set(), "said": set()} for name in found.values()}
        for row in record.execute(select(contacts)):
            every[row.conversation] |= {"state": row.state, "over": row.ended_at is not None, "from": row.sender_value}
        for row in record.execute(select(events).where(events.c.kind == "call-ended").order_by(events.c.id)):
            every[found[row.contact_id]] |= {"outcome": row.data["outcome"], "seconds": row.data["seconds"]}
        for row in record.execute(select(decisions).where(decisions.c.current)):
            every[found[row.contact_id]] |= {"team": row.routed_team, "priority": row.priority, "about": row.journey}
        for row in record.execute(select(outbox).where(outbox.c.audience == "customer")):
            mine = every[found[row.contact_id]]
            mine["answers"] = mine.get("answers", 0) + 1
        for row in record.execute(select(parts)):
            mine = every[found[row.contact_id]]
            mine["recordings"] |= {each["digest"] for each in row.attachments}
            mine["said"] |= {row.text} if row.text else set()
        return every


def played(template: bytes, folder: Path, api: Listing, lost: frozenset[int], seed: int) -> tuple[Any, Any, int]:
    """The record after reconciling, after the late webhooks, and how many requests can be lost."""
    database = folder / "record.db"
    database.write_bytes(template)

    async def main(line: Line) -> tuple[Any, Any, int]:
        exchange, services = line.exchange, line.services
        exchange.api, api.exchange = api.url, exchange
        exchange.phone_of = lambda number, _: Person(number, on_hearing({"Press 1": "1"}), talks=30)
        lossy = Lossy(line.server, lost)
        async with httpx.AsyncClient(transport=lossy) as client:
            exchange.client = client
            for person in people():
                ring(exchange, person, OURS)
                await exchange.time.sleep(60)
            for words in ("I can smell gas in my kitchen", "When is my rent due?"):
                with suppress(NotAnsweredError):
                    await text(exchange, Person("+447700900105"), OURS, words)
                await exchange.time.sleep(30)
            await line.settled()
            await exchange.time.sleep(600)
            outcome = running.run(services, SUNDAY - timedelta(minutes=1))
            assert outcome.trouble == ""
            await _seen_to(line)
            first = record_of(services)
            random.Random(seed).shuffle(lossy.late)
            for request in lossy.late:
                answer = await line.server.handle_async_request(request)
                assert answer.status_code == 200
            await _seen_to(line)
            again = running.run(services, SUNDAY - timedelta(minutes=1))
            assert (again.trouble, dict(again.counts)) == ("", {})
            return first, record_of(services), lossy.count

    keys = {"twilio_account_sid": ACCOUNT, "twilio_api": api.url}
    url, files = f"sqlite:///{database}", read_folder(SAMPLE)
    return on_the_line(url, folder, (OURS,), main, files, start=SUNDAY, settings=keys)


async def _seen_to(line: Line) -> None:
    await asyncio.to_thread(route_all, line.services)
    await asyncio.to_thread(fetch_due, line.services)
    await line.settled()


@pytest.fixture(scope="module")
def whole(sqlite_template: bytes, api: Listing, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, int]:
    """The record where nothing was lost, and how many requests there are to lose."""
    first, again, count = played(sqlite_template, tmp_path_factory.mktemp("whole"), api, frozenset(), 0)
    assert first == again
    assert [each["outcome"] for each in first.values() if "outcome" in each].count("voicemail") == 2
    assert [each["outcome"] for each in first.values() if "outcome" in each].count("answered") == 1
    assert [each.get("answers", 0) for each in first.values()].count(1) == 2
    assert len(first) == 6
    return first, count


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_record_is_as_if_all_had_come(
    sqlite_template: bytes, api: Listing, tmp_path_factory: pytest.TempPathFactory, whole: tuple[Any, int], data: Any
) -> None:
    expected, count = whole
    lost = data.draw(st.one_of(st.just(frozenset(range(1, count + 1))), st.frozensets(st.integers(1, count))))
    seed = data.draw(st.integers(0, 9))
    first, late, _ = played(sqlite_template, tmp_path_factory.mktemp("lost"), api, lost, seed)
    assert first == expected
    assert late == expected
