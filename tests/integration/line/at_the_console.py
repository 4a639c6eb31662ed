"""Colleagues at the console while calls go on: what they press there reaches the simulated provider's own API."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from router.demo.provider.clock import still
from router.demo.provider.simulator import ACCOUNT, TOKEN, Leg, client
from router.store.engine import begin_read
from router.store.schema import calls, events
from router.telephony import moving
from tests.integration.console.visitor import PASSWORD_HASH, Visitor
from tests.simulated import Line

SETTINGS: Mapping[str, Any] = {
    "twilio_account_sid": ACCOUNT,
    "twilio_auth_token": TOKEN,
    "sms_from": "+441632960000",
}


def reach(patch: pytest.MonkeyPatch, line: Line, transport: httpx.Client | None = None) -> None:
    """Let everything of ours reach the provider's API, or whatever else is in its place."""
    there = transport or client(line.exchange)
    for module in ("router.telephony.holding", "router.telephony.moving", "router.telephony.pausing"):
        patch.setattr(f"{module}.http_client", lambda: there)


class Desk:
    """A colleague at the console."""

    def __init__(self, line: Line, *teams: str, role: str = "colleague") -> None:
        self.line = line
        self.visitor = Visitor(line.services).signed_in([role], teams, PASSWORD_HASH)

    async def does(self, action: str, leg: Leg | None = None, **fields: str) -> httpx.Response:
        """Send the form of an action on a call."""
        path = f"/calls/{row(self.line, leg)['contact_id']}/actions/{action}"
        return await self._apart(lambda: self.visitor.post(path, fields))

    async def sees(self, leg: Leg | None = None) -> str:
        """The page of a call; of the only one unless told which."""
        path = f"/calls/{row(self.line, leg)['contact_id']}"
        return (await self._apart(lambda: self.visitor.get(path))).text

    async def _apart(self, work: Callable[[], httpx.Response]) -> httpx.Response:
        with still():
            return await asyncio.to_thread(work)


def row(line: Line, leg: Leg | None = None) -> dict[str, Any]:
    """A call that was put through, as the record has it; the only one unless told which."""
    wanted = calls.select().where(calls.c.call == leg.sid) if leg else calls.select()
    with begin_read(line.services.record) as record:
        return dict(record.execute(wanted).mappings().one())


def happened(line: Line) -> list[dict[str, Any]]:
    """Everything that the history has, in order."""
    with begin_read(line.services.record) as record:
        return [dict(each) for each in record.execute(events.select().order_by(events.c.id)).mappings()]


async def until(holds: Callable[[], bool], seconds: int = 600) -> None:
    """Let virtual time go by until something holds."""
    for _ in range(seconds):
        if holds():
            return
        await asyncio.sleep(1)
    raise AssertionError("it never came to that")


async def settled(line: Line) -> None:
    """Return when every call is over, and nobody is being fetched out of a queue any more."""
    await line.settled()
    with still():
        await asyncio.gather(*moving._going)
