"""People who ring again and again, pressing and saying anything: every call has one owner, and joins nobody else's."""

import random
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import select

from router.demo.provider.people import Reaction
from router.demo.provider.simulator import Person, ring, unruly
from router.store import people
from router.store.engine import begin_read
from router.store.schema import contacts, decisions, enquiries, parts
from tests.effort import PROFILE
from tests.integration.line.test_returning import OURS, customer
from tests.integration.line.test_spoken import files
from tests.simulated import Line, on_the_line

CALLS = {"quick": 40, "thorough": 400, "search": 4_000}[PROFILE]
NUMBERS = [f"+4477009002{number:02d}" for number in range(5)]
SHARED = NUMBERS[0]
WORDS = ("the boiler is broken", "er what", "there is smoke everywhere", "my rent")


def anything(chance: random.Random) -> Any:
    """Presses any key, the one of the offer more often than others, says something, or nothing."""

    def react(_: str) -> Reaction | None:
        what = chance.random()
        if what < 0.1:
            return None
        after = chance.uniform(0.2, 9)
        return Reaction(speech=chance.choice(WORDS), after=after) if what < 0.3 else Reaction(
            chance.choice("12345099999*#"), after=after, interrupts=chance.random() < 0.3
        )  # fmt: skip

    return react


async def play(line: Line, chance: random.Random) -> None:
    for number, each in enumerate((SHARED, *NUMBERS)):
        row = customer(number + 1) | {"points": [("phone", each, "")]}
        line.services.writer.submit(people.write, row).result()
    line.exchange.phone_of = lambda number, _: Person(number, talks=chance.uniform(1, 60))

    async def call(number: str, at: float) -> None:
        await line.exchange.time.sleep(at)
        ring(line.exchange, Person(number, anything(chance), patience=chance.choice([5, 60, 600])), OURS)

    for _ in range(CALLS):
        line.exchange.spawn(call(chance.choice(NUMBERS), chance.uniform(0, 3_600)))
    await line.settled()
    assert (line.exchange.violations, line.exchange.alerts) == ([], [])


def test_every_call_has_one_owner_and_joins_nobody_else_s(sqlite_template: bytes, tmp_path: Path) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)
    chance = random.Random("regulars")

    async def main(line: Line) -> None:
        await play(line, chance)
        with begin_read(line.services.record) as record:
            rang = {row["id"]: row for row in record.execute(select(contacts)).mappings()}
            current = list(record.execute(select(decisions).where(decisions.c.current)).mappings())
            opened = {row["id"]: row for row in record.execute(select(enquiries)).mappings()}
            chosen = list(record.execute(select(parts).where(parts.c.part == "menu-choice")).mappings())
        assert Counter(row["contact_id"] for row in current) == dict.fromkeys(rang, 1)
        joined = {row["contact_id"]: row["enquiry_id"] for row in current}
        assert all(opened[enquiry]["party"] == rang[id_]["party"] for id_, enquiry in joined.items())
        asked = {part["contact_id"]: part["facts"]["returning"] for part in chosen if "returning" in part["facts"]}
        assert len(asked) > CALLS / 20
        assert {id_: joined[id_] for id_ in asked} == asked
        assert not any(rang[id_]["sender_value"] == SHARED for id_ in asked)
        marked = {row["contact_id"] for row in current if "returning-caller" in row["trail"]["marks"]}
        assert marked == asked.keys()

    url = f"sqlite:///{tmp_path / 'record.db'}"
    on_the_line(url, tmp_path, (OURS,), main, files(), chance=chance, manners=unruly(chance))
