"""However many pages and requests of the API are slow at once, a call is answered as if there were none."""

import asyncio
import threading
from pathlib import Path

import httpx
import pytest

from router.console import phone_line
from router.web.app import create_app
from tests.integration.console.visitor import PASSWORD_HASH, Visitor
from tests.landlord import services_on
from tests.servers.provider import TOKEN, signature

URL = "http://127.0.0.1:8000"
MANY = 50
VOICE = f"{URL}/channels/twilio/voice"
RINGS = {"AccountSid": "AC1", "CallSid": "CA1", "CallStatus": "ringing", "From": "+447700900001", "To": "+441632960000"}


async def answered(visitor: Visitor, go_on: threading.Event) -> httpx.Response:
    """What a caller hears while this many pages wait."""
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(visitor.app), base_url=URL) as client:
        pages = [asyncio.create_task(client.get("/phone-line", headers={"cookie": cookie})) for _ in range(MANY)]
        try:
            await asyncio.sleep(0)
            signed = {"x-twilio-signature": signature(VOICE, RINGS)}
            return await client.post(VOICE, data=RINGS, headers=signed)
        finally:
            go_on.set()
            assert {page.status_code for page in await asyncio.gather(*pages)} == {200}


def test_a_call_waits_for_no_page(store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, shown = threading.Event(), phone_line._page
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
    monkeypatch.setattr(phone_line, "_page", lambda *given: (go_on.wait(60), shown(*given))[1])
    with services_on(store_url, tmp_path, public_url=URL) as services:
        visitor = Visitor(services).signed_in(["supervisor"], (), PASSWORD_HASH)
        visitor.app = create_app(services)
        answer = asyncio.run(answered(visitor, go_on))
    assert answer.status_code == 200
    assert "x-firstcontact-contact" in answer.headers, answer.text
