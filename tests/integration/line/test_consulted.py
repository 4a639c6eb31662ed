"""The telephone of who is talked to first is kept like any other, and let go however that ends."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channels import twilio_calls
from channels.senders import Result
from router.demo.provider.simulator import ORDERLY, Leg, Manners, Person, client, in_turn, ring, still
from router.reconciling import running
from router.store.calls import TALKING, WAITING, CallNews, leave
from tests.integration.line.at_the_console import Desk, reach, row, until
from tests.integration.line.test_handing import HUB, a_caller, played
from tests.integration.line.test_holding import WISH, hangs_up, in_rooms, rules
from tests.integration.line.test_waiting import EMERGENCY, OURS, REPAIRS
from tests.simulated import Line

Ends = Callable[[Line, Desk, Leg], Awaitable[None]]


async def goes_back(_: Line, desk: Desk, call: Leg) -> None:
    assert (await desk.does("go-back", call)).status_code == 303


async def they_hang_up(line: Line, _: Desk, __: Leg) -> None:
    await hangs_up(line, HUB)


async def the_colleague_is_cut_off(line: Line, _: Desk, __: Leg) -> None:
    await hangs_up(line, REPAIRS)


async def their_end_is_never_told(line: Line, _: Desk, call: Leg) -> None:
    """They hang up, and nobody tells us: so the telephone stays kept until the provider's list is read."""
    line.exchange.manners = Manners(dropped=1.0)
    await hangs_up(line, HUB)
    await asyncio.sleep(200)
    line.exchange.manners = ORDERLY
    assert row(line, call)["live"]["talk"]["third"]["stage"] == "here"
    with still():
        outcome = await asyncio.to_thread(running.run, line.services, line.services.clock() - timedelta(hours=1))
    assert (outcome.trouble, outcome.counts["ends-of-calls"]) == ("", 1)


ENDS: list[Ends] = [goes_back, they_hang_up, the_colleague_is_cut_off, their_end_is_never_told]


@pytest.mark.parametrize("ends", ENDS, ids=lambda ends: ends.__name__)
def test_their_telephone_is_kept_from_other_callers_until_it_ends(
    sqlite_template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: Ends
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)
    first, second = a_caller(), Person("+447700900202", in_turn("0"), talks=30.0)
    first.talks = 2_000.0
    hub = Person(HUB, talks=2_000.0)

    async def story(line: Line) -> None:
        reach(monkeypatch, line)
        there = client(line.exchange)
        monkeypatch.setattr("router.reconciling.running.http_client", lambda: there)
        call = ring(line.exchange, first, OURS)
        await until(lambda: bool(list(first.noted("talking to"))))
        desk = Desk(line, "repairs")
        assert (await desk.does("consult", call, **WISH)).status_code == 303
        await until(lambda: in_rooms(hub) == 1)
        other = ring(line.exchange, second, OURS)
        await until(lambda: bool(list(second.noted("queued"))))
        await asyncio.sleep(90)
        assert (row(line, other)["stage"], list(second.noted("talking to"))) == (WAITING, [])
        await ends(line, desk, call)
        await until(lambda: row(line, other)["stage"] == TALKING)
        assert row(line, other)["phone"] == HUB
        await hangs_up(line, HUB)
        await hangs_up(line, REPAIRS)

    played(f"sqlite:///{tmp_path / 'record.db'}", tmp_path, story, rules(one_at_a_time=True),
           {HUB: hub, REPAIRS: Person(REPAIRS, talks=2_000.0)})  # fmt: skip
    assert list(second.noted("talking to")) == [HUB]


async def the_caller_is_put_through(_: Line, desk: Desk, call: Leg) -> None:
    assert (await desk.does("transfer", call, **WISH | {"to": "emergency"})).status_code == 303


async def the_caller_hangs_up(line: Line, _: Desk, __: Leg) -> None:
    await hangs_up(line, OURS)


NO_NEED: list[Ends] = [the_colleague_is_cut_off, the_caller_is_put_through, the_caller_hangs_up]


@pytest.mark.parametrize("ends", NO_NEED, ids=lambda ends: ends.__name__)
def test_another_team_that_still_rings_is_left_alone_once_nobody_needs_it(
    sqlite_template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: Ends
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)
    hub = Person(HUB, answers_after=12.0)

    async def story(line: Line) -> None:
        reach(monkeypatch, line)
        caller = a_caller()
        call = ring(line.exchange, caller, OURS)
        await until(lambda: bool(list(caller.noted("talking to"))))
        desk = Desk(line, "repairs")
        assert (await desk.does("consult", call, **WISH)).status_code == 303
        await until(lambda: in_rooms(line.exchange.people[REPAIRS]) == 1)
        await ends(line, desk, call)
        await until(lambda: "call over" in dict(hub.log), seconds=8)
        for number in (REPAIRS, EMERGENCY, OURS):
            await hangs_up(line, number)

    played(f"sqlite:///{tmp_path / 'record.db'}", tmp_path, story, rules(), {HUB: hub})
    assert list(hub.noted("answered")) == []


def test_nobody_rings_on_for_a_caller_who_hangs_up_as_they_are_rung(
    sqlite_template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)
    hub, made = Person(HUB, answers_after=12.0), twilio_calls.make

    async def story(line: Line) -> None:
        reach(monkeypatch, line)
        caller = a_caller()
        call = ring(line.exchange, caller, OURS)
        await until(lambda: bool(list(caller.noted("talking to"))))
        gone = CallNews(row(line, call)["contact_id"], line.services.clock())

        def and_then_gone(*how: Any) -> Result:
            result = made(*how)
            line.services.writer.submit(leave, gone).result()
            return result

        monkeypatch.setattr(twilio_calls, "make", and_then_gone)
        answer = await Desk(line, "repairs").does("consult", call, **WISH)
        assert (answer.status_code, "The caller has hung up" in answer.text) == (422, True)
        await until(lambda: "call over" in dict(hub.log), seconds=8)
        await hangs_up(line, REPAIRS)
        await hangs_up(line, OURS)

    played(f"sqlite:///{tmp_path / 'record.db'}", tmp_path, story, rules(), {HUB: hub})
    assert list(hub.noted("answered")) == []


def test_a_telephone_that_is_in_use_is_not_rung_and_the_caller_stays(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = Person("+447700900202", in_turn("0"), talks=400.0), a_caller()

    async def story(line: Line) -> None:
        reach(monkeypatch, line)
        busy = ring(line.exchange, first, OURS)
        await until(lambda: bool(list(first.noted("talking to"))))
        assert row(line, busy)["phone"] == HUB
        call = ring(line.exchange, second, OURS)
        await until(lambda: bool(list(second.noted("talking to"))))
        desk = Desk(line, "repairs")
        for phone in ("", HUB):
            answer = await desk.does("consult", call, **WISH, phone=phone)
            assert (answer.status_code, "They are on the telephone just now" in answer.text) == (422, True)
        assert row(line, call)["live"] is None
        await hangs_up(line, HUB)
        await until(lambda: row(line, busy)["phone"] is None)
        assert (await desk.does("consult", call, **WISH)).status_code == 303
        await until(lambda: in_rooms(line.exchange.people[HUB]) == 1)
        await hangs_up(line, HUB)
        await hangs_up(line, REPAIRS)

    played(store_url, tmp_path, story, rules(one_at_a_time=True))


def test_the_call_is_theirs_with_their_telephone_once_it_was_handed_over(
    sqlite_template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)
    first, second = a_caller(), Person("+447700900202", in_turn("0"), talks=30.0)
    hub = Person(HUB, talks=2_000.0)

    async def story(line: Line) -> None:
        reach(monkeypatch, line)
        call = ring(line.exchange, first, OURS)
        await until(lambda: bool(list(first.noted("talking to"))))
        desk = Desk(line, "repairs")
        await desk.does("consult", call, **WISH)
        await until(lambda: in_rooms(hub) == 1)
        assert (await desk.does("complete", call)).status_code == 303
        await until(lambda: row(line, call)["phone"] == HUB)
        other = ring(line.exchange, second, OURS)
        await until(lambda: bool(list(second.noted("queued"))))
        await asyncio.sleep(60)
        assert row(line, other)["stage"] == WAITING
        await hangs_up(line, HUB)
        await until(lambda: row(line, other)["phone"] == HUB)

    played(f"sqlite:///{tmp_path / 'record.db'}", tmp_path, story, rules(one_at_a_time=True),
           {HUB: hub})  # fmt: skip
    assert list(second.noted("talking to")) == [HUB]
