"""A whole call by text relay, said by a key: it is kept beside the number, and told to the colleague."""

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from router.demo.provider.simulator import Person, in_turn, ring
from router.store.engine import begin_read
from router.store.schema import contacts, events
from rules.folder import read_folder
from tests.simulated import Line, on_the_line

SAMPLE = Path(__file__).parents[3] / "config"
OURS, CALLER, SOFTPHONE = "+448081570100", "+447700900123", "sip:desk@pbx.harbour-row.example"


def files() -> dict[str, bytes]:
    """The sample landlord with a key for text relay, and softphones that are put through without a key."""
    found = read_folder(SAMPLE)
    key = '    "8": {says: If you call by text relay, relay: true, team: customer-hub}\n    "0": {'
    calls = found["calls.yaml"].decode().replace('    "0": {', key)
    teams = re.sub(r"    phones: .*\n", f'    phones: [{{sip: "{SOFTPHONE}"}}]\n', found["teams.yaml"].decode())
    return {**found, "calls.yaml": calls.encode(), "teams.yaml": teams.encode()}


@pytest.mark.parametrize("key,by_relay", [("8", True), ("0", False)])
def test_the_key_marks_the_call(sqlite_template: bytes, tmp_path: Path, key: str, by_relay: bool) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)
    colleague = Person(SOFTPHONE, talks=5)

    async def main(line: Line) -> tuple[Any, list[str]]:
        line.exchange.phone_of = lambda *_: colleague
        ring(line.exchange, Person(CALLER, in_turn(key)), OURS)
        await line.settled()
        assert (line.exchange.violations, line.exchange.alerts) == ([], [])
        with begin_read(line.services.record) as record:
            sender = record.execute(select(contacts.c.sender)).scalar_one()
            told = record.execute(select(events.c.actor).where(events.c.kind == "text-relay-marked")).scalars()
            return sender, list(told)

    sender, told = on_the_line(f"sqlite:///{tmp_path / 'record.db'}", tmp_path, (OURS,), main, files())
    prefix = "18002" if by_relay else ""
    assert (sender.get("prefix", ""), told) == (prefix, ["caller"] * by_relay)
    assert any("They call by text relay" in heard for _, heard in colleague.log) is by_relay
