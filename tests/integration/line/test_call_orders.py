"""What a provider says of one call, in any order, more than once and with gaps: one contact, and one end of it."""

import asyncio
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from router.services import Services
from router.store.call_ends import CALL_ENDED
from router.store.engine import begin_read
from router.store.schema import calls, contacts, ended_calls, events
from router.web.app import create_app
from tests.effort import effort
from tests.integration.line.test_calls import LANDLORDS
from tests.landlord import TUESDAY, publish_small, route_all, services_on
from tests.servers.provider import TOKEN, signature

BASE = "http://hub.example"
OURS = "+448081570100"
Told = tuple[str, dict[str, str]]


def at(second: int) -> dict[str, str]:
    return {"Timestamp": f"Tue, 03 Mar 2026 10:{second // 60:02d}:{second % 60:02d} +0000"}


def status(state: str, second: int, **more: str) -> Told:
    return "status", {"CallStatus": state, "SequenceNumber": str(second), **at(second), **more}


def leg(state: str, second: int) -> Told:
    return "status", {**status(state, second)[1], "CallSid": "CAleg", "ParentCallSid": "CA1"}


BEGINS: list[Told] = [("", {"CallStatus": "ringing", **at(0)}), ("menu", {"Digits": "2", **at(5)})]
RECORDED = {"RecordingSid": "RE1", "RecordingDuration": "9", "RecordingSource": "RecordVerb"}
CALLS: dict[str, tuple[list[Told], str]] = {
    "answered": (
        [
            *BEGINS,
            leg("in-progress", 20),
            leg("completed", 80),
            ("dialled", {"DialCallStatus": "completed", "DialCallSid": "CAleg", **at(80)}),
            status("completed", 81, CallDuration="81"),
        ],
        "answered",
    ),
    "abandoned": ([*BEGINS, ("left?turn=0", {"QueueResult": "hangup", **at(50)}), status("completed", 50)],
                  "abandoned-waiting"),
    "hung-up-in-the-menu": ([BEGINS[0], status("completed", 7)], "abandoned"),
    "voicemail": (
        [
            *BEGINS,
            ("recorded", {**RECORDED, "RecordingStatus": "completed"}),
            ("transcribed", {"RecordingSid": "RE1", "TranscriptionText": "Please ring me."}),
            status("completed", 60),
        ],
        "voicemail",
    ),
}  # fmt: skip


async def tell(services: Services, told: Sequence[Told], sid: str, caller: str) -> None:
    """Tell the application, as the provider does, of everything in this order."""
    transport = httpx.ASGITransport(create_app(services))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        for place, more in told:
            numbers = {} if place in ("recorded", "transcribed") else {"From": caller, "To": OURS}
            ids = {"CallSid": sid, "ParentCallSid": sid} if "ParentCallSid" in more else {"CallSid": sid}
            fields = {"AccountSid": "AC1", **numbers, **more, **ids}
            if "ParentCallSid" in fields:
                fields["CallSid"] = f"{sid}leg"
            path = f"/channels/twilio/voice/{place}".rstrip("/")
            headers = {"X-Twilio-Signature": signature(BASE + path, fields, TOKEN)}
            assert (await client.post(path, data=fields, headers=headers)).status_code == 200


def became(services: Services, sid: str, caller: str) -> dict[str, Any]:
    """What the record says of the call in the end."""
    with begin_read(services.record) as record:
        # One contact, and whoever rang is known in the end.
        [contact] = record.execute(select(contacts).where(contacts.c.conversation == sid)).mappings()
        row = record.execute(select(calls).where(calls.c.contact_id == contact["id"])).mappings().first()
        mine = (events.c.contact_id == contact["id"], events.c.kind == CALL_ENDED)
        ended = record.execute(select(events).where(*mine).order_by(events.c.id.desc())).mappings().first()
        chased = record.execute(select(ended_calls).where(ended_calls.c.contact_id == contact["id"])).first()
    assert contact["sender_value"] == caller
    return {
        "contact": {name: contact[name] for name in ("state", "recipients", "team", "journey")},
        "call": row and {name: row[name] for name in ("stage", "team", "phone", "until", "outcome", "ended_at")},
        "ended": ended and (ended["team"], ended["data"]),
        "to see to": chased is not None,
    }


@pytest.mark.parametrize("name", CALLS)
def test_any_order_leads_to_the_same_end(sqlite_template: bytes, tmp_path: Path, name: str) -> None:
    told, outcome = CALLS[name]
    record, chance = tmp_path / "record.db", random.Random(name)
    record.write_bytes(sqlite_template)
    (tmp_path / "env").write_text(f"TWILIO_AUTH_TOKEN={TOKEN}\n")
    url, keys = f"sqlite:///{record}", {"twilio_auth_token": TOKEN, "public_url": BASE}
    with services_on(url, tmp_path, lambda: TUESDAY, **keys) as services:
        publish_small(services, LANDLORDS["few-telephones"]())
        found = []
        for number in range(effort(8, 60)):
            order = list(told) if not number else [*told, *chance.sample(told, 2)]
            if number:
                chance.shuffle(order)
            sid, caller = f"CA{number}", f"+4477009001{number:02d}"
            asyncio.run(tell(services, order, sid, caller))
            route_all(services)
            found.append(became(services, sid, caller))
    assert (found[0]["ended"][1]["outcome"], found[0]["to see to"]) == (outcome, True)
    assert found == [found[0]] * len(found)
