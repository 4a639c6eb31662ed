"""What became of calls, in figures: answered, given up or called back, how soon, and whether equally for everybody."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from router.reports.figures import Share, Spread, spread_of
from router.reports.tables import EVERYTHING, NO_NEEDS, UNKNOWN, Cell
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


def rows(by: str, calls: Iterable[Call], local: Callable[[datetime], datetime]) -> list[dict[str, Any]]:
    """The rows of the report: one of everything first, then one a group: the largest first, days and hours in order.

    `local` gives a moment by the landlord's clock. Groups of few people have no figures; where that is one group alone,
    neither has the next smallest, or the difference from everything would tell.
    """
    counted = list(calls)
    groups: dict[str, list[Call]] = {}
    for call in counted:
        for key in _groups(by, call, local):
            groups.setdefault(key, []).append(call)
    order = sorted(groups) if by in _IN_ORDER else sorted(groups, key=lambda key: (-len(groups[key]), key))
    hidden = _hidden(groups) if by in _OF_PEOPLE else set()
    return [_row(EVERYTHING, counted, hidden=False), *(_row(key, groups[key], hidden=key in hidden) for key in order)]


def _groups(by: str, call: Call, local: Callable[[datetime], datetime]) -> Iterable[str]:
    match by:
        case "day":
            return (local(call.began).date().isoformat(),)
        case "hour":
            return (f"{local(call.began):%H}:00",)
        case "team":
            return (call.team or NOBODY,)
        case "need":
            return _needs(call)
        case "adjusted":
            return (_whether_adjusted(_needs(call)),)
        case _:
            return ()


def _whether_adjusted(needs: tuple[str, ...]) -> str:
    return UNKNOWN if needs == (UNKNOWN,) else NOT_ADJUSTED if needs == (NO_NEEDS,) else ADJUSTED


def _needs(call: Call) -> tuple[str, ...]:
    relay = (BY_RELAY,) if call.by_relay else ()
    if call.needs is None:
        return relay or (UNKNOWN,)
    return (*call.needs, *relay) or (NO_NEEDS,)


def _hidden(groups: Mapping[str, Sequence[Call]]) -> set[str]:
    """The groups that are too small to be shown, and the one that would tell of a single such group."""
    small = {key for key, calls in groups.items() if len(calls) < FEWEST}
    others = sorted(groups.keys() - small, key=lambda key: (len(groups[key]), key))
    return small | set(others[:1]) if len(small) == 1 else small


def _row(group: str, calls: Sequence[Call], *, hidden: bool) -> dict[str, Any]:
    if hidden:
        return {"group": group, "calls": TOO_FEW if len(calls) < FEWEST else NOT_SHOWN}
    return {"group": group, **_figures(calls)}


def _figures(calls: Sequence[Call]) -> Mapping[str, Cell]:
    whole = [call for call in calls if not call.is_short]
    unanswered = [call for call in whole if call.outcome != CallEnding.ANSWERED]
    waited = [call.waited for call in whole if call.outcome == CallEnding.ANSWERED and call.waited is not None]
    return {
        "calls": len(calls),
        "short": len(calls) - len(whole),
        "answered": _share(whole, CallEnding.ANSWERED),
        "call_back": _share(whole, CallEnding.CALL_BACK),
        "abandoned_waiting": _share(whole, CallEnding.ABANDONED_WAITING),
        "abandoned": _share(whole, CallEnding.ABANDONED),
        "voicemail": _share(whole, CallEnding.VOICEMAIL),
        "failed": _share(whole, CallEnding.FAILED),
        "called_back": Share(sum(call.called_back for call in unanswered), len(unanswered)),
        "to_answer": _to_answer(waited),
    }


def _share(calls: Sequence[Call], outcome: CallEnding) -> Share:
    return Share(sum(call.outcome == outcome for call in calls), len(calls))


def _to_answer(waited: Sequence[int]) -> Spread:
    return spread_of([float(each) for each in waited])
