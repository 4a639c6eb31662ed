"""What the doors say while the record or Redis is away; in one process, so that they can be."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import Connection

from router.services import Services
from router.store import keys, writer
from router.store.engine import make_engine
from router.store.trouble import UnavailableError
from router.web.app import create_app
from tests.integration.doors.client import FORM, SMS, VOICE, text_fields
from tests.landlord import services_on
from tests.servers.provider import TOKEN, signature

BASE = "http://doors.example"
CALL = {"CallSid": "CA1", "From": "+447700900123", "To": "+441632960000", "CallStatus": "ringing"}
VISIT = {"channel": "visit", "text": "hello"}


@pytest.fixture
def services(store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
    with services_on(store_url, tmp_path, call_deadline=0.5) as services:
        yield services


@asynccontextmanager
async def visitor(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(services))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield client


def key_of(services: Services) -> Mapping[str, str]:
    key, row = keys.make("tests", ["read", "write"], datetime.now(UTC))
    services.writer.submit(keys.add, row).result()
    return {"Authorization": f"Bearer {key}"}


async def post(client: httpx.AsyncClient, path: str, fields: Mapping[str, str]) -> httpx.Response:
    signed = {"X-Twilio-Signature": signature(BASE + path, fields)}
    return await client.post(path, content=urlencode(fields), headers={**FORM, **signed})


def test_while_nothing_can_be_written_everybody_gets_an_answer(services: Services) -> None:
    headers = key_of(services)
    services.writer.close()

    async def knock() -> None:
        async with visitor(services) as client:
            text = await post(client, SMS, text_fields())
            assert (text.status_code, text.headers["retry-after"]) == (503, "5")
            call = await post(client, VOICE, CALL)
            assert call.status_code == 200
            assert "<Number>+441632960009</Number>" in call.text
            visit = await client.post("/api/v1/contacts", json=VISIT, headers=headers)
            assert (visit.status_code, visit.headers["retry-after"], set(visit.json())) == (503, "5", {"detail"})

    asyncio.run(knock())


def overfill(connection: Connection, items: list[None]) -> list[None]:
    """Write more than there is room for; where that cannot be had, write where nothing may be written."""
    limits = {"sqlite": "pragma max_page_count = 1", "postgresql": "set transaction read only"}
    connection.exec_driver_sql(limits[connection.dialect.name])
    connection.exec_driver_sql("create table ballast (number integer)")
    return items


def test_what_cannot_be_written_to_is_down_until_something_is_written(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "RETRY_SECONDS", 0.0)
    with pytest.raises(UnavailableError):
        services.writer.submit(overfill, None).result()

    async def knock() -> None:
        async with visitor(services) as client:
            ready = await client.get("/health/ready")
            assert (ready.status_code, ready.json()["dependencies"]["record"]) == (503, "down")
            assert "firstcontact_record_up 0.0" in (await client.get("/metrics")).text
            assert (await post(client, SMS, text_fields())).status_code == 200
            ready = await client.get("/health/ready")
            assert (ready.status_code, ready.json()["dependencies"]["record"]) == (200, "ok")
            assert "firstcontact_record_up 1.0" in (await client.get("/metrics")).text

    asyncio.run(knock())


@pytest.mark.parametrize(
    "path,status",
    [("/api/v1/contacts", 503), ("/api/v1/contacts/01k", 503), ("/health/ready", 503), ("/health/live", 200)],
)
def test_while_nothing_can_be_read_it_says_so(services: Services, path: str, status: int) -> None:
    headers = key_of(services)
    away = replace(services, record=make_engine("postgresql://postgres@127.0.0.1:1/away"))

    async def knock() -> httpx.Response:
        async with visitor(away) as client:
            return await client.get(path, headers=headers)

    answer = asyncio.run(knock())
    assert answer.status_code == status
    if path == "/health/ready":
        assert answer.json()["dependencies"]["record"] == "down"


def test_without_redis_it_is_ready_and_degraded(services: Services) -> None:
    async def knock() -> None:
        async with visitor(services) as client:
            assert (await post(client, SMS, text_fields())).status_code == 200
            ready = await client.get("/health/ready")
            assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
            assert ready.json()["dependencies"] | {"routing": ""} == {
                "record": "ok",
                "ruleset": "ok",
                "redis": "degraded",
                "routing": "",
            }

    asyncio.run(knock())


@pytest.mark.parametrize("path", ["/api/v1/contacts?before=%00", "/api/v1/contacts/%00x", "/api/v1/enquiries/a%00"])
def test_no_database_sees_a_null_character(services: Services, path: str) -> None:
    headers = key_of(services)

    async def knock() -> int:
        async with visitor(services) as client:
            return (await client.get(path, headers=headers)).status_code

    assert asyncio.run(knock()) == 422
