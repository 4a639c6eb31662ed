"""How long a reply is as a text message: counted before it is sent, with what is added below it."""

import json
from dataclasses import dataclass
from typing import Any, Final

from channels.names import SMS
from channels.segments import BASIC, EXTENDED, PLAIN, UCS2, count, economical
from channels.twilio_sender import LONGEST
from router.console.exchange import Ask, Problem
from router.directory import Identity
from router.store.rows import Row
from router.wording import values_of
from rules.model import REPLY
from rules.plan import HandlingPlan, MissingValueError, language_of, render

_HERE: Final = "\x00"
"""What stands for the colleague's words while it is looked at what is put around them."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the message of a reply puts before and after the words of a colleague."""

    before: str
    after: str

    def around(self, text: str) -> str:
        """The whole message, as it would leave."""
        return economical(f"{self.before}{text}{self.after}")


def frame(ask: Ask, enquiry: Row, identity: Identity, plan: HandlingPlan | None) -> Frame | None:
    """What is put around a reply that would go by text message now; None where it goes another way."""
    if plan is None or plan.channel != SMS or plan.to_person:
        return None
    live = ask.services.live.current()
    message = live.ruleset.messages.get(REPLY)
    if message is None:
        return None
    language = language_of(message, plan.language)
    row = {"values": {"text": _HERE}}
    values, english = (values_of(row, enquiry, identity, live, ask.now, code) for code in (language, "en"))
    try:
        _, text = render(message, language, values, plan.formats, english)
    except MissingValueError:
        return None
    before, _, after = text.partition(_HERE)
    return Frame(before, after)


def told(around: Frame, text: str) -> dict[str, Any]:
    """What the page says of the length of a reply, and what it needs to say it again while somebody types."""
    whole = around.around(text)
    counted = count(whole)
    return {
        "says": _words(len(whole), counted.segments, counted.left),
        "because": _because(counted.because) if counted.alphabet == UCS2 else "",
        "before": around.before,
        "after": around.after,
        "basic": "".join(sorted(BASIC)),
        "extended": "".join(sorted(EXTENDED)),
        "plain": json.dumps(PLAIN),
        "longest": LONGEST,
    }


def too_long(around: Frame | None, text: str) -> tuple[Problem, ...]:
    """That a reply is longer than a text message can be, by how much, and what to do."""
    over = len(around.around(text)) - LONGEST if around else 0
    if over <= 0:
        return ()
    return (
        Problem(
            "text", f"This goes by text message and is {over:,} characters too long: shorten it, or send two replies"
        ),
    )


def _words(characters: int, segments: int, left: int) -> str:
    parts = "1 text" if segments == 1 else f"{segments} texts in one"
    return f"With team and reference this is {characters:,} characters, sent as {parts}; {left} more fit."


def _because(character: str) -> str:
    return f"“{character}” makes each text hold 67 to 70 characters instead of 153 to 160."
