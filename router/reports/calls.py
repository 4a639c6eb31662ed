"""What became of calls, in figures: answered, given up or called back, how soon, and whether equally for everybody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from router.reports.figures import Share
from router.reports.tables import EVERYTHING, NO_NEEDS, UNKNOWN, Cell, Sums, needs_of, told_apart
from router.telephony.course import CallEnding

NAME: Final = "calls"
TITLE: Final = "What became of calls, and how long callers waited"
GROUPS: Final = ("none", "day", "hour", "team", "need", "adjusted")
"""What it can be told apart by; `adjusted` is who has an adjustment or calls by text relay, and who does not."""

SHORT: Final = 5
"""Who hung up in fewer seconds is counted apart: nobody could have answered, and many had rung a wrong number."""

FEWEST: Final = 5
"""A group of people that is smaller has no figures: they could be told who they are."""

TOO_FEW: Final = f"fewer than {FEWEST}"
NOT_SHOWN: Final = "not shown"
BY_RELAY, ADJUSTED, NOT_ADJUSTED = "calls-by-text-relay", "with-an-adjustment", "without-an-adjustment"
NOBODY: Final = "(put through to nobody)"
_OF_PEOPLE: Final = frozenset({"need", "adjusted"})
_IN_ORDER: Final = frozenset({"day", "hour"})
_GIVEN_UP: Final = frozenset({CallEnding.ABANDONED, CallEnding.ABANDONED_WAITING})

DEFINITIONS: Final[Mapping[str, str]] = {
    "calls": "Calls that came in during these days and are over.",
    "short": f"Callers who hung up within {SHORT} seconds. They are in none of the shares that follow.",
    "answered": "A colleague talked to the caller.",
    "call_back": "The caller chose to be called back, and need not wait.",
    "abandoned_waiting": "The caller hung up while they waited for a colleague, or while one was rung.",
    "abandoned": "The caller hung up before they were put through to anybody.",
    "voicemail": "The caller left a message.",
    "failed": "The call broke down.",
    "called_back": "Of the calls that nobody answered: a promised call reached the caller afterwards.",
    "to_answer": "From when the call came in until a colleague answered it, of those that were answered.",
}


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is over; `team` is whom it was put through to, `needs` None for somebody unknown to us."""

    began: datetime
    team: str | None
    outcome: str
    seconds: int | None
    waited: int | None
    needs: tuple[str, ...] | None
    by_relay: bool = False
    called_back: bool = False

    @property
    def is_short(self) -> bool:
        """Whether the caller hung up before anybody could have answered."""
        return self.outcome in _GIVEN_UP and self.seconds is not None and self.seconds < SHORT

    @property
    def with_relay(self) -> tuple[str, ...] | None:
        """Their needs, text relay among them; None for somebody of whom nothing is known."""
        relay = (BY_RELAY,) if self.by_relay else ()
        return (*self.needs, *relay) if self.needs is not None else relay or None


def rows(by: str, found: Mapping[str | None, Sums]) -> list[dict[str, Any]]:
    """The rows of the report: one of everything first, then one a group: the largest first, days and hours in order.

    `found` has what was added up by what stands in the rows of calls. Groups of few people have no figures; where that
    is one group alone, neither has the next smallest, or the difference from everything would tell.
    """
    whole, groups = told_apart(found, partial(_groups, by))
    sizes = {group: sums.numbers["calls"] for group, sums in groups.items()}
    order = sorted(groups) if by in _IN_ORDER else sorted(groups, key=lambda key: (-sizes[key], key))
    hidden = _hidden(sizes) if by in _OF_PEOPLE else set()
    return [
        {"group": EVERYTHING, **_figures(whole)},
        *(_hides(key, sizes[key]) if key in hidden else {"group": key, **_figures(groups[key])} for key in order),
    ]


def _groups(by: str, key: str | None) -> Iterable[str]:
    match by:
        case "day" | "hour":
            return (key or UNKNOWN,)
        case "team":
            return (key or NOBODY,)
        case "need":
            return needs_of(key)
        case "adjusted":
            return (_whether_adjusted(needs_of(key)),)
    return ()


def _whether_adjusted(needs: tuple[str, ...]) -> str:
    return UNKNOWN if needs == (UNKNOWN,) else NOT_ADJUSTED if needs == (NO_NEEDS,) else ADJUSTED


def _hidden(sizes: Mapping[str, int]) -> set[str]:
    """The groups that are too small to be shown, and the one that would tell of a single such group."""
    small = {key for key, size in sizes.items() if size < FEWEST}
    others = sorted(sizes.keys() - small, key=lambda key: (sizes[key], key))
    return small | set(others[:1]) if len(small) == 1 else small


def _hides(group: str, size: int) -> dict[str, Any]:
    return {"group": group, "calls": TOO_FEW if size < FEWEST else NOT_SHOWN}


def _figures(sums: Sums) -> Mapping[str, Cell]:
    found = sums.numbers
    whole = found["calls"] - found["short"]
    return {
        "calls": found["calls"],
        "short": found["short"],
        "answered": Share(found[CallEnding.ANSWERED], whole),
        "call_back": Share(found[CallEnding.CALL_BACK], whole),
        "abandoned_waiting": Share(found[CallEnding.ABANDONED_WAITING], whole),
        "abandoned": Share(found[CallEnding.ABANDONED], whole),
        "voicemail": Share(found[CallEnding.VOICEMAIL], whole),
        "failed": Share(found[CallEnding.FAILED], whole),
        "called_back": Share(found["called_back"], whole - found[CallEnding.ANSWERED]),
        "to_answer": sums.spread("to_answer"),
    }


def sums_of(outcome: str, calls: int, *, short: bool, called_back: int) -> Sums:
    """What so many calls of one outcome add; short ones are in no share."""
    sums = Sums()
    sums.numbers["calls"] = calls
    if short:
        sums.numbers["short"] = calls
    else:
        sums.numbers[outcome] = calls
        sums.numbers["called_back"] = called_back if outcome != CallEnding.ANSWERED else 0
    return sums
