"""Calls with which colleagues do anything at any moment, and anybody hangs up: each ends, and nothing is kept."""

import asyncio
import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from router.demo.provider.calls import Over
from router.demo.provider.simulator import ORDERLY, Leg, Person, at_random, in_turn, ring, unruly
from router.enquiry.happenings import EventKind
from router.store.calls import OVER
from router.store.engine import begin_read
from router.store.live_calls import going_on
from tests.effort import effort
from tests.integration.line.at_the_console import SETTINGS, Desk, happened, reach, row, settled, until
from tests.integration.line.test_handing import HUB
from tests.integration.line.test_holding import INTERPRETERS, rules
from tests.integration.line.test_waiting import EMERGENCY, OURS, REPAIRS
from tests.simulated import Line, on_the_line

ACTIONS = ("hold", "resume", "consult", "complete", "go-back", "interpreter", "let-go", "transfer")


LONGEST_ALONE = 15.0
"""Seconds: whoever is alone in a room is asked about again after less."""


def someone(number: str, chance: random.Random) -> Person:
    answers = chance.choices(["completed", "busy", "no-answer", "failed"], [7, 1, 1, 1])[0]
    return Person(number, at_random(chance, keys="12"), answers=answers, talks=chance.uniform(5, 400))


async def anything(line: Line, chance: random.Random, call: Leg) -> None:
    """Somebody at the console presses whatever there is, and somebody on the line hangs up now and then."""
    desk = Desk(line, role="supervisor")
    while not call.is_over:
        await asyncio.sleep(chance.choice([0.2, 1, 5, 20]))
        going = [leg for leg in line.exchange.calls.values() if not leg.is_over and leg.answered]
        if going and chance.random() < 0.15:
            chance.choice(going).interrupt(Over("person"))
        wish = {"to": chance.choice(["hub", "emergency", "repairs"]), "reason": "wrong-team"}
        answer = await desk.does(chance.choice(ACTIONS), **wish)
        assert answer.status_code in (303, 404, 422), answer.text


@pytest.mark.parametrize("seed", range(effort(6, 60)))
def test_whatever_is_done_every_call_ends_and_is_owned(
    sqlite_template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)
    chance = random.Random(seed)
    caller = Person("+447700900201", in_turn("2"), talks=chance.uniform(60, 900), patience=2_000.0)

    async def main(line: Line) -> Mapping[str, object]:
        reach(monkeypatch, line)
        everybody = (HUB, REPAIRS, EMERGENCY, INTERPRETERS)
        line.exchange.people |= {number: someone(number, chance) for number in everybody}
        call = ring(line.exchange, caller, OURS)
        await until(lambda: is_put_through(line))
        watching = asyncio.create_task(never_alone(line, call))
        await anything(line, chance, call)
        await settled(line)
        assert await watching <= LONGEST_ALONE
        assert (line.exchange.violations, line.exchange.alerts) == ([], [])
        teams = [each["team"] for each in happened(line) if each["kind"] in (EventKind.OPENED, EventKind.TRANSFERRED)]
        return row(line) | {"owner": teams[-1]}

    manners = unruly(chance) if seed % 2 else ORDERLY
    url, live = f"sqlite:///{tmp_path / 'record.db'}", rules(confirm=True)
    end = on_the_line(url, tmp_path, (OURS,), main, live, settings=SETTINGS, manners=manners)
    assert end["outcome"] is not None or manners.dropped
    if not manners.dropped:
        assert (end["stage"], end["phone"], end["leg"], end["live"]) == (OVER, None, None, None)
    assert end["owner"] in ("repairs", "hub", "emergency")


async def never_alone(line: Line, call: Leg) -> float:
    """For how many seconds at a time the caller was alone in a room, at most."""
    longest = alone = 0.0
    while not call.is_over:
        await asyncio.sleep(1)
        there = [each.participants for each in line.exchange.rooms.values() if call.sid in each.participants]
        alone = alone + 1 if any(len(participants) == 1 for participants in there) else 0.0
        longest = max(longest, alone)
    return longest


def is_put_through(line: Line) -> bool:
    with begin_read(line.services.record) as record:
        return bool(going_on(record, None, line.services.clock(), 1))
