"""What is told late, or again, of an attempt to put a caller through: it changes nothing of the next."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import select

from router.services import Services
from router.store.calls import CONNECTING, TALKING
from router.store.engine import begin_read
from router.store.schema import calls
from tests.integration.line.test_call_orders import BASE, Told, tell
from tests.integration.line.test_connecting import DESKS, files
from tests.landlord import TUESDAY, publish_small, services_on
from tests.servers.provider import TOKEN

CALLER = "+447700900101"
DIALLED: Told = ("dialled?turn=1", {"DialCallStatus": "no-answer", "DialCallSid": "CAfirst"})
LEG = {"ParentCallSid": "CA1"}
ANSWERED = {**LEG, "CallStatus": "in-progress", "SequenceNumber": "2"}
BEGINS: list[Told] = [("", {"CallStatus": "ringing"}), ("menu", {"Digits": "2"}), DIALLED]
SECOND: dict[str, str | None] = {"stage": CONNECTING, "phone": DESKS[1], "leg": None}
CASES: dict[str, tuple[list[Told], Mapping[str, str | None]]] = {
    "nothing more": ([], SECOND),
    "the first did not answer, again": ([DIALLED], SECOND),
    "the first was answered": ([("status?turn=1", ANSWERED)], SECOND),
    "the first takes it": ([("whisper?call=CA1&turn=1&taken=1", {**LEG, "Digits": "1"})], SECOND),
    "the second is answered": ([("status?turn=2", ANSWERED), ("whisper?call=CA1&turn=2", LEG)], SECOND),
    "the second takes it": (
        [("whisper?call=CA1&turn=2&taken=1", {**LEG, "Digits": "1"}), DIALLED],
        {"stage": TALKING, "phone": DESKS[1], "leg": None},
    ),
    "the second has heard it all": (
        [("whisper?call=CA1&turn=2&said=1", LEG), DIALLED],
        {"stage": TALKING, "phone": DESKS[1], "leg": "CA1leg"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_only_the_latest_attempt_counts(store_url: str, tmp_path: Path, name: str) -> None:
    told, expected = CASES[name]
    (tmp_path / "env").write_text(f"TWILIO_AUTH_TOKEN={TOKEN}\n")
    keys = {"twilio_auth_token": TOKEN, "public_url": BASE}
    with services_on(store_url, tmp_path, lambda: TUESDAY, **keys) as services:
        publish_small(services, files())
        asyncio.run(tell(services, [*BEGINS, *told], "CA1", CALLER))
        assert row(services) == expected


def row(services: Services) -> dict[str, str | None]:
    with begin_read(services.record) as record:
        found = record.execute(select(calls)).mappings().one()
    return {name: found[name] for name in SECOND}
