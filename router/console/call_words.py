"""How a call ended, in the words of who reads about it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from router.store.call_ends import CALL_ENDED
from router.store.relay import MARKED, UNMARKED
from router.store.rows import Row
from router.telephony.course import CallEnding

OUTCOMES: Final[Mapping[str, str]] = {
    CallEnding.ANSWERED: "The call ended: a colleague talked to the caller",
    CallEnding.CALL_BACK: "The call ended: the caller chose to be called back",
    CallEnding.VOICEMAIL: "The call ended: the caller left a message",
    CallEnding.ABANDONED_WAITING: "The caller hung up while they waited for a colleague",
    CallEnding.ABANDONED: "The caller hung up before they were put through to anybody",
    CallEnding.FAILED: "The call broke down",
}
OF_CALLS: Final = (CALL_ENDED, MARKED, UNMARKED)
"""The events that a call has of its own."""

_MINUTE: Final = 60


def latest_ends(happened: Iterable[Row]) -> list[Row]:
    """What happened to calls, oldest first: of several ends of one, only the last that was worked out."""
    told = list(happened)
    last = {event["contact_id"]: event["id"] for event in told if event["kind"] == CALL_ENDED}
    return [event for event in told if event["kind"] != CALL_ENDED or last[event["contact_id"]] == event["id"]]


def call_title(data: Mapping[str, Any]) -> str:
    """How a call ended, by what its event says."""
    return OUTCOMES.get(str(data.get("outcome")), "The call ended")


def call_notes(data: Mapping[str, Any]) -> Iterator[str]:
    """How long the caller waited, and how long it all took."""
    waited, seconds = data.get("waited"), data.get("seconds")
    if waited is not None:
        answered = data.get("outcome") == CallEnding.ANSWERED
        yield f"{'Answered after' if answered else 'On the line for'} {long(waited)}"
    if seconds is not None and seconds != waited:
        yield f"The whole call took {long(seconds)}"


def long(seconds: int) -> str:
    """A time in words: seconds under a minute, else minutes and seconds."""
    minutes, rest = divmod(seconds, _MINUTE)
    parts = [_count(minutes, "minute")] * bool(minutes) + [_count(rest, "second")] * bool(rest or not minutes)
    return " and ".join(parts)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
