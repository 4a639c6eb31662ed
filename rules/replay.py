"""What other rules would have made of past contacts: each one's decision then beside the one now, counted. Pure.

A tally grows with the number of teams, journeys, rules and timescales, never with that of the contacts: it keeps
counts, and the latest few contacts of every change as examples.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

EXAMPLES: Final = 25
"""Contacts that are kept of each change, the latest ones: a page of them."""
HOURS: Final = 7 * 24
UNKNOWN: Final = "not known"
"""What stands for the journey of a contact that nobody could say the matter of."""


class How(StrEnum):
    """How a contact came by its owner then; the last two are counted apart, as no rule had chosen it."""

    OPENED = "opened"
    """It opened an enquiry, which went to the team that the rules chose."""
    JOINED = "joined"
    """It joined an open enquiry and stayed with its owner, or its rule took the enquiry over."""
    NO_RULE = "no-rule"
    """No rule fitted, so the fallback team had it."""
    FAILED = "failed"
    """The rules could not be applied, so the fallback team had it."""


APART: Final = (How.NO_RULE, How.FAILED)


@dataclass(frozen=True, slots=True)
class Ruled:
    """What one ruleset makes of a contact; `due` has aware moments by the name of their timescale."""

    owner: str
    rule: str
    priority: str
    journey: str | None
    due: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A past contact with what was made of it and what would be; `local` is its receipt in the landlord's zone.

    `now` is the team that has it today: another than `then` where a colleague passed it on, or a rule took it over.
    """

    contact: str
    reference: str
    local: datetime
    channel: str
    adjustments: tuple[str, ...]
    how: How
    then: str
    now: str
    before: Ruled
    after: Ruled


@dataclass(slots=True)
class _Change:
    """How often one thing became another, and of what contacts."""

    count: int = 0
    opened: int = 0
    passed_on: int = 0
    agreed: int = 0
    journeys: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    adjustments: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    examples: deque[Replayed] = field(default_factory=lambda: deque(maxlen=EXAMPLES))

    def add(self, replayed: Replayed) -> None:
        self.count += 1
        self.opened += replayed.how is How.OPENED
        self.passed_on += replayed.now != replayed.then
        self.agreed += replayed.now == replayed.after.owner
        self.journeys[replayed.after.journey or UNKNOWN] += 1
        self.channels[replayed.channel] += 1
        self.adjustments.update(replayed.adjustments)
        self.rules[replayed.after.rule] += 1
        self.examples.append(replayed)

    def as_dict(self) -> dict[str, Any]:
        return {
            "count": self.count,
            "opened": self.opened,
            "passed_on": self.passed_on,
            "agreed": self.agreed,
            "by_journey": _largest_first(self.journeys),
            "by_channel": _largest_first(self.channels),
            "by_adjustment": _largest_first(self.adjustments),
            "by_rule": _largest_first(self.rules),
            "examples": [_example(each) for each in reversed(self.examples)],
        }


Pair = tuple[str, str]


class Tally:
    """Counts replayed contacts as they come, oldest first; `as_dict` says what they come to, as plain values."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.contacts: Counter[How] = Counter()
        self.changed: Counter[How] = Counter()
        self.passed_on = 0
        self._owners: dict[Pair, _Change] = {}
        self._priorities: dict[Pair, _Change] = {}
        self._journeys: dict[Pair, _Change] = {}
        self._due: dict[Pair, _Change] = {}
        self._rules: Counter[Pair] = Counter()
        self._load: dict[str, tuple[list[int], list[int]]] = {}

    def add(self, replayed: Replayed) -> None:
        """Count one contact."""
        before, after = replayed.before, replayed.after
        self.contacts[replayed.how] += 1
        self.passed_on += replayed.now != replayed.then
        self._count_load(replayed)
        self.changed[replayed.how] += before.owner != after.owner
        if replayed.how in APART:
            return
        _note(self._owners, before.owner, after.owner, replayed)
        _note(self._priorities, before.priority, after.priority, replayed)
        _note(self._journeys, before.journey or UNKNOWN, after.journey or UNKNOWN, replayed)
        if before.rule != after.rule:
            self._rules[before.rule, after.rule] += 1
        if replayed.how is How.OPENED and before.due != after.due:
            for name, turn in turns(before.due, after.due):
                self._due.setdefault((name, turn), _Change()).add(replayed)

    def _count_load(self, replayed: Replayed) -> None:
        hour = replayed.local.weekday() * 24 + replayed.local.hour
        for place, owner in enumerate((replayed.before.owner, replayed.after.owner)):
            self._load.setdefault(owner, ([0] * HOURS, [0] * HOURS))[place][hour] += 1

    def as_dict(self) -> dict[str, Any]:
        """The figures: changes largest first, the load of each team by hour of the week (Monday 00:00 first)."""
        return {
            "contacts": sum(self.contacts.values()),
            "changed": sum(self.changed[how] for how in How if how not in APART),
            "how": {how.value: {"count": self.contacts[how], "changed": self.changed[how]} for how in How},
            "passed_on": self.passed_on,
            "owners": _pairs(self._owners, "from", "to"),
            "priorities": _pairs(self._priorities, "from", "to"),
            "journeys": _pairs(self._journeys, "from", "to"),
            "due": _pairs(self._due, "timescale", "turn"),
            "rules": [{"from": pair[0], "to": pair[1], "count": count} for pair, count in _sorted(self._rules)],
            "load": {team: {"before": was, "after": will} for team, (was, will) in sorted(self._load.items())},
        }


def turns(before: Mapping[str, datetime], after: Mapping[str, datetime]) -> Iterator[Pair]:
    """How each due time differs, by the name of its timescale: tightened, loosened, added or dropped."""
    for name in sorted({*before, *after}):
        was, will = before.get(name), after.get(name)
        if was is None or will is None:
            yield name, "added" if was is None else "dropped"
        elif was != will:
            yield name, "tightened" if will < was else "loosened"


def by_day(load: Mapping[str, Any]) -> list[tuple[int, int, int]]:
    """A team's load summed by weekday (0 is Monday), as (day, before, after)."""
    parts = [(day * 24, day * 24 + 24) for day in range(7)]
    return [(start // 24, sum(load["before"][start:end]), sum(load["after"][start:end])) for start, end in parts]


def by_hour(load: Mapping[str, Any]) -> list[tuple[int, int, int]]:
    """A team's load summed by hour of the day, as (hour, before, after)."""
    return [(hour, sum(load["before"][hour::24]), sum(load["after"][hour::24])) for hour in range(24)]


def _note(changes: dict[Pair, _Change], was: str, will: str, replayed: Replayed) -> None:
    if was != will:
        changes.setdefault((was, will), _Change()).add(replayed)


def _example(replayed: Replayed) -> dict[str, Any]:
    return {
        "contact": replayed.contact,
        "enquiry": replayed.reference,
        "at": replayed.local.isoformat(timespec="minutes"),
        "channel": replayed.channel,
        "before": _said(replayed.before),
        "after": _said(replayed.after),
        "owner_now": replayed.now,
    }


def _said(ruled: Ruled) -> dict[str, Any]:
    due = {name: at.isoformat(timespec="minutes") for name, at in sorted(ruled.due.items())}
    return {
        "owner": ruled.owner,
        "rule": ruled.rule,
        "priority": ruled.priority,
        "journey": ruled.journey,
        "due": due,
    }


def _pairs(changes: Mapping[Pair, _Change], first: str, second: str) -> list[dict[str, Any]]:
    counts = Counter({pair: change.count for pair, change in changes.items()})
    return [{first: pair[0], second: pair[1], **changes[pair].as_dict()} for pair, _ in _sorted(counts)]


def _largest_first(counts: Counter[str]) -> dict[str, int]:
    return dict(_sorted(counts))


def _sorted(counts: Counter[Any]) -> Iterable[tuple[Any, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
