"""Whole calls to the telephones of a team: one after the other is rung, until a colleague takes the call."""

import re
from pathlib import Path

import pytest

from router.demo.provider.simulator import Leg, Person, in_turn, on_hearing, ring
from router.store import people
from router.store.calls import OVER
from router.store.engine import begin_read
from router.store.schema import calls
from router.telephony.course import CallEnding
from rules.folder import read_folder
from tests.landlord import TUESDAY
from tests.simulated import Line, on_the_line

SAMPLE = Path(__file__).parents[3] / "config"
OURS = "+448081570100"
DESKS = tuple(f"+44163297000{desk}" for desk in range(1, 4))
SOFTPHONE = "sip:desk@pbx.harbour-row.example"
TAKES, DECLINES, IS_A_MACHINE = "1", "2", ""


def files() -> dict[str, bytes]:
    """The sample landlord, whose teams have three telephones on which a call has to be taken, and a softphone."""
    found = read_folder(SAMPLE)
    desks = "".join(f'\n      - {{number: "{desk}", at_once: 1}}' for desk in DESKS)
    phones = rf'\1\n    phones:{desks}\n      - {{sip: "{SOFTPHONE}", at_once: 1}}'
    teams = re.sub(r"    phones: .*\n", "", found["teams.yaml"].decode())
    teams = re.sub(r'(    channels: \{phone: "\+4416329600(?:\d\d)".*)', phones, teams)
    return {**found, "teams.yaml": teams.encode()}


def played(
    template: bytes,
    folder: Path,
    colleagues: dict[str, Person],
    caller: Person,
    customer: dict[str, object] | None = None,
) -> tuple[Line, Leg, dict[str, object]]:
    """Have the caller ring while these colleagues are there, to the end of the call; gives its row of the record."""
    (folder / "record.db").write_bytes(template)

    async def main(line: Line) -> tuple[Line, Leg, dict[str, object]]:
        if customer:
            line.services.writer.submit(people.write, customer).result()
        line.exchange.phone_of = lambda number, _: colleagues[number.partition("?")[0]]
        call = ring(line.exchange, caller, OURS)
        await line.settled()
        assert (line.exchange.violations, line.exchange.alerts) == ([], [])
        with begin_read(line.services.record) as record:
            return line, call, dict(record.execute(calls.select()).mappings().one())

    return on_the_line(f"sqlite:///{folder / 'record.db'}", folder, (OURS,), main, files())


def a_caller(patience: dict[str, float] | None = None) -> Person:
    return Person("+447700900123", on_hearing({"press": "2"}), patience_in=patience or {})


def test_busy_no_answer_and_declined_go_on_to_the_next(sqlite_template: bytes, tmp_path: Path) -> None:
    colleagues = {
        DESKS[0]: Person(DESKS[0], answers="busy"),
        DESKS[1]: Person(DESKS[1], answers="no-answer"),
        DESKS[2]: Person(DESKS[2], in_turn(DECLINES)),
        SOFTPHONE: Person(SOFTPHONE),
    }
    caller = a_caller()
    line, call, row = played(sqlite_template, tmp_path, colleagues, caller)
    rung = [each.to.partition("?")[0] for each in line.exchange.calls.values() if each.parent is call]
    assert rung == [*DESKS, SOFTPHONE]
    assert len(list(caller.noted("talking to"))) == 1
    assert next(caller.noted("talking to")).startswith(SOFTPHONE + "?X-Firstcontact-Contact=")
    assert (row["stage"], row["phone"], row["outcome"]) == (OVER, None, CallEnding.ANSWERED)


@pytest.mark.parametrize(
    "key,talked", [(TAKES, 1), (IS_A_MACHINE, 0), (DECLINES, 0)], ids=["taken", "machine", "declined"]
)
def test_only_who_takes_the_call_is_put_through(sqlite_template: bytes, tmp_path: Path, key: str, talked: int) -> None:
    first = Person(DESKS[0], in_turn(key))
    busy = {each: Person(each, answers="busy") for each in (*DESKS[1:], SOFTPHONE)}
    _, _, row = played(sqlite_template, tmp_path, {DESKS[0]: first, **busy}, a_caller({"queue": 60, "ringing": 90}))
    assert len(list(first.noted("talking to"))) == talked
    assert (row["stage"], row["phone"], row["outcome"] == CallEnding.ANSWERED) == (OVER, None, bool(talked))


@pytest.mark.parametrize("patience", [2.0, 5.0, 9.0, 12.0])
def test_a_caller_who_hangs_up_leaves_no_telephone_kept(
    sqlite_template: bytes, tmp_path: Path, patience: float
) -> None:
    colleagues = {each: Person(each, answers_after=6) for each in (*DESKS, SOFTPHONE)}
    caller = a_caller({"ringing": patience})
    _, _, row = played(sqlite_template, tmp_path, colleagues, caller)
    assert (row["stage"], row["phone"]) == (OVER, None)


@pytest.mark.parametrize(
    "adjustments,named", [({}, True), ({"two-person-visit": ""}, True), ({"safe-contact": ""}, False)]
)
def test_name_and_number_are_kept_back_where_an_adjustment_asks(
    sqlite_template: bytes, tmp_path: Path, adjustments: dict[str, str], named: bool
) -> None:
    softphone, caller = Person(SOFTPHONE), a_caller()
    colleagues = {each: Person(each, answers="busy") for each in DESKS} | {SOFTPHONE: softphone}
    ada = {
        "id": f"{1:026d}",
        "kind": "tenant",
        "source_digest": "",
        "changed_at": TUESDAY,
        "reference": "T-1",
        "name": "Ada Bell",
        "language": "en",
        "facts": {},
        "preferences": [],
        "adjustments": adjustments,
        "points": [("phone", caller.number, "")],
    }
    played(sqlite_template, tmp_path, colleagues, caller, ada)
    assert any("Ada Bell" in heard for _, heard in softphone.log) == named
    assert list(softphone.noted("rung by")) == [caller.number if named else OURS]
