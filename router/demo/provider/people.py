"""Who is at the ends of a call: what they press, say and answer, how long they wait, and what they heard and did."""

import math
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

ANONYMOUS = "anonymous"
ANSWERS = "completed"
HEARING, MENU, RINGING, QUEUE, RECORDING, WHISPER = "hearing", "menu", "ringing", "queue", "recording", "whisper"
"""Where somebody is in a call while it costs them patience."""

ANSWERING, TALKING, LISTENING, CONFERENCE = "answering", "talking", "listening", "conference"
"""And where it costs them none."""

UNHURRIED = frozenset({ANSWERING, TALKING, LISTENING, CONFERENCE})
ALONE = frozenset({HEARING, MENU, RECORDING, WHISPER, TALKING})
"""Where time goes by for one person only, and no other is waited for."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What somebody does at a question: keys, or words, so many seconds after it (or after its first word)."""

    keys: str = ""
    speech: str = ""
    after: float = 1.5
    interrupts: bool = False


Reacts = Callable[[str], Reaction | None]
"""What somebody does on hearing this question; None is silence."""


def silent(_: str) -> None:
    """Never does anything."""


def in_turn(*keys: str) -> Reacts:
    """Presses these, one question after the other, "" for silence; then silence."""
    left = iter(keys)

    def react(_: str) -> Reaction | None:
        pressed = next(left, "")
        return Reaction(pressed) if pressed else None

    return react


def on_hearing(keys: Mapping[str, str]) -> Reacts:
    """Presses the keys of the first of these phrases that is in the question."""

    def react(heard: str) -> Reaction | None:
        return next((Reaction(pressed) for phrase, pressed in keys.items() if phrase in heard), None)

    return react


def at_random(chance: random.Random, keys: str = "0123456789*#", silence: float = 0.2) -> Reacts:
    """Presses any of these keys, sometimes before the question is over, or nothing."""

    def react(_: str) -> Reaction | None:
        if chance.random() < silence:
            return None
        return Reaction(chance.choice(keys), after=chance.uniform(0.2, 12), interrupts=chance.random() < 0.3)  # noqa: PLR2004 - some

    return react


@dataclass(slots=True)
class Person:
    """Somebody with a telephone; `number` is in E.164, or sip:… or client:…, "" for a caller who withholds it.

    `patience` is how many seconds they wait in all, `patience_in` in each of the places above. `answers` is what
    becomes of a call to them: completed, busy, no-answer or failed. `message` is what they say after a tone. `stars`
    ends a conversation with the star key rather than by hanging up.
    """

    number: str
    reacts: Reacts = silent
    patience: float = math.inf
    patience_in: Mapping[str, float] = field(default_factory=dict)
    answers: str = ANSWERS
    answers_after: float = 4.0
    talks: float = 120.0
    message: str = ""
    message_seconds: float = 12.0
    stars: bool = False
    machine: bool = False
    log: list[tuple[str, str]] = field(default_factory=list)

    def note(self, what: str, about: str = "") -> None:
        """Remember what they heard or did."""
        self.log.append((what, about))

    def noted(self, what: str) -> Iterator[str]:
        """Everything of this kind, in order."""
        return (about for kind, about in self.log if kind == what)
