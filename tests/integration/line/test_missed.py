"""Whole calls of people whom nobody talks to: who is promised a call back, and when that promise is kept."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from router.demo.provider.simulator import Person, in_turn, ring
from router.store import people
from router.store.engine import begin_read
from router.store.schema import ended_calls, enquiries, events
from tests.integration.line.test_calls import OURS, with_few_telephones
from tests.simulated import Line, on_the_line

CALLER, ADA = "+447700900123", "+447700900124"
TUESDAY_TEN = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
SATURDAY_NIGHT = datetime(2026, 3, 7, 23, 0, tzinfo=UTC)
CHASED = b"  missed: {not_under_seconds: 5, promise_within: 4}\n"
NOBODY, SOMEBODY = "no-answer", "completed"
PROMISED, NOTED, TRIED = "callback-promised", "noted", "callback-tried"


def landlord(*, chases: bool) -> dict[str, bytes]:
    """The sample landlord with few telephones, who rings people back, or does not."""
    files = with_few_telephones()
    assert CHASED in files["calls.yaml"]
    return files if chases else files | {"calls.yaml": files["calls.yaml"].replace(CHASED, b"")}


def ada() -> dict[str, Any]:
    """A customer who must not be rung, and rings all the same."""
    return {
        "id": f"{1:026d}",
        "reference": "A1",
        "name": "Ada",
        "kind": "tenant",
        "language": None,
        "preferences": [],
        "source_digest": "",
        "changed_at": TUESDAY_TEN,
        "adjustments": {"no-telephone": ""},
        "facts": {},
        "points": [("phone", ADA, "")],
    }


def seen(
    template: bytes, folder: Path, callers: Sequence[Person], answers: Sequence[str], **how: Any
) -> list[dict[str, Any]]:
    """What the engine did of itself about the enquiry after these calls, an hour apart, with our telephones so."""
    record = folder / "record.db"
    record.write_bytes(template)

    async def main(line: Line) -> list[dict[str, Any]]:
        line.services.writer.submit(people.write, ada()).result()
        for caller, answer in zip(callers, answers, strict=True):
            line.exchange.phone_of = lambda number, _, how=answer: Person(number, in_turn("1"), answers=how)
            ring(line.exchange, caller, OURS[0])
            await line.exchange.time.sleep(3_600)
        await line.settled()
        with begin_read(line.services.record) as found:
            assert found.execute(select(func.count()).select_from(ended_calls)).scalar_one() == 0
            assert found.execute(select(func.count()).select_from(enquiries)).scalar_one() == 1
            wanted = select(events).where(events.c.kind.in_([PROMISED, NOTED, TRIED])).order_by(events.c.id)
            return [dict(row) for row in found.execute(wanted).mappings()]

    files, start = landlord(chases=how.get("chases", True)), how.get("start", TUESDAY_TEN)
    return on_the_line(f"sqlite:///{record}", folder, OURS, main, files, start=start)


def person(number: str = CALLER, patience: float = 60) -> Person:
    return Person(number, in_turn("2"), patience=patience, talks=30)


@pytest.mark.parametrize(
    "callers,answers,expected",
    [
        ([person()], [NOBODY], [PROMISED]),
        ([person()], [SOMEBODY], []),
        ([person(patience=4)], [NOBODY], []),
        ([person(patience=6)], [NOBODY], [PROMISED]),
        ([person("") ], [NOBODY], [NOTED]),
        ([person(ADA)], [NOBODY], [NOTED]),
        ([person(), person()], [NOBODY, NOBODY], [PROMISED]),
        ([person(), person()], [NOBODY, SOMEBODY], [PROMISED, TRIED]),
        ([person(), person()], [SOMEBODY, SOMEBODY], []),
    ],
    ids=["gave-up", "talked-to", "hung-up-at-once", "hung-up-later", "withheld", "not-by-phone", "twice", "rang-again",
         "two-talks"],
)  # fmt: skip
def test_who_is_owed_a_call(
    sqlite_template: bytes, tmp_path: Path, callers: list[Person], answers: list[str], expected: list[str]
) -> None:
    found = seen(sqlite_template, tmp_path, callers, answers)
    assert [(event["kind"], event["actor"]) for event in found] == [(kind, "engine") for kind in expected]
    assert [event["data"]["outcome"] for event in found if event["kind"] == TRIED] == ["reached"] * expected.count(
        TRIED
    )


def test_without_the_section_nobody_is_promised_anything(sqlite_template: bytes, tmp_path: Path) -> None:
    assert seen(sqlite_template, tmp_path, [person()], [NOBODY], chases=False) == []


def test_a_call_is_promised_in_the_hours_of_the_team(sqlite_template: bytes, tmp_path: Path) -> None:
    [promised] = seen(sqlite_template, tmp_path, [person()], [NOBODY])
    starts, ends = (datetime.fromisoformat(promised["data"][name]) for name in ("starts", "ends"))
    assert TUESDAY_TEN < starts <= TUESDAY_TEN + timedelta(hours=1)
    assert ends - starts == timedelta(hours=4)


def test_at_night_it_is_promised_for_when_the_team_opens(sqlite_template: bytes, tmp_path: Path) -> None:
    [promised] = seen(sqlite_template, tmp_path, [person()], [NOBODY], start=SATURDAY_NIGHT)
    monday = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)
    assert datetime.fromisoformat(promised["data"]["starts"]) == monday
    assert datetime.fromisoformat(promised["data"]["ends"]) == monday + timedelta(hours=4)
