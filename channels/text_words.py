"""The words by which somebody stops and starts texts, or asks for help: the whole message, in any case.

Source: the keywords of the CTIA's Messaging Principles and of the provider's own list.
"""

import unicodedata
from enum import StrEnum
from typing import Final


class Word(StrEnum):
    """What a text message of one word asks for."""

    STOP = "stop"
    START = "start"
    YES = "yes"
    """Starts texts again only where they were stopped; from anybody else it is an answer."""

    HELP = "help"


WORDS: Final = {
    **dict.fromkeys(
        (
            "stop",
            "stopall",
            "stop all",
            "unsubscribe",
            "cancel",
            "end",
            "quit",
            "optout",
            "opt out",
            "opt-out",
            "revoke",
        ),
        Word.STOP,
    ),
    **dict.fromkeys(("start", "unstop"), Word.START),
    "yes": Word.YES,
    **dict.fromkeys(("help", "info"), Word.HELP),
}
_SAID: Final = {"STOP": Word.STOP, "START": Word.START, "HELP": Word.HELP}
_LONGEST: Final = 40
_AROUND: Final = " \t\r\n.!?,;:…\"'“”‘’()[]*_-"


def word_of(text: str, said_by_provider: str = "") -> Word | None:
    """What a message asks for if it is one of these words and nothing else; None if it is any other message.

    `said_by_provider` is STOP, START or HELP where the provider knew it for one of the account's own keywords, which
    may be in any language; it is believed. Anything else that it may say is not.
    """
    if said_by_provider and (found := _SAID.get(said_by_provider.strip().upper())):
        return found
    if len(text) > _LONGEST:
        return None
    folded = unicodedata.normalize("NFKC", text).casefold().strip(_AROUND)
    return WORDS.get(" ".join(folded.split()))
