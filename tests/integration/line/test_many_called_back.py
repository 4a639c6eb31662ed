"""Many who choose to be called back, and do anything when they are: nobody is dialled twice, and none is forgotten."""

import random
import socket
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from router.demo.provider.simulator import ACCOUNT, ORDERLY, Leg, Person, Reaction, at_random, ring, served, unruly
from router.enquiry.state import State, fold
from tests.effort import PROFILE
from tests.integration.line.test_calling_back import RULES, Rows, rows_of
from tests.integration.line.test_waiting import LATE, OFFER, OURS, REPAIRS, files
from tests.simulated import TICK_SECONDS, Line, on_the_line

CALLERS = {"quick": 8, "thorough": 60, "search": 200}[PROFILE]
BEGIN, HOURS = 600.0, 2
DESKS = (REPAIRS, "+441632960012")


def landlord() -> dict[str, bytes]:
    """Two telephones in Repairs, one on which a call is taken by a key."""
    found = dict(files(OFFER + LATE + RULES))
    one = f'[{{number: "{REPAIRS}", at_once: 1, confirm: false}}]'.encode()
    two = f'[{{number: "{REPAIRS}", at_once: 1, confirm: false}}, {{number: "{DESKS[1]}", at_once: 1}}]'.encode()
    assert one in found["landlord.yaml"]
    return found | {"landlord.yaml": found["landlord.yaml"].replace(one, two)}


def caller(number: int, chance: random.Random) -> Person:
    """Somebody who has a repair, and mostly takes the offer, at which they press one key after the other."""

    def react(heard: str) -> Reaction | None:
        if "For a repair" in heard:
            return Reaction("2")
        keys = {"key in": "01632960777#" if chance.random() < 0.8 else "999#"}
        pressed = next((key for said, key in keys.items() if said in heard), chance.choice("111112345*"))
        return Reaction(pressed, after=chance.uniform(0.5, 4)) if chance.random() < 0.9 else None

    return Person(f"+447700900{300 + number}", react, patience=chance.choice([60, 600, 3_000]), talks=400.0)


def somebody(number: str, chance: random.Random) -> Person:
    """Whoever is rung: a colleague or a customer, who does anything."""
    return Person(
        number,
        at_random(chance, keys="1112", silence=0.2),
        answers=chance.choices(["completed", "busy", "no-answer", "failed"], [6, 1, 1, 1])[0],
        answers_after=chance.uniform(1, 14),
        talks=chance.uniform(5, 400),
        stars=chance.random() < 0.2,
    )


def played(url: str, data: Path, seed: int, *, orderly: bool) -> tuple[Line, Rows]:
    chance = random.Random(seed)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))

    async def main(line: Line) -> tuple[Line, Rows]:
        exchange = line.exchange
        exchange.phone_of = lambda number, _: somebody(number, chance)

        async def call(number: int, at: float) -> None:
            await exchange.time.sleep(at)
            ring(exchange, caller(number, chance), OURS)

        async with served(exchange, listening):
            for number in range(CALLERS):
                exchange.spawn(call(number, chance.uniform(0, BEGIN)))
            exchange.spawn(exchange.time.sleep(HOURS * 3_600))
            await line.settled()
        return line, rows_of(line)

    settings = {"twilio_api": f"http://127.0.0.1:{listening.getsockname()[1]}", "twilio_account_sid": ACCOUNT}
    manners = ORDERLY if orderly else unruly(chance)
    return on_the_line(url, data, (OURS,), main, landlord(), settings=settings, manners=manners, chance=chance)


@pytest.mark.parametrize("seed,orderly", [(1, True), (2, False)])
def test_every_promise_is_kept_or_somebody_knows(store_url: str, tmp_path: Path, seed: int, orderly: bool) -> None:
    line, rows = played(store_url, tmp_path, seed, orderly=orderly)
    assert line.exchange.violations == []
    assert rows["callbacks"], "nobody chose it"
    nobody_is_dialled_twice(line, rows)
    what_was_promised_is_settled(line, rows)
    no_telephone_is_kept(line, rows)
    if orderly:
        no_telephone_rings_twice_at_once(line)


def nobody_is_dialled_twice(line: Line, rows: Rows) -> None:
    legs = [leg for leg in line.exchange.calls.values() if leg.parent is not None]
    dialled = Counter(leg.parent.sid for leg in legs if leg.parent and leg.parent.direction == "outbound-api")
    assert max(dialled.values(), default=1) == 1
    assert set(dialled) <= {row["call"] for row in rows["outgoing_calls"]}
    assert {row["id"] for row in rows["outgoing_calls"] if row["state"] != "over"} == set(
        under_way(line, rows).values()
    )


def under_way(line: Line, rows: Rows) -> dict[str, str]:
    """Attempts of whose end nothing was heard yet, and it is not yet time to look: by the contact."""
    going = (row for row in rows["outgoing_calls"] if row["state"] != "over" and row["until"] > looked_at(line))
    return {row["contact_id"]: row["id"] for row in going}


def what_was_promised_is_settled(line: Line, rows: Rows) -> None:
    states = {enquiry["id"]: state_of(rows, enquiry["id"]) for enquiry in rows["enquiries"]}
    for owed in rows["callbacks"]:
        if owed["state"] == "choosing":
            continue
        promise = next(each for each in states[owed["enquiry_id"]].callbacks if each.id == owed["promise"])
        assert (owed["state"] == "over") == (promise.settled_at is not None), owed["state"]
        if owed["state"] in ("waiting", "ringing") and owed["contact_id"] not in under_way(line, rows):
            assert owed["due_at"] > looked_at(line), "it was promised for later"


def looked_at(line: Line) -> datetime:
    """Since when the scheduler may not have looked, which does so once in so many seconds of the play."""
    return line.services.clock() - timedelta(seconds=2 * TICK_SECONDS)


def state_of(rows: Rows, enquiry_id: str) -> State:
    return fold(row for row in rows["events"] if row["enquiry_id"] == enquiry_id)


def no_telephone_is_kept(line: Line, rows: Rows) -> None:
    """But for what is under way."""
    kept = {row["contact_id"] for row in rows["calls"] if row["phone"]}
    assert kept <= set(under_way(line, rows))


def no_telephone_rings_twice_at_once(line: Line) -> None:
    for desk in DESKS:
        legs: list[Leg] = [leg for leg in line.exchange.calls.values() if leg.to == desk]
        times: list[tuple[datetime, Any]] = sorted((leg.created, leg.ended) for leg in legs)
        assert all(ended <= begun for (_, ended), (begun, _) in pairwise(times))
