"""A caller who had waited long is taken by another team, which may do what the owner may and does not own it."""

from pathlib import Path

import pytest

from router.demo.provider.simulator import Leg, Person, ring
from router.enquiry.happenings import EventKind
from router.store import calls as store
from router.store.calls import TALKING
from router.store.engine import begin_read
from tests.integration.line.at_the_console import Desk, happened, reach, row, until
from tests.integration.line.test_handing import HUB, a_caller, owner, played
from tests.integration.line.test_holding import WISH, hangs_up, in_rooms
from tests.integration.line.test_waiting import EMERGENCY, OURS, OVERFLOW, REPAIRS, files
from tests.simulated import Line


async def overflows(line: Line) -> Leg:
    """Repairs talks to one caller, and the next one waits."""
    busy = Person("+447700900209", a_caller().reacts, talks=3_000.0)
    ring(line.exchange, busy, OURS)
    await until(lambda: bool(list(busy.noted("talking to"))))
    return ring(line.exchange, a_caller(), OURS)


async def taken(line: Line) -> Leg:
    """The next caller is taken by the emergency team, which Repairs escalates to."""
    call = await overflows(line)
    await until(lambda: _is_known(line, call) and row(line, call)["leg"] is not None)
    assert (row(line, call)["team"], row(line, call)["phone"]) == ("repairs", EMERGENCY)
    return call


def _is_known(line: Line, call: Leg) -> bool:
    with begin_read(line.services.record) as record:
        return store.by_call(record, call.account, call.sid) is not None


@pytest.mark.parametrize("consults", [False, True], ids=["at once", "after talking to them"])
def test_whoever_took_the_caller_may_put_them_through_elsewhere(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, consults: bool
) -> None:
    async def story(line: Line) -> None:
        reach(monkeypatch, line)
        call = await taken(line)
        assert owner(mine(line, call)) == "repairs"
        desk = Desk(line, "emergency")
        assert ("/actions/consult" in await desk.sees(call), "/actions/transfer" in await desk.sees(call)) == (
            True,
            True,
        )
        assert (await desk.does("consult" if consults else "transfer", call, **WISH)).status_code == 303
        if consults:
            await until(lambda: in_rooms(line.exchange.people[HUB]) == 1)
            assert owner(mine(line, call)) == "repairs"
            assert (await desk.does("complete", call)).status_code == 303
        await until(lambda: (row(line, call)["stage"], row(line, call)["phone"]) == (TALKING, HUB))
        assert owner(mine(line, call)) == "hub"
        [moved] = [each for each in mine(line, call) if each["kind"] == EventKind.TRANSFERRED]
        assert (moved["actor"], moved["data"]["from"]) == (f"user:{desk.visitor.user['id']}", "repairs")
        await hangs_up(line, HUB)
        await hangs_up(line, REPAIRS)

    played(store_url, tmp_path, story, files(OVERFLOW))


def test_whoever_took_the_caller_may_do_the_rest_and_owns_nothing_by_it(
    sqlite_template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)

    async def story(line: Line) -> None:
        reach(monkeypatch, line)
        call = await taken(line)
        desk = Desk(line, "emergency")
        for action in ("hold", "resume"):
            assert (await desk.does(action, call)).status_code == 303
        await hangs_up(line, EMERGENCY)
        await until(lambda: row(line, call)["stage"] != TALKING)
        assert owner(mine(line, call)) == "repairs"
        await hangs_up(line, REPAIRS)

    played(f"sqlite:///{tmp_path / 'record.db'}", tmp_path, story, files(OVERFLOW))


@pytest.mark.parametrize("has_them, team", [(True, "hub"), (False, "emergency")])
def test_who_does_not_have_the_caller_may_not(
    sqlite_template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_them: bool, team: str
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)

    async def story(line: Line) -> None:
        reach(monkeypatch, line)
        line.exchange.people[EMERGENCY].answers = "completed" if has_them else "busy"
        call = await (taken if has_them else overflows)(line)
        await until(lambda: _is_known(line, call) and (has_them or row(line, call)["also"] == "emergency"))
        desk, owning = Desk(line, team), Desk(line, "repairs")
        assert ["/actions/transfer" in await each.sees(call) for each in (desk, owning)] == [False, True]
        answer = await desk.does("transfer", call, **WISH)
        assert (answer.status_code, "Only the team" in answer.text) == (422, True)
        assert owner(mine(line, call)) == "repairs"
        for number in (REPAIRS, EMERGENCY, OURS):
            await hangs_up(line, number)

    played(f"sqlite:///{tmp_path / 'record.db'}", tmp_path, story, files(OVERFLOW))


def mine(line: Line, call: Leg) -> list[dict[str, object]]:
    """What the history has of the enquiry of a call."""
    contact = row(line, call)["contact_id"]
    about = {each["enquiry_id"] for each in happened(line) if each["contact_id"] == contact} - {None}
    return [each for each in happened(line) if each["enquiry_id"] in about]
