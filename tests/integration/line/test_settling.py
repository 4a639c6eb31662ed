"""Whoever dies between the history and the call back: the next finds what was said, and finishes that and no more."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from router.demo.provider.simulator import Person
from router.telephony import settling
from tests.integration.line.at_the_console import until
from tests.integration.line.test_calling_back import Played, played, with_adjustments
from tests.integration.line.test_clicking import clicks, done
from tests.integration.line.test_holding import hangs_up
from tests.integration.line.test_offer import CALLER, customer
from tests.integration.line.test_waiting import REPAIRS
from tests.simulated import Line


@pytest.fixture
def deaths(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whoever first settles an attempt that the history knows of already dies of it; gives what was to be settled."""
    died: list[str] = []
    real: Callable[..., Any] = settling._next

    def dies(attempt: Any, owed: Any, outcome: str, *more: Any) -> Any:
        if not died and outcome not in (settling.NOT_TAKEN, settling.NOT_MADE):
            died.append(outcome)
            raise MemoryError
        return real(attempt, owed, outcome, *more)

    monkeypatch.setattr(settling, "_next", dies)
    return died


def states(found: Played) -> list[str]:
    return [row["state"] for row in found.rows["callbacks"]]


@pytest.mark.parametrize("first", ["the colleague", "the customer"])
def test_a_promise_that_was_kept_is_left_to_nobody(
    store_url: str, tmp_path: Path, deaths: list[str], first: str
) -> None:
    whom = Person(CALLER, talks=5_000.0 if first == "the colleague" else 40.0)

    async def hang_up(line: Line) -> None:
        await until(lambda: bool(list(whom.noted("talking to"))), seconds=3_000)
        await line.exchange.time.sleep(30)
        await hangs_up(line, REPAIRS)

    async def meanwhile(line: Line) -> None:
        if first == "the colleague":
            line.exchange.spawn(hang_up(line))

    found = played(store_url, tmp_path, whom, meanwhile=meanwhile)
    assert (deaths, found.tried(), found.notes()) == (["reached"], ["reached"], [])
    assert (states(found), found.outgoing()) == (["over"], [("over", "reached")])
    assert len(found.legs_to(CALLER)) == 1


def test_who_was_not_reached_is_rung_again_as_often_as_they_would_have_been(
    sqlite_template: bytes, tmp_path: Path, deaths: list[str]
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)
    found = played(f"sqlite:///{tmp_path / 'record.db'}", tmp_path, Person(CALLER, answers="no-answer"))
    assert (deaths, found.tried()) == (["no-answer"], ["no-answer", "no-answer", "not-reached"])
    assert (states(found), found.notes(), len(found.legs_to(CALLER))) == (["over"], [], 2)


def test_what_was_left_to_a_person_stays_with_them_and_is_said_once(
    sqlite_template: bytes, tmp_path: Path, deaths: list[str]
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)
    url, known = f"sqlite:///{tmp_path / 'record.db'}", customer({"relay": ""})
    found = played(url, tmp_path, Person(CALLER), rules=with_adjustments(), known=known)
    assert (deaths, states(found), len(found.notes())) == (["barred"], ["by-person"], 1)
    assert found.legs_to(CALLER) == []


@pytest.mark.parametrize("promised", [False, True])
def test_a_call_that_a_colleague_made_is_told_once(
    sqlite_template: bytes, tmp_path: Path, deaths: list[str], promised: bool
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)
    url, colleague = f"sqlite:///{tmp_path / 'record.db'}", Person(REPAIRS, talks=230.0)
    found = played(url, tmp_path, colleague=colleague, pressed=(), meanwhile=clicks([], promised=promised))
    assert deaths == ["reached"]
    assert done(found) == [("user:1", "reached" if promised else "Rang the customer, and talked to them.")]
    assert [state for state, _ in found.outgoing()] == ["over"]
