"""Whole calls to a team that is busy, in virtual time: who is served when, and what those who wait hear."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from router.demo.provider.simulator import Person, in_turn, ring
from router.store import announcements
from router.store.engine import begin_write
from rules.folder import read_folder
from tests.landlord import FOLDER, TUESDAY
from tests.simulated import Line, on_the_line

OURS, REPAIRS, EMERGENCY = "+441632960000", "+441632960002", "+441632960003"
BEFORE_CLOSING = datetime(2026, 3, 3, 16, 58, tzinfo=UTC)
WAITING = """
  ring_seconds: 15
  announcements:
    busy: {says: We are very busy today., heard: [greeting, waiting]}
    pests: {says: We know of the rats., heard: [waiting], journeys: [pests]}
  waiting:
    says: Thank you for waiting.
    every_seconds: 10
    serve_after_closing: 1
    closed: Everybody has gone home.
"""
OVERFLOW = "    overflow: {after_minutes: 2, emergency_after_seconds: 30}\n"
OFFER = "    offer: {says: 'To be called back, press 1.', after_seconds: 20}\n"
LATE = "    overflow: {after_minutes: 100}\n"


def files(more: str = LATE, escalation: str = "emergency") -> Mapping[str, bytes]:
    """The small landlord with one telephone in Repairs, on which one call is taken at a time."""
    found = dict(read_folder(FOLDER))
    text = found["landlord.yaml"].decode()
    text = text.replace("\ncalls:\n", "\ncalls:" + WAITING + more, 1)
    phones = f'channels: {{phone: "{REPAIRS}"}}\n    phones: [{{number: "{REPAIRS}", at_once: 1, confirm: false}}]'
    text = text.replace(
        f'channels: {{phone: "{REPAIRS}"}}\n    escalation: [emergency]', phones + f"\n    escalation: [{escalation}]"
    )
    assert "at_once" in text
    return found | {"landlord.yaml": text.encode()}


def callers(count: int, talks: float = 60.0) -> list[Person]:
    return [Person(f"+44770090020{each}", in_turn("2"), talks=talks, patience=3_000.0) for each in range(count)]


def served(
    url: str, data: Path, people: list[Person], rules: Mapping[str, bytes], start: datetime = TUESDAY, on: str = ""
) -> Line:
    """These ring five seconds apart, and choose a repair."""

    async def main(line: Line) -> Line:
        if on:
            with begin_write(line.services.record) as record:
                announcements.turn(record, [announcements.switch(on, on=True, at=start, by="tests")])
        for number in (REPAIRS, EMERGENCY):
            line.exchange.people[number] = Person(number, talks=5_000.0)
        for person in people:
            ring(line.exchange, person, OURS)
            await asyncio.sleep(5)
        await line.settled()
        assert line.exchange.violations == []
        return line

    return on_the_line(url, data, (OURS,), main, rules, start)


def heard(person: Person) -> list[str]:
    return list(person.noted("heard"))


def test_those_who_wait_are_served_in_turn_and_hear_their_honest_place(store_url: str, tmp_path: Path) -> None:
    people = callers(3)
    served(store_url, tmp_path, people, files())
    assert [list(person.noted("talking to")) for person in people] == [[REPAIRS]] * 3
    assert any("You are number 2 in the queue." in said for said in heard(people[2]))
    assert any("You are next in the queue." in said for said in heard(people[2]))
    assert not any("queue" in said for said in heard(people[0]))


def test_who_waits_long_is_put_through_to_the_next_team(store_url: str, tmp_path: Path) -> None:
    people = callers(2, talks=1_000.0)
    served(store_url, tmp_path, people, files(OVERFLOW))
    assert [list(person.noted("talking to")) for person in people] == [[REPAIRS], [EMERGENCY]]


def test_an_announcement_is_heard_after_the_greeting_and_while_waiting(store_url: str, tmp_path: Path) -> None:
    people = callers(2)
    served(store_url, tmp_path, people, files(), on="busy")
    assert heard(people[1])[:2] == ["Welcome to Mill Lane Homes.", "We are very busy today."]
    assert heard(people[1]).count("We are very busy today.") > 1
    assert not any("rats" in said for said in heard(people[1]))


def test_who_waits_when_everybody_goes_home_is_told(store_url: str, tmp_path: Path) -> None:
    people = callers(2, talks=1_000.0)
    served(store_url, tmp_path, people, files(OFFER, "complaints"), BEFORE_CLOSING)
    assert list(people[1].noted("talking to")) == []
    assert heard(people[1])[-1] == "Everybody has gone home."
    assert "To be called back, press 1." in heard(people[1])


@pytest.mark.parametrize("size", [0, 1])
def test_a_full_queue_of_the_providers_keeps_nobody_from_waiting(store_url: str, tmp_path: Path, size: int) -> None:
    people = callers(3)

    async def main(line: Line) -> None:
        line.exchange.queue_size = size
        line.exchange.people[REPAIRS] = Person(REPAIRS, talks=5_000.0)
        for person in people:
            ring(line.exchange, person, OURS)
            await asyncio.sleep(5)
        await line.settled()

    on_the_line(store_url, tmp_path, (OURS,), main, files())
    assert [list(person.noted("talking to")) for person in people] == [[REPAIRS]] * 3
