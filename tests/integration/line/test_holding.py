"""A colleague holds a caller, brings somebody in, and hands the caller over: nobody is ever left in silence."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from router.console.call_actions import NOT_YET
from router.demo.provider.calls import Over
from router.demo.provider.simulator import Leg, Person, in_turn, ring
from router.enquiry.happenings import EventKind
from router.store import live_calls
from router.store.call_ends import CALL_ENDED
from router.store.calls import TALKING, WAITING
from router.store.engine import begin_read
from router.store.schema import calls
from tests.integration.line.at_the_console import Desk, happened, reach, row, until
from tests.integration.line.test_handing import HUB, History, a_caller, kinds, owner, played, talks_to_repairs
from tests.integration.line.test_waiting import OURS, REPAIRS, files
from tests.simulated import Line

INTERPRETERS = "+448081570190"
SERVICE = f'\n  interpreter: {{number: "{INTERPRETERS}", code: "4711#", says: An interpreter is coming.}}\n'
ON_HOLD = "Please hold the line. We will be back with you shortly."
WISH = {"to": "hub", "reason": "wrong-team", "note": "It is about the rent."}
Act = Callable[[Line, Desk, Person], Awaitable[None]]


def rules(*, confirm: bool = False, one_at_a_time: bool = False) -> dict[str, bytes]:
    """The landlord of the tests with an interpreting service, where the Hub may have to take calls by a key."""
    found = dict(files())
    text = found["landlord.yaml"].decode().replace("\ncalls:\n", "\ncalls:" + SERVICE, 1)
    phones = f'channels: {{phone: "{HUB}", email: hub@mill-lane.example}}'
    assert phones in text
    more, way_out = (", at_once: 1", "\n    escalation: [repairs]") if one_at_a_time else ("", "")
    telephone = f'{{number: "{HUB}", confirm: {str(confirm).lower()}{more}}}'
    text = text.replace(phones, f"{phones}\n    phones: [{telephone}]{way_out}")
    return found | {"landlord.yaml": text.encode()}


def story(
    url: str, data: Path, patch: pytest.MonkeyPatch, act: Act, *others: Person, confirm: bool = False
) -> tuple[Person, dict[str, Person], History]:
    """A caller talks to Repairs, and then this happens; gives them, everybody else, and the history."""
    rings = a_caller()
    people = {each.number: each for each in others}
    people.setdefault(REPAIRS, Person(REPAIRS, talks=1_000.0))
    people.setdefault(HUB, Person(HUB, talks=1_000.0))

    async def main(line: Line) -> None:
        reach(patch, line)
        line.exchange.people |= people
        await act(line, await talks_to_repairs(line, rings), rings)

    told = played(url, data, main, rules(confirm=confirm), people)
    return rings, people, told


def hears(person: Person, words: str) -> Callable[[], bool]:
    return lambda: any(words in said for said in person.noted("heard"))


def in_rooms(person: Person) -> int:
    return len(list(person.noted("in conference")))


async def hangs_up(line: Line, number: str) -> None:
    """Whoever is on this telephone hangs up."""
    for leg in line.exchange.calls.values():
        if leg.to == number and not leg.is_over:
            leg.interrupt(Over("person"))


async def held(desk: Desk, caller: Person) -> None:
    assert (await desk.does("hold")).status_code == 303
    await until(hears(caller, ON_HOLD))
    assert "The caller is on hold." in await desk.sees()


def test_a_caller_is_held_and_taken_off_hold_again(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(line: Line, desk: Desk, caller: Person) -> None:
        await held(desk, caller)
        assert (await desk.does("resume")).status_code == 303
        await until(lambda: in_rooms(caller) == 1)
        assert "The caller is in the call." in await desk.sees()
        await held(desk, caller)
        await desk.does("resume")
        await until(lambda: in_rooms(caller) == 2)
        await hangs_up(line, REPAIRS)

    caller, people, told = story(store_url, tmp_path, monkeypatch, act)
    assert (list(caller.noted("talking to")), in_rooms(people[REPAIRS])) == ([REPAIRS], 1)
    held_and_back = [live_calls.CALL_HELD, live_calls.CALL_RESUMED]
    assert [kind for kind in kinds(told) if kind in held_and_back] == held_and_back * 2
    assert [each["data"]["outcome"] for each in told if each["kind"] == CALL_ENDED][-1] == "answered"


def test_until_the_two_talk_the_page_says_why_the_caller_cannot_be_held(
    sqlite_template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)
    caller, offer = a_caller(), "Put the caller on hold"

    async def main(line: Line) -> None:
        reach(monkeypatch, line)
        call = ring(line.exchange, caller, OURS)
        desk = Desk(line, "repairs")
        await until(lambda: is_at(line, call, TALKING))
        page = await desk.sees(call)
        assert (row(line, call)["leg"], NOT_YET in page, offer in page) == (None, True, False)
        assert NOT_YET not in await Desk(line, "emergency").sees(call)
        await until(lambda: row(line, call)["leg"])
        page = await desk.sees(call)
        assert (NOT_YET in page, offer in page) == (False, True)
        await hangs_up(line, REPAIRS)

    played(f"sqlite:///{tmp_path / 'record.db'}", tmp_path, main, rules(), {})


def is_at(line: Line, call: Leg, stage: str) -> bool:
    with begin_read(line.services.record) as record:
        return bool(record.execute(calls.select().where(calls.c.call == call.sid, calls.c.stage == stage)).first())


def test_a_caller_whose_colleague_is_cut_off_while_they_are_held_is_rung_back_for(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(line: Line, desk: Desk, caller: Person) -> None:
        since = row(line)["since"]
        await held(desk, caller)
        await hangs_up(line, REPAIRS)
        await until(lambda: len(list(caller.noted("talking to"))) == 2)
        assert row(line)["since"] == since

    caller, _, told = story(store_url, tmp_path, monkeypatch, act)
    assert list(caller.noted("talking to")) == [REPAIRS, REPAIRS]
    assert live_calls.CALL_RETURNED in kinds(told)


def test_a_colleague_hears_that_a_caller_on_hold_has_hung_up(
    sqlite_template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)

    async def act(line: Line, desk: Desk, caller: Person) -> None:
        await held(desk, caller)
        await hangs_up(line, OURS)
        await until(hears(line.exchange.people[REPAIRS], "The caller has hung up."))
        await hangs_up(line, REPAIRS)

    _, _, told = story(f"sqlite:///{tmp_path / 'record.db'}", tmp_path, monkeypatch, act)
    assert [each["data"]["outcome"] for each in told if each["kind"] == CALL_ENDED][-1] == "answered"


def test_a_caller_nobody_takes_off_hold_waits_again(
    sqlite_template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)
    patient = Person(REPAIRS, talks=3_000.0)

    async def act(_: Line, desk: Desk, caller: Person) -> None:
        await held(desk, caller)
        await until(lambda: list(caller.noted("talking to")) == [REPAIRS] * 2, seconds=1_200)
        assert "call over" in dict(patient.log)

    _, _, told = story(f"sqlite:///{tmp_path / 'record.db'}", tmp_path, monkeypatch, act, patient)
    assert live_calls.CALL_RETURNED in kinds(told)


def test_a_caller_who_gives_up_after_their_colleague_was_cut_off_was_not_answered(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(line: Line, desk: Desk, caller: Person) -> None:
        await held(desk, caller)
        line.exchange.people[REPAIRS].answers = "busy"
        await hangs_up(line, REPAIRS)
        await until(lambda: row(line)["stage"] == WAITING)
        await hangs_up(line, OURS)

    _, _, told = story(store_url, tmp_path, monkeypatch, act)
    assert [each["data"]["outcome"] for each in told if each["kind"] == CALL_ENDED][-1] == "abandoned-waiting"


def test_a_colleague_talks_to_another_team_first_and_hands_the_caller_over(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(line: Line, desk: Desk, caller: Person) -> None:
        assert (await desk.does("consult", **WISH)).status_code == 303
        await until(lambda: in_rooms(line.exchange.people[HUB]) == 1)
        assert "The Hub is in the call" in await desk.sees()
        assert owner(happened(line)) == "repairs"
        assert (await desk.does("complete")).status_code == 303
        await until(lambda: in_rooms(caller) == 1 and in_rooms(line.exchange.people[HUB]) == 2)
        assert (row(line)["team"], row(line)["phone"]) == ("hub", HUB)
        assert "call over" in dict(line.exchange.people[REPAIRS].log)
        await hangs_up(line, HUB)

    caller, people, told = story(store_url, tmp_path, monkeypatch, act)
    assert any("A call for The Hub" in said for said in people[HUB].noted("heard"))
    assert ON_HOLD in caller.noted("heard")
    [moved] = [each for each in told if each["kind"] == EventKind.TRANSFERRED]
    assert (owner(told), moved["data"]["reason"], moved["data"]["note"]) == ("hub", "wrong-team", WISH["note"])
    ended = [each for each in told if each["kind"] == CALL_ENDED][-1]
    assert (ended["team"], ended["data"]["outcome"], list(caller.noted("talking to"))) == ("hub", "answered", [REPAIRS])


@pytest.mark.parametrize("answers", ["busy", "no-answer", "failed"])
def test_another_team_that_does_not_answer_leaves_the_caller_with_the_colleague(
    sqlite_template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: str
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)

    async def act(line: Line, desk: Desk, caller: Person) -> None:
        await desk.does("consult", **WISH)
        await until(lambda: live_third(line) == "gone")
        page = await desk.sees()
        assert "The caller is on hold. The Hub did not answer, or has hung up." in page
        assert "Put the caller through to them, and leave" not in page
        await desk.does("resume")
        await until(lambda: in_rooms(caller) == 1)

    url = f"sqlite:///{tmp_path / 'record.db'}"
    caller, _, told = story(url, tmp_path, monkeypatch, act, Person(HUB, answers=answers))
    assert (owner(told), list(caller.noted("talking to"))) == ("repairs", [REPAIRS])


def live_third(line: Line) -> str:
    return str(row(line)["live"]["talk"]["third"]["stage"])


@pytest.mark.parametrize("here", [True, False], ids=["from the talk", "while it rings"])
def test_a_colleague_goes_back_to_the_caller(
    sqlite_template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, here: bool
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)

    async def act(line: Line, desk: Desk, caller: Person) -> None:
        await desk.does("consult", **WISH)
        if here:
            await until(lambda: in_rooms(line.exchange.people[HUB]) == 1)
        assert (await desk.does("go-back")).status_code == 303
        await until(lambda: in_rooms(caller) == 1)
        await until(lambda: "call over" in dict(line.exchange.people[HUB].log))

    url = f"sqlite:///{tmp_path / 'record.db'}"
    _, people, told = story(url, tmp_path, monkeypatch, act)
    assert (owner(told), in_rooms(people[HUB])) == ("repairs", int(here))
    assert live_calls.CALL_LET_GO in kinds(told)


@pytest.mark.parametrize("key,comes", [("1", 1), ("2", 0), ("", 0)])
def test_a_telephone_that_a_machine_may_answer_has_to_take_the_call(
    sqlite_template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, comes: int
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)

    async def act(line: Line, desk: Desk, _: Person) -> None:
        await desk.does("consult", **WISH)
        await until(lambda: live_third(line) == ("here" if comes else "gone"))
        refused = "Nobody has come into the call" in (await desk.does("complete")).text
        assert refused == (not comes)
        if comes:
            await until(lambda: in_rooms(machine) == 1)
            await hangs_up(line, OURS)
            await hangs_up(line, HUB)  # else they would hear for hours that nobody is there
        else:
            await desk.does("resume")

    url = f"sqlite:///{tmp_path / 'record.db'}"
    machine = Person(HUB, in_turn(key), talks=50.0)
    _, _, told = story(url, tmp_path, monkeypatch, act, machine, confirm=True)
    assert (owner(told), in_rooms(machine) > 0) == ("hub" if comes else "repairs", bool(comes))


def test_an_interpreter_is_rung_with_our_code_and_all_three_talk(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interpreter = Person(INTERPRETERS, talks=1_000.0)

    async def act(line: Line, desk: Desk, caller: Person) -> None:
        assert (await desk.does("interpreter")).status_code == 303
        await until(lambda: in_rooms(interpreter) == 1)
        assert "The interpreter is in the call" in await desk.sees()
        await desk.does("resume")
        await until(lambda: in_rooms(caller) == 1)
        rooms = {name for person in (caller, interpreter) for name in person.noted("in conference")}
        assert len(rooms) == 1
        await desk.does("let-go")
        await until(lambda: "call over" in dict(interpreter.log))
        assert len(next(iter(line.exchange.rooms.values())).participants) == 2

    caller, _, told = story(store_url, tmp_path, monkeypatch, act, interpreter)
    assert list(interpreter.noted("was sent keys")) == ["4711#"]
    assert "An interpreter is coming." in caller.noted("heard")
    assert [kind for kind in kinds(told) if kind.startswith("call-")][:-1] == [
        live_calls.CALL_HELD,
        live_calls.CALL_BROUGHT_IN,
        live_calls.CALL_RESUMED,
        live_calls.CALL_LET_GO,
    ]


@pytest.mark.parametrize("action", ["hold", "consult", "interpreter"])
def test_where_the_provider_refuses_the_caller_stays_with_the_colleague(
    sqlite_template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)

    async def act(line: Line, desk: Desk, _: Person) -> None:
        reach(monkeypatch, line, httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(503))))
        answer = await desk.does(action, **WISH)
        assert (answer.status_code, "they still hear you" in answer.text) == (422, True)
        assert row(line)["live"] is None

    url = f"sqlite:///{tmp_path / 'record.db'}"
    caller, _, told = story(url, tmp_path, monkeypatch, act)
    assert (hears(caller, ON_HOLD)(), list(caller.noted("talking to"))) == (False, [REPAIRS])
    assert not {live_calls.CALL_HELD, live_calls.CALL_BROUGHT_IN} & set(kinds(told))
