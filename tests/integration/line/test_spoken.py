"""Whole calls of people who say what it is about in place of pressing a key."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from router.demo.provider.people import Reaction
from router.demo.provider.simulator import Person, ring
from router.store.engine import begin_read
from router.store.schema import contacts, decisions, parts
from rules.folder import read_folder
from tests.simulated import Line, on_the_line

SAMPLE = Path(__file__).parents[3] / "config"
OURS, CALLER = "+448081570100", "+447700900123"


def files() -> dict[str, bytes]:
    """The sample landlord, whose callers may say what it is about."""
    found = read_folder(SAMPLE)
    calls = found["calls.yaml"].decode().replace("  # speech:", "  speech:")
    assert "\n  speech:" in calls
    return {**found, "calls.yaml": calls.encode()}


def says(*answers: str) -> Any:
    """Says these, or presses them, one question after the other."""
    left = iter(answers)

    def react(_: str) -> Reaction | None:
        answer = next(left, "")
        return Reaction(keys=answer) if answer.isdigit() else Reaction(speech=answer) if answer else None

    return react


def rang(template: bytes, folder: Path, *answers: str) -> tuple[Person, dict[str, Any], list[str]]:
    """Ring and say this: gives the caller, the decision, and all that the record has of the words."""
    (folder / "record.db").write_bytes(template)

    async def main(line: Line) -> tuple[Person, dict[str, Any], list[str]]:
        line.exchange.phone_of = lambda number, _: Person(number, talks=5)
        caller = Person(CALLER, says(*answers))
        ring(line.exchange, caller, OURS)
        await line.settled()
        assert (line.exchange.violations, line.exchange.alerts) == ([], [])
        with begin_read(line.services.record) as record:
            assert record.execute(select(contacts.c.state)).scalars().all() == ["decided"]
            kept = record.execute(select(parts.c.text).where(parts.c.text != "")).scalars().all()
            decided = record.execute(select(decisions).where(decisions.c.current)).mappings().one()
            return caller, dict(decided), list(kept)

    return on_the_line(f"sqlite:///{folder / 'record.db'}", folder, (OURS,), main, files())


BOILER = "the boiler is broken and we have no hot water"
SAID: list[tuple[str, tuple[str, ...], str | None, str]] = [
    ("recognised", (BOILER,), "heating-and-hot-water", "repairs"),
    ("an emergency of its own", ("I can smell gas in the kitchen",), "gas-escape", "emergency-repairs"),
    ("urgent and not understood", ("smoke",), "emergency-repair", "emergency-repairs"),
    ("not understood, then a key", ("er hello there", "3"), "rent-account", "income"),
    ("not understood, then silence", ("er hello there", ""), None, "customer-hub"),
    ("not understood, then a key that leads nowhere", ("er hello there", "8"), None, "customer-hub"),
    ("a key as ever", ("2",), "routine-repair", "repairs"),
]


@pytest.mark.parametrize("answers,journey,team", [case[1:] for case in SAID], ids=[case[0] for case in SAID])
def test_words_lead_where_they_should(
    sqlite_template: bytes, tmp_path: Path, answers: tuple[str, ...], journey: str | None, team: str
) -> None:
    caller, decision, kept = rang(sqlite_template, tmp_path, *answers)
    assert (decision["journey"], decision["routed_team"]) == (journey, team)
    assert len(list(caller.noted("talking to"))) == 1
    assert kept == [answer for answer in answers if answer and not answer.isdigit()]
    heard = " ".join(caller.noted("heard"))
    assert ("Sorry, we did not understand that" in heard) is answers[0].startswith("er ")
    assert not any(word in str(decision["facts"]) for word in kept)
