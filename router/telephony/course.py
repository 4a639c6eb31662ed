"""How a call went: worked out from the set of what is known of it, so that the order in which it came says nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

Part = Mapping[str, Any]
"""A part of a call's contact: `part`, `received_at`, `claimed_at` and `facts`."""


class Outcome(StrEnum):
    """How a call ended, the strongest first: what is known of it only ever moves it up."""

    ANSWERED = "answered"
    """A colleague talked to the caller."""

    VOICEMAIL = "voicemail"
    """The caller left a message."""

    ABANDONED_WAITING = "abandoned-waiting"
    """The caller hung up while waiting for a colleague, or while one was rung."""

    ABANDONED = "abandoned"
    """The caller hung up before they were put through to anybody."""

    FAILED = "failed"
    """The call broke down before anything came of it."""


OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
TALKED = frozenset({"completed", "answered"})
_QUEUED = frozenset({"queue-left", "call-leg"})


@dataclass(frozen=True, slots=True)
class Course:
    """What is known of a call: whether it is over, since when, and how it ended; `outcome` is None while it goes on."""

    over: bool = False
    ended_at: datetime | None = None
    outcome: Outcome | None = None


def course_of(parts: Iterable[Part]) -> Course:
    """How a call went, whatever the order, repeats and gaps of its parts."""
    known = list(parts)
    ends = [part for part in known if _ends(part)]
    if not ends:
        return Course()
    ended_at = min(part["claimed_at"] or part["received_at"] for part in ends)
    return Course(over=True, ended_at=ended_at, outcome=_outcome(known))


def _ends(part: Part) -> bool:
    """Whether this is the end of the caller's own call; that of a leg which we dialled is not."""
    facts = part["facts"]
    return part["part"] == "call-status" and facts.get("call_status") in OVER and "parent_call" not in facts


def _outcome(known: list[Part]) -> Outcome:
    if any(_talked(part) for part in known):
        return Outcome.ANSWERED
    if any(part["part"] == "voicemail" for part in known):
        return Outcome.VOICEMAIL
    if any(part["part"] in _QUEUED for part in known):
        return Outcome.ABANDONED_WAITING
    broken = any(part["facts"].get("call_status") == "failed" for part in known if _ends(part))
    return Outcome.FAILED if broken else Outcome.ABANDONED


def _talked(part: Part) -> bool:
    return part["part"] == "call-leg" and talked(part["facts"])


def talked(leg: Mapping[str, Any]) -> bool:
    """Whether the caller was put through; a leg on which somebody answered and passed the call on is completed too."""
    return leg.get("dial") in TALKED and leg.get("bridged") != "false"
