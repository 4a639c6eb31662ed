"""What a colleague hears before a caller is put through to them: what it is about, who it is, and how to serve them."""

from collections.abc import Sequence
from dataclasses import dataclass

from rules.model import Priority

TAKE, PASS_ON = "1", "2"
MOST_SAID = 2
"""So many instructions of the rules are spoken: the caller hears it ring meanwhile, and the page has them all."""

_KEYS = f"Press {TAKE} to take it, or {PASS_ON} to pass it on."


@dataclass(frozen=True, slots=True)
class Caller:
    """What a colleague is told of a caller, and the telephone of theirs; `name` is "" where it must not be spoken.

    `duties` are the instructions that follow from the caller's adjustments, `instructions` those of the rules;
    `shown` is the number that the telephone shows, None for the caller's own; `contact` and `enquiry` lead to the page.
    """

    team: str = ""
    name: str = ""
    journey: str = ""
    priority: str = ""
    because: str = ""
    interpreter: str = ""
    prefix: str = ""
    duties: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()
    shown: str | None = None
    contact: str = ""
    enquiry: str = ""
    may_record: bool = True
    """Whether nothing on record is against recording them."""


def offered(caller: Caller) -> tuple[str, ...]:
    """What is said before anybody has taken the call: a machine may listen, so nothing of who it is."""
    return _matter(caller), _KEYS


def offered_back(caller: Caller) -> tuple[str, ...]:
    """The same of a call back, which rings nobody but the colleague yet."""
    about = f", about {caller.journey}" if caller.journey else ""
    return f"A call back for {caller.team}{about}. The customer is rung when you take it.", _KEYS


def told(caller: Caller) -> tuple[str, ...]:
    """Everything, for who has the call from here."""
    return _matter(caller), *details(caller)


def details(caller: Caller) -> tuple[str, ...]:
    """What comes on top of what was offered, the duties before what rules would like."""
    return tuple(_sentence(each) for each in _details(caller) if each)


def _matter(caller: Caller) -> str:
    urgent = "An emergency call" if caller.priority == Priority.EMERGENCY else "A call"
    about = f", about {caller.journey}" if caller.journey else ""
    high = ", high priority" if caller.priority == Priority.HIGH else ""
    return f"{urgent} for {caller.team}{about}{high}."


def _details(caller: Caller) -> Sequence[str]:
    return (
        f"The caller is {caller.name}" if caller.name else "",
        f"They need an interpreter: {caller.interpreter}" if caller.interpreter else "",
        f"They call by text relay. To ring back, dial {' '.join(caller.prefix)} first" if caller.prefix else "",
        *caller.duties,
        caller.because,
        *[each for each in caller.instructions if each not in caller.duties][:MOST_SAID],
    )


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
