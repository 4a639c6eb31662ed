"""A colleague puts their caller through to another team: the caller and the enquiry move together, or neither does."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from router.acting import Ordered, act
from router.demo.provider.calls import Over
from router.demo.provider.simulator import Person, in_turn, ring
from router.enquiry import orders
from router.enquiry.actions import Actor
from router.enquiry.happenings import EventKind
from router.store.call_ends import CALL_ENDED
from router.store.calls import OVER, TALKING
from router.store.engine import begin_read
from router.store.live_calls import CALL_MOVED
from router.store.schema import calls
from tests.integration.line.at_the_console import SETTINGS, Desk, happened, reach, row, settled, until
from tests.integration.line.test_waiting import EMERGENCY, OURS, REPAIRS, files
from tests.simulated import Line, on_the_line

HUB = "+441632960001"
WISH = {"to": "hub", "reason": "wrong-team", "note": "It is about the rent."}
Story = Callable[[Line], Awaitable[None]]
History = list[dict[str, Any]]


def played(
    url: str,
    data: Path,
    story: Story,
    rules: Mapping[str, bytes] | None = None,
    people: Mapping[str, Person] | None = None,
) -> History:
    """Play it to its end; gives what the history has then. `people` answer in place of those who talk for long."""

    async def main(line: Line) -> History:
        for number in (HUB, REPAIRS, EMERGENCY):
            line.exchange.people[number] = (people or {}).get(number) or Person(number, talks=1_000.0)
        await story(line)
        await settled(line)
        assert (line.exchange.violations, line.exchange.alerts) == ([], [])
        with begin_read(line.services.record) as record:
            kept = {(each["stage"], each["phone"], each["leg"]) for each in record.execute(calls.select()).mappings()}
        assert kept == {(OVER, None, None)}
        return happened(line)

    return on_the_line(url, data, (OURS,), main, rules or files(), settings=SETTINGS)


def a_caller() -> Person:
    return Person("+447700900201", in_turn("2"), talks=300.0)


def kinds(told: History) -> list[str]:
    return [event["kind"] for event in told]


def owner(told: History) -> str:
    teams = [each["team"] for each in told if each["kind"] in (EventKind.OPENED, EventKind.TRANSFERRED)]
    return str(teams[-1])


def talking(line: Line, phone: str = REPAIRS) -> Callable[[], bool]:
    return lambda: (row(line)["stage"], row(line)["phone"]) == (TALKING, phone)


async def talks_to_repairs(line: Line, caller: Person) -> Desk:
    ring(line.exchange, caller, OURS)
    await until(lambda: bool(list(caller.noted("talking to"))))
    return Desk(line, "repairs")


def test_caller_and_enquiry_go_to_the_other_team_once(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = a_caller()

    async def story(line: Line) -> None:
        reach(monkeypatch, line)
        desk = await talks_to_repairs(line, caller)
        since = row(line)["since"]
        wish = {**WISH, "key": "once"}
        assert (await desk.does("transfer", **wish)).status_code == 303
        assert (await desk.does("transfer", **wish)).status_code == 303
        await until(talking(line, HUB))
        assert (row(line)["since"], row(line)["team"]) == (since, "hub")

    told = played(store_url, tmp_path, story)
    assert list(caller.noted("talking to")) == [REPAIRS, HUB]
    assert owner(told) == "hub"
    [transferred] = [each for each in told if each["kind"] == EventKind.TRANSFERRED]
    assert (transferred["data"]["reason"], transferred["data"]["note"]) == ("wrong-team", "It is about the rent.")
    assert transferred["actor"].startswith("user:")
    assert kinds(told).count(CALL_MOVED) == 1
    ended = [each for each in told if each["kind"] == CALL_ENDED][-1]
    assert (ended["team"], ended["data"]["outcome"]) == ("hub", "answered")


def test_a_caller_who_waits_may_be_put_through_elsewhere(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = a_caller(), Person("+447700900202", in_turn("2"), talks=60.0)

    async def story(line: Line) -> None:
        reach(monkeypatch, line)
        await talks_to_repairs(line, first)
        leg = ring(line.exchange, second, OURS)
        await until(lambda: bool(list(second.noted("queued"))))
        assert (await Desk(line, role="supervisor").does("transfer", leg, **WISH)).status_code == 303
        await until(lambda: row(line, leg)["stage"] == TALKING)
        assert row(line, leg)["phone"] == HUB

    played(store_url, tmp_path, story)
    assert (list(first.noted("talking to")), list(second.noted("talking to"))) == ([REPAIRS], [HUB])


def test_the_telephone_that_was_chosen_is_rung_first(
    sqlite_template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)
    found, desks = dict(files()), [HUB, "+441632960011", "+441632960012"]
    phones = "".join(f'\n      - {{number: "{desk}", confirm: false}}' for desk in desks)
    channels = f'channels: {{phone: "{HUB}", email: hub@mill-lane.example}}'
    text = found["landlord.yaml"].decode().replace(channels, f"{channels}\n    phones:{phones}", 1)
    caller = a_caller()

    async def story(line: Line) -> None:
        reach(monkeypatch, line)
        line.exchange.people |= {desk: Person(desk, talks=1_000.0) for desk in desks}
        line.exchange.people[desks[2]].answers = "busy"
        await (await talks_to_repairs(line, caller)).does("transfer", **WISH, phone=desks[2])
        await until(lambda: row(line)["leg"] is not None and row(line)["team"] == "hub")
        assert [leg.to for leg in line.exchange.calls.values() if leg.parent] == [REPAIRS, desks[2], HUB]

    rules = found | {"landlord.yaml": text.encode()}
    played(f"sqlite:///{tmp_path / 'record.db'}", tmp_path, story, rules)
    assert list(caller.noted("talking to")) == [REPAIRS, HUB]


def test_a_colleague_who_hangs_up_at_once_leaves_the_caller_on_their_way(
    sqlite_template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)
    caller = a_caller()

    async def story(line: Line) -> None:
        def hangs_up(request: httpx.Request) -> httpx.Response:
            line.exchange.calls[row(line)["leg"]].interrupt(Over("person"))
            raise httpx.ReadTimeout("no answer in time", request=request)

        reach(monkeypatch, line, httpx.Client(transport=httpx.MockTransport(hangs_up)))
        await (await talks_to_repairs(line, caller)).does("transfer", **WISH)
        await until(talking(line, HUB))

    told = played(f"sqlite:///{tmp_path / 'record.db'}", tmp_path, story)
    assert (list(caller.noted("talking to")), owner(told)) == ([REPAIRS, HUB], "hub")


def test_an_enquiry_that_was_resolved_meanwhile_stays_and_says_so(
    sqlite_template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)
    caller = a_caller()

    async def story(line: Line) -> None:
        reach(monkeypatch, line)
        desk = await talks_to_repairs(line, caller)
        boss, opened = Actor("user:boss", everywhere=True), happened(line)[0]
        done = Ordered(opened["enquiry_id"], orders.Resolve("done", at_first_contact=True), boss, "resolved")
        monkeypatch.setattr("router.telephony.handing.check_order", lambda *_: act(line.services, done))
        await desk.does("transfer", **WISH)
        await until(talking(line, HUB))

    told = played(f"sqlite:///{tmp_path / 'record.db'}", tmp_path, story)
    [note] = [each for each in told if each["kind"] == EventKind.NOTED]
    assert note["data"]["text"].startswith("The caller was put through to The Hub, but the enquiry stayed")
    assert owner(told) == "repairs"


REFUSED = [
    ({}, "repairs", "Choose a team"),
    ({"to": "hub"}, "repairs", "Choose why"),
    ({"to": "repairs", "reason": "wrong-team"}, "repairs", "The caller is with Repairs already"),
    ({"to": "complaints", "reason": "wrong-team"}, "repairs", "Choose one of the options"),
    ({**WISH, "phone": EMERGENCY}, "repairs", "The Hub has no such telephone"),
    ({**WISH, "turn": "7"}, "repairs", "The call has gone on since you opened this page"),
    (WISH, "hub", "Only the team whose call this is can do that"),
]


def test_what_cannot_be_done_is_said_in_plain_words(
    sqlite_template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)
    caller = a_caller()

    async def story(line: Line) -> None:
        reach(monkeypatch, line)
        await talks_to_repairs(line, caller)
        for fields, team, said in REFUSED:
            answer = await Desk(line, team).does("transfer", **fields)
            assert (answer.status_code, said in answer.text) == (422, True), said
        assert "Put the caller through" in await Desk(line, "repairs").sees()
        assert "Put the caller through" not in await Desk(line, "hub").sees()

    played(f"sqlite:///{tmp_path / 'record.db'}", tmp_path, story)
    assert list(caller.noted("talking to")) == [REPAIRS]


UNREACHABLE = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(503)))


def _no_answer(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("no answer in time", request=request)


@pytest.mark.parametrize(
    "there", [UNREACHABLE, httpx.Client(transport=httpx.MockTransport(_no_answer))], ids=["refuses", "is silent"]
)
def test_where_the_provider_cannot_be_reached_nothing_has_changed(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: httpx.Client
) -> None:
    caller = a_caller()

    async def story(line: Line) -> None:
        reach(monkeypatch, line, there)
        answer = await (await talks_to_repairs(line, caller)).does("transfer", **WISH)
        assert answer.status_code == 422
        assert "could not be reached, so nothing was changed" in answer.text
        assert talking(line)()

    told = played(store_url, tmp_path, story)
    assert list(caller.noted("talking to")) == [REPAIRS]
    assert (owner(told), kinds(told).count(CALL_MOVED)) == ("repairs", 0)
