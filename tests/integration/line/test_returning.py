"""Whole calls of people who have rung before: offered the team that has their enquiry, and put through to it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from router.console.timeline import Names, event_entry
from router.demo.provider.simulator import Person, in_turn, ring
from router.store import people
from router.store.engine import begin_read
from router.store.schema import contacts, decisions, enquiries, events
from rules.folder import read_folder
from tests.landlord import TUESDAY
from tests.simulated import Line, on_the_line

SAMPLE = Path(__file__).parents[3] / "config"
OURS, CALLER = "+448081570100", "+447700900123"
REPAIR, ANTISOCIAL, OFFER, EMERGENCY = "2", "4", "9", "1"
REPAIRS = "+441632960003"


def customer(number: int = 1, adjustments: dict[str, str] | None = None) -> dict[str, Any]:
    return {
        "id": f"{number:026d}",
        "kind": "tenant",
        "source_digest": "",
        "changed_at": TUESDAY,
        "reference": f"T-{number}",
        "name": "Ada Bell",
        "language": "en",
        "facts": {},
        "preferences": [],
        "adjustments": adjustments or {},
        "points": [("phone", CALLER, "")],
    }


@dataclass(frozen=True)
class Rang:
    """What two calls of one person left behind: what the second one heard in its first question, and whose it is."""

    heard: str
    talked_to: list[str]
    enquiries: list[dict[str, Any]]
    decisions: list[dict[str, Any]]
    titles: list[str] = field(default_factory=list)


def rang(template: bytes, folder: Path, who: list[dict[str, Any]], first: str, *then: str) -> Rang:
    """Ring about one thing, and then once more, pressing these keys."""
    (folder / "record.db").write_bytes(template)

    async def main(line: Line) -> Rang:
        for each in who:
            line.services.writer.submit(people.write, each).result()
        line.exchange.phone_of = lambda number, _: Person(number, talks=5)
        ring(line.exchange, Person(CALLER, in_turn(first)), OURS)
        await line.settled()
        questions: list[str] = []
        again = in_turn(*then)
        caller = Person(CALLER, lambda question: (questions.append(question), again(question))[1])
        ring(line.exchange, caller, OURS)
        await line.settled()
        assert (line.exchange.violations, line.exchange.alerts) == ([], [])
        with begin_read(line.services.record) as record:
            opened = [dict(row) for row in record.execute(select(enquiries).order_by(enquiries.c.id)).mappings()]
            decided = [dict(row) for row in record.execute(select(decisions).order_by(decisions.c.id)).mappings()]
            happened = [dict(row) for row in record.execute(select(events).order_by(events.c.id)).mappings()]
            assert len(record.execute(select(contacts)).all()) == 2
        names = Names({}, line.services.live.current().ruleset)
        titles = [event_entry(event, names).title for event in happened]
        return Rang(questions[0], list(caller.noted("talking to")), opened, decided, titles)

    return on_the_line(f"sqlite:///{folder / 'record.db'}", folder, (OURS,), main, read_folder(SAMPLE))


def test_the_key_leads_to_the_owner_and_the_call_joins(sqlite_template: bytes, tmp_path: Path) -> None:
    found = rang(sqlite_template, tmp_path, [customer()], REPAIR, OFFER)
    offered = "You have been in touch with us about a repair. To go to the team that has it, press 9."
    assert offered in found.heard
    assert found.heard.index("emergency in your home, press 1") < found.heard.index(offered)
    assert found.heard.index(offered) < found.heard.index("other repair, press 2")
    assert found.talked_to == [REPAIRS]
    assert [(row["journey"], row["team"]) for row in found.enquiries] == [("routine-repair", "repairs")]
    last = found.decisions[-1]
    assert (last["how"], last["team"], last["facts"]["chosen_team"]) == ("threaded", "repairs", "repairs")
    assert "returning-caller" in last["trail"]["marks"]
    assert last["because"].startswith("The caller chose to go to the team that has their enquiry. ")
    assert "The customer rang about this, and chose to go to the team that has it" in found.titles


@pytest.mark.parametrize("keys,journeys", [
    ((EMERGENCY,), ["routine-repair", "emergency-repair"]),
    ((ANTISOCIAL,), ["routine-repair", "antisocial-behaviour"]),
    (("7", OFFER), ["routine-repair"]),
    ((), ["routine-repair", None]),
], ids=["emergency", "another matter", "wrong key first", "no key"])  # fmt: skip
def test_whoever_wants_something_else_has_it(
    sqlite_template: bytes, tmp_path: Path, keys: tuple[str, ...], journeys: list[str | None]
) -> None:
    found = rang(sqlite_template, tmp_path, [customer()], REPAIR, *keys)
    assert [row["journey"] for row in found.enquiries] == journeys
    assert ("returning-caller" in found.decisions[-1]["trail"]["marks"]) is (OFFER in keys)


NOT_TOLD: list[tuple[str, list[dict[str, Any]], str]] = [
    ("nobody that we know", [], REPAIR),
    ("a number of two people", [customer(1), customer(2)], REPAIR),
    ("somebody may be in danger", [customer(adjustments={"safe-contact": ""})], REPAIR),
    ("a team that is never spoken of", [customer()], ANTISOCIAL),
]


@pytest.mark.parametrize("who,first", [case[1:] for case in NOT_TOLD], ids=[case[0] for case in NOT_TOLD])
def test_nothing_is_said_where_another_may_hear_it(
    sqlite_template: bytes, tmp_path: Path, who: list[dict[str, Any]], first: str
) -> None:
    found = rang(sqlite_template, tmp_path, who, first, OFFER)
    assert "You have been in touch" not in found.heard
    assert not any("returning-caller" in row["trail"]["marks"] for row in found.decisions)


def test_who_is_put_straight_through_is_offered_nothing(sqlite_template: bytes, tmp_path: Path) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)

    async def main(line: Line) -> list[dict[str, Any]]:
        line.services.writer.submit(people.write, customer(adjustments={"straight-to-a-person": ""})).result()
        line.exchange.phone_of = lambda number, _: Person(number, talks=5)
        for _ in range(2):
            caller = Person(CALLER)
            ring(line.exchange, caller, OURS)
            await line.settled()
            assert not any("press 9" in heard for heard in caller.noted("heard"))
        with begin_read(line.services.record) as record:
            return [dict(row) for row in record.execute(select(decisions).order_by(decisions.c.id)).mappings()]

    decided = on_the_line(f"sqlite:///{tmp_path / 'record.db'}", tmp_path, (OURS,), main, read_folder(SAMPLE))
    assert [row["facts"]["open_enquiries"] for row in decided] == [0, 1]
