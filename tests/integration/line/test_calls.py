"""Calls by the hundred, of people who do anything at any moment, played through the whole application."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from router.demo.provider.simulator import Leg, Person, at_random, ring, unruly
from router.store.contacts import DECIDED
from router.store.engine import begin_read
from router.store.schema import contacts, decisions, enquiry_contacts
from rules.folder import read_folder
from tests.effort import PROFILE
from tests.simulated import Line, on_the_line

SAMPLE = Path(__file__).parents[3] / "config"
OURS = ("+448081570100", "+441632960100")
CALLS = {"quick": 150, "thorough": 2_000, "search": 10_000}[PROFILE]
HOUR = 3_600.0


def caller(number: int, chance: random.Random) -> Person:
    """Somebody who presses anything, waits as long as they like, and sometimes withholds their number."""
    return Person(
        "" if chance.random() < 0.05 else f"+447700{900_000 + number % 90_000}",
        at_random(chance),
        patience=chance.choice([0.5, 5, 20, 90, 600]),
        patience_in={"queue": chance.choice([10, 120, 900]), "ringing": chance.choice([2, 15, 60])},
        talks=chance.uniform(1, 600),
        message=chance.choice(["", "There is water everywhere", "Please ring me"]),
        message_seconds=chance.uniform(1, 60),
        stars=chance.random() < 0.1,
    )


def phone(number: str, chance: random.Random) -> Person:
    """A colleague's telephone, with somebody who does anything too."""
    return Person(
        number,
        at_random(chance),
        answers=chance.choices(["completed", "busy", "no-answer", "failed"], [6, 1, 2, 1])[0],
        answers_after=chance.uniform(1, 25),
        talks=chance.uniform(1, 600),
        patience=chance.choice([3, 60, 600]),
    )


async def play_many(line: Line, chance: random.Random) -> list[Leg]:
    """Everybody rings some time within the hour."""
    exchange = line.exchange
    legs: list[Leg] = []

    async def call(number: int, at: float) -> None:
        await exchange.time.sleep(at)
        legs.append(ring(exchange, caller(number, chance), chance.choice(OURS)))

    for number in range(CALLS):
        exchange.spawn(call(number, chance.uniform(0, HOUR)))
    await line.settled()
    return legs


def found(line: Line, rows: Any) -> Sequence[Mapping[str, Any]]:
    with begin_read(line.services.record) as record:
        return list(record.execute(rows).mappings())


@pytest.mark.parametrize("seed", [1, 2])
def test_every_call_ends_with_an_owner_and_an_outcome(sqlite_template: bytes, tmp_path: Path, seed: int) -> None:
    record = tmp_path / "record.db"
    record.write_bytes(sqlite_template)
    chance = random.Random(seed)

    async def main(line: Line) -> None:
        line.exchange.phone_of = lambda number, _: phone(number, chance)
        legs = await play_many(line, chance)
        assert line.exchange.violations == []
        assert line.exchange.alerts == [], [
            (a.url, a.status, a.fields) for a in line.exchange.asked if a.status != 200
        ][:3]
        assert all(leg.is_over for leg in legs)
        kept = {row["conversation"]: row for row in found(line, select(contacts))}
        assert set(kept) == {leg.sid for leg in legs}
        assert Counter(row["state"] for row in kept.values()) == {DECIDED: len(legs)}
        current = Counter(row["contact_id"] for row in found(line, select(decisions).where(decisions.c.current)))
        assert current == {row["id"]: 1 for row in kept.values()}
        homes = Counter(row["contact_id"] for row in found(line, select(enquiry_contacts)))
        assert homes == {row["id"]: 1 for row in kept.values()}
        teams = line.services.live.current().ruleset.teams
        assert {row["team"] for row in kept.values()} <= set(teams)

    manners = unruly(chance)
    on_the_line(f"sqlite:///{record}", tmp_path, OURS, main, read_folder(SAMPLE), chance=chance, manners=manners)
