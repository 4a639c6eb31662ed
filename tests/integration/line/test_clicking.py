"""Calls that colleagues have made from an enquiry: their own telephone first, then the customer; and how it went."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from router.acting import Ordered, act
from router.demo.provider.simulator import Person
from router.enquiry import orders
from router.enquiry.actions import Actor
from router.store.ids import new_id
from router.telephony import clicking
from rules.landlord import Phone
from tests.integration.line.test_calling_back import Played, played, rows_of
from tests.integration.line.test_offer import CALLER, customer
from tests.integration.line.test_waiting import REPAIRS
from tests.landlord import TUESDAY
from tests.simulated import Line

DESK = Phone("number", REPAIRS, at_once=1, confirm=False)


def clicks(answers: list[str], *, promised: bool = False, times: int = 1) -> Any:
    """A colleague has the customer rung once the two have talked; what each click is answered is kept."""

    async def click(line: Line) -> None:
        await line.exchange.time.sleep(1_000)
        enquiry = rows_of(line)["enquiries"][-1]["id"]
        if promised:
            wanted = orders.PromiseCallback(TUESDAY.replace(hour=12), TUESDAY.replace(hour=13))
            act(line.services, Ordered(enquiry, wanted, Actor("user:1", everywhere=True), "by hand"))
        wish = clicking.RingOrder(enquiry, DESK, "repairs", "user:1", new_id())
        another = clicking.RingOrder(enquiry, DESK, "repairs", "user:1", new_id())
        for each in (*[wish] * times, another):
            answer = await asyncio.to_thread(clicking.ring, line.services, each)
            answers.append(answer)

    return click


def done(found: Played) -> list[tuple[str, str]]:
    """What the history has that the colleague did, and by whom."""
    rows = [row for row in found.rows["events"] if row["kind"] in ("noted", "callback-tried")]
    return [(row["actor"], row["data"].get("outcome") or row["data"]["text"]) for row in rows]


@pytest.mark.parametrize("promised", [False, True])
def test_the_colleague_is_rung_and_then_the_customer(store_url: str, tmp_path: Path, promised: bool) -> None:
    answers: list[str] = []
    found = played(store_url, tmp_path, pressed=(), meanwhile=clicks(answers, promised=promised, times=2))
    assert answers == ["", "", clicking.ENGAGED]
    [leg] = found.legs_to(CALLER)
    assert leg.parent is not None
    assert leg.parent.to == REPAIRS
    assert list(found.customer.noted("talking to")) == [REPAIRS]
    assert done(found) == [("user:1", "reached" if promised else "Rang the customer, and talked to them.")]
    assert found.outgoing() == [("over", "reached")]
    assert len(found.rows["enquiries"]) == len(found.rows["contacts"]) == 2


@pytest.mark.parametrize(
    "how,said",
    [
        ("busy", "Rang the customer: the line was busy."),
        ("no-answer", "Rang the customer: nobody answered."),
        ("failed", "Rang the customer: the call could not be put through."),
    ],
)
def test_a_call_in_vain_is_in_the_history(sqlite_template: bytes, tmp_path: Path, how: str, said: str) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)
    whom = Person(CALLER, answers=how)
    found = played(f"sqlite:///{tmp_path / 'record.db'}", tmp_path, whom, pressed=(), meanwhile=clicks([]))
    assert done(found) == [("user:1", said)]


def test_who_must_not_be_rung_is_not(sqlite_template: bytes, tmp_path: Path) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)
    answers: list[str] = []
    url, known = f"sqlite:///{tmp_path / 'record.db'}", customer({"no-telephone": ""})
    found = played(url, tmp_path, pressed=(), known=known, meanwhile=clicks(answers))
    assert all("for a channel that may be used" in answer for answer in answers), answers
    assert found.legs_to(CALLER) == []
    assert found.rows["outgoing_calls"] == []
