"""`firstcontact calls`: the landlord's questions checked, drawn, walked through, and written for when we are away."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

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
