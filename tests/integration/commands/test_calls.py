"""`firstcontact calls`: the landlord's questions checked, drawn, walked through, and written for when we are away."""

import itertools
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from router.settings import sample_folder
from tests.integration.commands.conftest import Run
from tests.landlord import FOLDER


def test_what_can_be_pressed_is_drawn_as_text(run: Run) -> None:
    lines = run("calls", "draw", FOLDER).out.splitlines()
    assert lines[0].startswith("+441632960000: Welcome to Mill Lane Homes.")
    assert any(line.startswith("    0: To speak to a person -> ") for line in lines)
    assert lines[-1] == "Whatever goes wrong: +441632960009."


def test_and_as_a_picture(run: Run, tmp_path: Path) -> None:
    assert run("calls", "draw", FOLDER, "--svg", "calls.svg").code == 0
    picture = ET.parse(tmp_path / "calls.svg").getroot()
    said = [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert "0: To speak to a person" in said
    assert run("calls", "draw", FOLDER, "--svg", "nowhere/calls.svg").code == 2


@pytest.mark.parametrize(
    "keys, said",
    [
        ("2\n", ["“For a repair, press 2.”", "“We are putting you through.”", "[+441632960002 rings]"]),
        ("9\n9\n", ["“Sorry, that key does not lead anywhere.”", "[+441632960001 rings]"]),
        ("\n", ["[+441632960001 rings]"]),
    ],
)
def test_a_call_is_walked_through(run: Run, keys: str, said: list[str]) -> None:
    done = run("calls", "try", FOLDER, "--at", "2026-03-03 10:00", stdin=keys)
    assert done.code == 0, done.err
    heard = done.out.replace("Key: ", "").splitlines()
    assert [line for line in heard if line in said] == said


MORE = """
  returning: {says: "About {matter}", key: "9"}
  speech: {says: Or say it.}
  announcements: {busy: {says: We are busy., heard: [greeting, waiting]}}
  waiting:
    says: Please wait.
    every_seconds: 60
    overflow: {after_minutes: 1}
    serve_after_closing: 1
    closed: They have gone home.
"""


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """The small landlord with everything that a caller may hear."""
    folder = tmp_path / "full"
    folder.mkdir()
    text = (FOLDER / "landlord.yaml").read_text().replace("\n  wait_seconds: 5\n", f"\n  wait_seconds: 5{MORE}")
    text = text.replace('phone: "+441632960001", email: hub@', 'phone: "+441632960001", email: hub@')
    (folder / "landlord.yaml").write_text(
        text.replace(
            '    hours: office\n    channels: {phone: "+441632960001',
            ('    hours: office\n    escalation: [emergency]\n    channels: {phone: "+441632960001'),
        )
    )
    return folder


FREE = "the next of its telephones that is free rings; until then the caller waits"
TRIED = [
    ("the offer", ["--open", "repair"], "9\n", ["“About an enquiry that Repairs has, press 9.”",
        "[Repairs, normal: rule “everyone else”; the call joins the enquiry that is open]"]),
    ("out of hours", ["--open", "repair", "--at", "2026-03-03 23:00"], "0\n",
        [f"[Emergency Line: {FREE}]"]),
    ("an announcement", ["--on", "busy"], "2\n", ["“We are busy.”", f"[Repairs: {FREE}]"]),
    ("words", [], "my tap is dripping\n", ["“Or say it.”", "[Repairs, normal: rule “everyone else”]"]),
    ("words that say nothing", [], "er what\n0\n", ["“Sorry, we did not understand that. Please press a key.”",
        "[The Hub, normal: rule “everyone else”]"]),
    ("urgent words", [], "there is a fire\n", ["[Emergency Line, emergency: rule “gas escape”]"]),
    ("waiting and overflow", ["--busy", "1"], "2\n\nh\n", ["“Please wait. You are number 2 in the queue.”",
        "[After 1 min 0 s the telephones of Emergency Line are tried as well]", "[The caller hangs up.]"]),
    ("an emergency does not close", ["--busy", "0", "--at", "2026-03-03 16:59"], "1\n\n\n\n\nh\n",
        ["“Please wait. You are next in the queue.”", "[The caller hangs up.]"]),
]  # fmt: skip


@pytest.mark.parametrize("options,keys,said", [case[1:] for case in TRIED], ids=[case[0] for case in TRIED])
def test_all_that_a_caller_may_hear_is_walked_through(
    run: Run, full: Path, options: list[str], keys: str, said: list[str]
) -> None:
    at = [] if "--at" in options else ["--at", "2026-03-03 10:00"]
    done = run("calls", "try", full, *options, *at, stdin=keys)
    assert done.code == 0, done.err
    heard = done.out.replace("Key or words: ", "").replace("Key: ", "").splitlines()
    assert [line for line in said if line not in heard] == [], done.out


def test_what_is_heard_beside_the_questions_is_drawn_and_checked(run: Run, full: Path) -> None:
    drawn = run("calls", "draw", full).out
    for said in (
        "    9: About {matter} -> the team that has their enquiry, if they have one open",
        "    words: Or say it. -> what the words are about; urgent ones to the emergency, and else the keys alone",
        "nobody free: Please wait. -> again every 60 seconds",
        "    overflow -> the next team is rung as well after 1 minutes, in an emergency after 60 seconds",
        "    busy: We are busy. -> after the greeting and while waiting",
    ):
        assert said in drawn.splitlines(), drawn
    assert "Whoever waits has a way out." in run("calls", "check", full).out


def test_the_key_for_a_message_is_drawn_with_what_else_is_heard_while_waiting(run: Run) -> None:
    drawn = run("calls", "draw", sample_folder()).out.splitlines()
    below = drawn[next(row for row, line in enumerate(drawn) if line.startswith("nobody free:")) + 1 :]
    waiting = list(itertools.takewhile(lambda line: line.startswith("    "), below))
    assert any(line.startswith("    2: If you would rather leave a message") for line in waiting), drawn


@pytest.mark.parametrize("option,there", [("--on", "busy"), ("--open", "repair"), ("--adjustment", "")])
def test_what_is_not_there_cannot_be_tried_and_what_is_there_is_said(
    run: Run, full: Path, option: str, there: str
) -> None:
    done = run("calls", "try", full, option, "nothing-of-the-sort")
    assert (done.code, there in done.err.partition("; there are ")[2]) == (2, True), done.err


def test_a_number_that_is_not_ours_is_no_trial(run: Run) -> None:
    done = run("calls", "try", FOLDER, "--number", "+441632960555")
    assert (done.code, "is none of ours" in done.err) == (2, True)


def test_the_document_for_when_we_are_away_leads_to_a_person(run: Run) -> None:
    document = ET.fromstring(run("calls", "fallback", FOLDER).out.split("?>", 1)[1])
    assert [verb.tag for verb in document] == ["Say", "Dial", "Hangup"]
    assert document.findtext("Dial/Number") == "+441632960009"


def test_a_circle_is_found(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "landlord"
    folder.mkdir()
    text = (FOLDER / "landlord.yaml").read_text()
    assert "\n  menu:\n" in text
    round_and_round = text.replace(
        "\n  menu:\n",
        '\n  menus:\n    round: {says: Again?, keys: {"1": {says: Again, menu: round}}}\n'
        '  menu:\n    "7": {says: Round, menu: round}\n',
    )
    (folder / "landlord.yaml").write_text(round_and_round)
    done = run("calls", "check", folder)
    assert done.code == 1
    assert "the menu `round` leads back to itself" in done.out
    assert run("calls", "check", FOLDER).code == 0
