"""Whole calls of people who need to be spoken to slowly: all that they hear is, and nobody else's call."""

import re
from pathlib import Path
from typing import Any

import pytest

from router.demo.provider.simulator import Person, in_turn, ring
from router.store import people
from rules.folder import read_folder
from rules.load import load_checked
from tests.landlord import TUESDAY
from tests.simulated import Line, on_the_line

SAMPLE = Path(__file__).parents[3] / "config"
OURS, CALLER = "+448081570100", "+447700900123"
SLOW = '<prosody rate="75%">'


def customer(adjustments: dict[str, str]) -> dict[str, Any]:
    return {
        "id": f"{1:026d}", "kind": "tenant", "source_digest": "", "changed_at": TUESDAY, "reference": "T-1",
        "name": "Ada Bell", "language": "en", "facts": {}, "preferences": [], "adjustments": adjustments,
        "points": [("phone", CALLER, "")],
    }  # fmt: skip


@pytest.mark.parametrize("adjustments,slowly", [({"extra-time": ""}, True), ({"large-print": ""}, False)])
def test_everything_is_said_slowly_to_who_needs_it(
    sqlite_template: bytes, tmp_path: Path, adjustments: dict[str, str], slowly: bool
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)
    said: list[str] = []

    async def main(line: Line) -> None:
        line.services.writer.submit(people.write, customer(adjustments)).result()
        line.exchange.phone_of = lambda number, _: Person(number, answers="busy")
        reached = line.server._reached.app

        async def listened(scope: Any, receive: Any, send: Any) -> None:
            async def heard(message: Any) -> None:
                said.extend(re.findall(r"<Say[^>]*>(.*?)</Say>", message.get("body", b"").decode()))
                await send(message)

            await reached(scope, receive, heard)

        line.server._reached.app = listened
        ring(line.exchange, Person(CALLER, in_turn("2"), patience_in={"queue": 70}), OURS)
        await line.settled()
        assert (line.exchange.violations, line.exchange.alerts) == ([], [])

    on_the_line(f"sqlite:///{tmp_path / 'record.db'}", tmp_path, (OURS,), main, read_folder(SAMPLE))
    assert any("Thank you for waiting" in each for each in said)
    assert [each for each in said if (SLOW in each) is not slowly] == []


def test_a_voice_that_cannot_is_warned_of() -> None:
    files = read_folder(SAMPLE)
    calls = files["calls.yaml"].replace(b"voice: Polly.Amy", b"voice: woman")
    (problems, warned) = (load_checked(each)[1] for each in (files, {**files, "calls.yaml": calls}))
    assert not [each for each in problems if "slowly" in each.message]
    assert [each.message for each in warned if "slowly" in each.message] == [
        "the voice of `calls` cannot speak slowly, as `extra-time` asks for"
    ]
