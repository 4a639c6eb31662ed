"""The words that stop and start texts: the whole message, in any case, and nothing that merely has them in it."""

import pytest

from channels.text_words import Word, word_of


@pytest.mark.parametrize(
    "text, said, word",
    [
        ("STOP", "", Word.STOP),
        ("stop", "", Word.STOP),
        (" Stop. ", "", Word.STOP),
        ("“Stop!!”", "", Word.STOP),
        ("\uff33\uff34\uff2f\uff30", "", Word.STOP),
        ("StopAll", "", Word.STOP),
        ("STOP ALL", "", Word.STOP),
        ("UNSUBSCRIBE", "", Word.STOP),
        ("cancel", "", Word.STOP),
        ("End", "", Word.STOP),
        ("QUIT", "", Word.STOP),
        ("OptOut", "", Word.STOP),
        ("opt-out", "", Word.STOP),
        ("REVOKE", "", Word.STOP),
        ("start", "", Word.START),
        ("UNSTOP", "", Word.START),
        ("Yes", "", Word.YES),
        ("HELP", "", Word.HELP),
        ("info?", "", Word.HELP),
        ("Arrêt", "STOP", Word.STOP),
        ("whatever", "START", Word.START),
        ("HELP", "HELP", Word.HELP),
        ("stop the leak", "", None),
        ("please stop", "", None),
        ("stop stop", "", None),
        ("STOP it", "", None),
        ("Help me, there is water everywhere", "", None),
        ("yes please", "", None),
        ("cancel my appointment", "", None),
        ("", "", None),
        ("...", "", None),
        ("stopping", "", None),
        ("hello", "MAYBE", None),
        ("stop" + " " * 200 + "x", "", None),
    ],
)
def test_word_is_the_whole_message(text: str, said: str, word: Word | None) -> None:
    assert word_of(text, said) is word
