"""The keys that callers are told to press, beside those that do it; and calls back that nobody can ask for."""

import pytest

from rules.check_keys import keys_said
from tests.unit.rules_language.landlords import problems_of
from tests.unit.rules_language.test_line_places import CALLS, place_of

MESSAGE = "`waiting` of `voicemail` tells callers to press {}, and the key for that is 2"
OFFER = "`says` of `offer` of `waiting` tells callers to press {}, and the key for that is 1"
URGENT = "`says` of `emergency` of `voicemail` tells callers to press {}, and the key for that is 1"
UNUSED = "`callbacks` is never used: nobody who waits is offered to be called back"


@pytest.mark.parametrize(
    "text, keys",
    [
        ("If you would rather leave a message, press 2.", "2"),
        ("To leave a message, press two.", "2"),
        ("Press the key 3 to leave a message", "3"),
        ("Press the star key", "*"),
        ("Press star.", "*"),
        ("After 5 minutes, press 2", "2"),
        ("Dial #", "#"),
        ("Press 24 for the day team", ""),
        ("Press any key", ""),
        ("Drücken Sie die 3 für eine Nachricht", "3"),
        ("Naciśnij 2", "2"),
        ("Naciśnij 2 albo 3", "2 3"),
        ("Ring us on 01632 960000 at 9:30 or 9.5", ""),
        ("Please leave a message.", ""),
        ("", ""),
    ],
)
def test_the_keys_in_what_is_said(text: str, keys: str) -> None:
    assert keys_said(text) == set(keys.split())


@pytest.mark.parametrize(
    "was, becomes, message, entry",
    [
        ("says: Speak.", "says: Speak.\n    waiting: For a message, press 4.", MESSAGE.format("4"), "For a message"),
        ("says: Speak.", "says: Speak.\n    waiting: For a message, press two.", "", ""),
        ("says: Speak.", "says: Speak.\n    waiting: For a message, wait.", "", ""),
        ("says: Please wait.", "says: Please wait.\n    offer: {says: Press 3.}", OFFER.format("3"), "Press 3."),
        ("says: Please wait.", "says: Please wait.\n    offer: {says: Press 1.}", "", ""),
        ("says: Press 1.", "says: Press 0.", URGENT.format("0"), "Press 0."),
        ("  missed: {}\n", "  missed: {}\n  callbacks: {attempts: 2}\n", UNUSED, "callbacks"),
        ("  missed: {}\n", "  missed: {}\n  callbacks: {rings: [missed]}\n", "", ""),
        ("  missed: {}\n", "  missed: {}\n  callbacks: {trunk: {host: sip.example}}\n", "", ""),
    ],
)
def test_what_callers_are_told_to_press_is_the_key_that_does_it(
    was: str, becomes: str, message: str, entry: str
) -> None:
    written = CALLS.replace(was, becomes, 1)
    assert written != CALLS
    said = [each for each in problems_of(written) if " press " in each.message or "`callbacks`" in each.message]
    assert [(each.severity, each.message) for each in said] == ([("warning", message)] if message else [])
    places = [(each.mark.file, each.mark.line, each.mark.column) for each in said]
    assert places == ([place_of(written, entry)] if message else [])


def test_calls_back_that_somebody_can_ask_for_are_used() -> None:
    written = CALLS.replace("  missed: {}\n", "  missed: {}\n  callbacks: {attempts: 2}\n")
    written = written.replace("says: Please wait.", "says: Please wait.\n    offer: {says: Press 1.}")
    assert [each.message for each in problems_of(written) if "callbacks" in each.message] == []
