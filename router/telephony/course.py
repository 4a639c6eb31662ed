"""How a call went: worked out from the set of what is known of it, so that the order in which it came says nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from router.calls import ANSWERED
from router.store.callbacks import CHOSEN

Part = Mapping[str, Any]
"""A part of a call's contact: `part`, `received_at`, `claimed_at` and `facts`."""


class CallEnding(StrEnum):
    """How a call ended, the strongest first: the first that anything known of it speaks for."""

    ANSWERED = "answered"
    """A colleague talked to the caller."""

    CALL_BACK = "call-back"
    """The caller chose to be called back, and was promised it."""

    VOICEMAIL = "voicemail"
    """The caller left a message."""

    ABANDONED_WAITING = "abandoned-waiting"
    """The caller hung up while waiting for a colleague, or while one was rung."""

    ABANDONED = "abandoned"
    """The caller hung up before they were put through to anybody."""

    FAILED = "failed"
    """The call broke down before anything came of it."""


OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})

_MACHINES = ("machine", "fax")
_WHISPERED = 45
"""Seconds that what a colleague hears first may take, with the silence in which no key is pressed."""

RETURNED = "call-returned"
"""What is known of a caller who waits again, as the line to their colleague broke off."""

_QUEUED = frozenset({"queue-left", "call-leg"})


@dataclass(frozen=True, slots=True)
class Course:
    """What is known of a call: whether it is over, since when, and how it ended; `outcome` is None while it goes on.

    `seconds` is how long the call was, `waited` how long it was until a colleague answered, or else until it was over.
    """

    over: bool = False
    ended_at: datetime | None = None
    outcome: CallEnding | None = None
    seconds: int | None = None
    waited: int | None = None


def course_of(parts: Iterable[Part]) -> Course:
    """How a call went, whatever the order, repeats and gaps of its parts."""
    known = list(parts)
    ends = [part for part in known if _ends(part)]
    if not ends:
        return Course()
    began, ended = min(map(_moment, known)), min(map(_moment, ends))
    outcome = _outcome(known, ends)
    told = [int(part["facts"]["call_seconds"]) for part in ends if _is_whole(part["facts"].get("call_seconds", ""))]
    seconds = max(told, default=_between(began, ended))
    answered = min((_moment(part) for part in known if _picks_up(part)), default=ended)
    waited = _between(began, answered if outcome is CallEnding.ANSWERED else ended)
    return Course(over=True, ended_at=ended, outcome=outcome, seconds=seconds, waited=waited)


def _moment(part: Part) -> datetime:
    moment: datetime = part["claimed_at"] or part["received_at"]
    return moment


def _between(first: datetime, last: datetime) -> int:
    return max(0, round((last - first).total_seconds()))


def _is_whole(written: str) -> bool:
    return written.isascii() and written.isdigit() and len(written) < len("1000000000")


def _ends(part: Part) -> bool:
    return is_end(part["part"], part["facts"])


def is_end(part: str, facts: Mapping[str, Any]) -> bool:
    """Whether this is the end of the caller's own call; that of a leg which we dialled is not."""
    return part == "call-status" and facts.get("call_status") in OVER and "parent_call" not in facts


def _of_leg(part: Part) -> bool:
    return "parent_call" in part["facts"]


def _picks_up(part: Part) -> bool:
    """Whether a colleague answered their telephone."""
    answered = part["part"] == "call-status" and part["facts"].get("call_status") == "in-progress" and _of_leg(part)
    return answered or part["part"] == "call-answered"


def _outcome(known: Sequence[Part], ends: Sequence[Part]) -> CallEnding:
    talks = {part["facts"].get("dial_call") or _moment(part) for part in known if _talked(part)}
    returns = {_moment(part) for part in known if part["part"] == RETURNED}
    # Whoever was put back into the queue by a line that broke off is answered once they are talked to again.
    if len(talks) > len(returns) or (not returns and _leg_talked(known)):
        return CallEnding.ANSWERED
    if any(part["part"] == CHOSEN for part in known):
        return CallEnding.CALL_BACK
    if any(_left_word(part) for part in known):
        return CallEnding.VOICEMAIL
    if any(part["part"] in _QUEUED or _of_leg(part) for part in known):
        return CallEnding.ABANDONED_WAITING
    broken = all(part["facts"]["call_status"] == "failed" for part in ends)
    return CallEnding.FAILED if broken else CallEnding.ABANDONED


def _talked(part: Part) -> bool:
    return (part["part"] == "call-leg" and talked(part["facts"])) or part["part"] == "call-answered"


def talked(dialled: Mapping[str, Any]) -> bool:
    """Whether the two were connected: a colleague who passed the call on, or hung up on the whisper, was not."""
    return dialled.get("dial") in ANSWERED and dialled.get("bridged") != "false"


def _leg_talked(known: Sequence[Part]) -> bool:
    """Whether, where nobody told us how the dialling ended, a leg itself says that it was talked on.

    That it took a while says nothing where a machine answered it; nor where it took no longer than what is said to a
    colleague before they are put through, and the caller went on waiting afterwards.
    """
    if any(part["part"] == "call-leg" for part in known):
        return False
    return any(_perhaps_talked(part) and not (_is_short(part) and _went_on(part, known)) for part in known)


def _perhaps_talked(part: Part) -> bool:
    facts = part["facts"]
    took = facts.get("call_status") == "completed" and facts.get("call_seconds") != "0"
    return _of_leg(part) and took and not _is_machine(facts)


def _is_short(leg: Part) -> bool:
    seconds = leg["facts"].get("call_seconds", "")
    return _is_whole(seconds) and int(seconds) <= _WHISPERED


def _went_on(leg: Part, known: Sequence[Part]) -> bool:
    """Whether the caller was put through again, or waited, after this leg was over."""
    later = (part for part in known if _moment(part) > _moment(leg))
    return any(part["part"] in _QUEUED or (_of_leg(part) and not _is_leg_over(part)) for part in later)


def _is_leg_over(part: Part) -> bool:
    return part["facts"].get("call_status") in OVER


def _is_machine(facts: Mapping[str, Any]) -> bool:
    """Whether the provider says that a machine answered: `machine_start`, `machine_end_beep`, …, or a fax."""
    return str(facts.get("answered_by", "")).startswith(_MACHINES)


def _left_word(part: Part) -> bool:
    facts = part["facts"]
    message: bool = part["part"] == "voicemail" or facts.get("recording_source") == "RecordVerb"
    there = facts.get("recording_status", "completed") == "completed"
    return message and there and facts.get("recording_seconds", "0") != "0"
