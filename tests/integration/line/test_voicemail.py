"""Messages after the tone, as whole calls: who may leave one, what becomes of it, and how an emergency gets past it."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from router.demo.provider.people import Reaction, Reacts
from router.demo.provider.simulator import Manners, Person, on_hearing, ring
from router.store import contacts, people
from router.store.engine import begin_read
from router.store.schema import calls, decisions, enquiries, events, media
from router.store.schema import contacts as contacts_table
from router.telephony.missed import WITHHELD_LEFT_WORD
from rules.folder import read_folder
from tests.integration.line.test_calls import SAMPLE, with_few_telephones
from tests.simulated import Line, on_the_line

OURS = ("+448081570100",)
CALLER = "+447700900123"
SUNDAY = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
FALLBACK, URGENT = "+441632960000", "+441632970002"
BEEP, EMERGENCY, RENT = "beep", "do not leave a message", "For your rent"
WAITING = "leave a message, press 2"


def presses(**keys: str) -> Reacts:
    """Presses on hearing: the keys by the words RENT, EMERGENCY, WAITING and BEEP; the last that fits counts."""
    names = {"rent": RENT, "emergency": EMERGENCY, "waiting": WAITING, "beep": BEEP}

    def react(heard: str) -> Reaction | None:
        found = [key for name, key in keys.items() if names[name] in heard]
        return Reaction(found[-1]) if found else None

    return react


def played(
    template: bytes,
    folder: Path,
    caller: Person,
    *,
    start: datetime = SUNDAY,
    adjustments: dict[str, str] | None = None,
    files: dict[str, bytes] | None = None,
    manners: Manners | None = None,
    answers: str = "no-answer",
    urgent: str = "",
    seed: int = 0,
) -> dict[str, Any]:
    """One call played to its end; gives what the record has of it."""
    record = folder / "record.db"
    record.write_bytes(template)

    async def main(line: Line) -> dict[str, Any]:
        if adjustments:
            line.services.writer.submit(people.write, customer(adjustments)).result()
        line.exchange.manners = manners or Manners()
        line.exchange.phone_of = lambda number, _: Person(
            number, on_hearing({"Press 1": "1"}), answers=urgent or answers if number == URGENT else answers, talks=20
        )
        ring(line.exchange, caller, OURS[0])
        await line.settled()
        await line.exchange.time.sleep(120)
        await line.settled()
        assert line.exchange.violations == []
        with begin_read(line.services.record) as found:
            contact = found.execute(select(contacts_table)).mappings().one()
            told = found.execute(select(events).order_by(events.c.id)).mappings().all()
            return {
                "parts": contacts.all_parts(found, contact["id"]),
                "outcome": [each["data"]["outcome"] for each in told if each["kind"] == "call-ended"][-1],
                "kinds": [each["kind"] for each in told],
                "enquiry": dict(found.execute(select(enquiries)).mappings().one()),
                "decisions": found.execute(select(decisions.c.current)).scalars().all(),
                "notes": [each["data"]["text"] for each in told if each["kind"] == "noted"],
                "media": found.execute(select(media.c.url)).scalars().all(),
                "call": found.execute(select(calls)).mappings().first(),
                "rung": [each.to for each in line.exchange.calls.values() if each.parent],
            }

    return on_the_line(
        f"sqlite:///{record}", folder, OURS, main, files or read_folder(SAMPLE), start=start, chance=random.Random(seed)
    )


def customer(adjustments: dict[str, str]) -> dict[str, Any]:
    return {
        "id": f"{1:026d}", "reference": "A1", "name": "Ada", "kind": "tenant", "language": None, "preferences": [],
        "source_digest": "", "changed_at": SUNDAY, "adjustments": adjustments, "facts": {},
        "points": [("phone", CALLER, "")],
    }  # fmt: skip


def with_message(says: str = "Please ring me about my rent", **keys: str) -> Person:
    return Person(CALLER, presses(**{"rent": "3", **keys}), message=says, message_seconds=12)


def test_who_rings_a_closed_team_leaves_a_message(sqlite_template: bytes, tmp_path: Path) -> None:
    caller = with_message()
    found = played(sqlite_template, tmp_path, caller)
    assert list(caller.noted("left a message")) == ["Please ring me about my rent"]
    assert found["outcome"] == "voicemail"
    assert found["enquiry"]["team"] == "income"
    assert found["kinds"].count("callback-promised") == 1
    assert len(found["media"]) == 1
    assert sum(found["decisions"]) == 1
    [words] = [part["text"] for part in found["parts"] if part["part"] == "transcript"]
    assert words == "Please ring me about my rent"


def test_who_withholds_their_number_is_listened_to(sqlite_template: bytes, tmp_path: Path) -> None:
    caller = with_message()
    caller.number = ""
    found = played(sqlite_template, tmp_path, caller)
    assert (found["outcome"], found["notes"]) == ("voicemail", [WITHHELD_LEFT_WORD])


def test_emergency_words_in_a_message_make_it_one_and_its_team_is_told(sqlite_template: bytes, tmp_path: Path) -> None:
    found = played(sqlite_template, tmp_path, with_message("I can smell gas in my kitchen"))
    assert (found["enquiry"]["priority"], found["enquiry"]["team"]) == ("emergency", "emergency-repairs")
    assert len(found["decisions"]) == 2
    assert "transferred" in found["kinds"]


@pytest.mark.parametrize("keys", [{"emergency": "1"}, {"beep": "1"}], ids=["before-the-tone", "during-the-message"])
def test_an_emergency_is_one_key_away(sqlite_template: bytes, tmp_path: Path, keys: dict[str, str]) -> None:
    found = played(sqlite_template, tmp_path, with_message(**keys), answers="completed")
    assert found["outcome"] == "answered"
    assert found["enquiry"]["priority"] == "emergency"
    assert found["rung"]


def test_a_key_that_leads_nowhere_leads_to_the_tone(sqlite_template: bytes, tmp_path: Path) -> None:
    caller = with_message(emergency="7")
    assert played(sqlite_template, tmp_path, caller)["outcome"] == "voicemail"


@pytest.mark.parametrize("says", ["", "nothing"], ids=["silent", "hangs-up"])
def test_without_a_message_there_is_none(sqlite_template: bytes, tmp_path: Path, says: str) -> None:
    caller = with_message("")
    if says:
        caller.patience_in = {"recording": 2.0}
    found = played(sqlite_template, tmp_path, caller)
    assert (found["outcome"], found["media"]) == ("abandoned", [])
    assert found["kinds"].count("callback-promised") == 1


def test_who_must_leave_none_is_not_asked_for_one(sqlite_template: bytes, tmp_path: Path) -> None:
    caller = with_message()
    found = played(sqlite_template, tmp_path, caller, adjustments={"safe-contact": ""})
    assert list(caller.noted("left a message")) == []
    assert not any(EMERGENCY in heard for _, heard in caller.log)
    assert found["outcome"] == "abandoned"
    assert found["enquiry"]["team"] == "income"


@pytest.mark.parametrize("adjustments,left", [({}, 1), ({"safe-contact": ""}, 0)], ids=["may", "may-not"])
def test_who_has_waited_long_may_leave_a_message(
    sqlite_template: bytes, tmp_path: Path, adjustments: dict[str, str], left: int
) -> None:
    caller = with_message(waiting="2")
    caller.patience_in = {"queue": 600}
    found = played(
        sqlite_template, tmp_path, caller, start=TUESDAY, adjustments=adjustments, files=with_few_telephones()
    )
    assert len(list(caller.noted("left a message"))) == left
    assert found["outcome"] == ("voicemail" if left else "abandoned-waiting")


@pytest.mark.parametrize(
    "key, answers, outcome",
    [
        ("emergency", "completed", "answered"),
        ("emergency", "no-answer", "abandoned-waiting"),
        ("beep", "completed", "answered"),
        ("beep", "no-answer", "voicemail"),
    ],
)
def test_an_emergency_at_the_tone_goes_where_it_goes_from_the_menu(
    sqlite_template: bytes, tmp_path: Path, key: str, answers: str, outcome: str
) -> None:
    caller = with_message(waiting="2", **{key: "1"})
    caller.patience_in = {"queue": 300}
    found = played(sqlite_template, tmp_path, caller, start=TUESDAY, files=with_few_telephones(), urgent=answers)
    assert URGENT in found["rung"]
    assert FALLBACK not in found["rung"]
    assert found["outcome"] == outcome
    call = found["call"]
    assert (call["team"], call["journey"], call["rank"]) == ("emergency-repairs", "emergency-repair", 0)
    assert call["since"] - TUESDAY < timedelta(minutes=2)


def test_a_key_of_the_menu_leads_to_the_tone(sqlite_template: bytes, tmp_path: Path) -> None:
    files = read_folder(SAMPLE)
    before, after = b"{says: For your rent or a payment, journey", b"{says: For your rent, voicemail: true, journey"
    assert before in files["calls.yaml"]
    files["calls.yaml"] = files["calls.yaml"].replace(before, after)
    found = played(sqlite_template, tmp_path, with_message(), start=TUESDAY, files=files)
    assert (found["outcome"], found["enquiry"]["team"], found["rung"]) == ("voicemail", "income", [])


@pytest.mark.parametrize("seed", range(6))
def test_late_repeated_and_lost_reports_are_one_message(sqlite_template: bytes, tmp_path: Path, seed: int) -> None:
    manners = Manners(late=0.5, late_seconds=200, repeated=0.5)
    found = played(sqlite_template, tmp_path, with_message("I can smell gas"), manners=manners, seed=seed)
    assert (found["outcome"], len(found["media"])) == ("voicemail", 1)
    assert found["enquiry"]["priority"] == "emergency"
