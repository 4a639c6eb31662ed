"""What differs between two rulesets by meaning: what is added, removed, changed or moved of rules, teams and all."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any, Final

from rules.landlord import Ruleset
from rules.model import Mark, Rule
from rules.sentences import sentence

SHORT: Final = 100
"""Characters up to which two values are shown beside each other; of longer ones it is only said that they differ."""

_SECTIONS: Final[Mapping[str, str]] = {
    "teams": "team",
    "journeys": "journey",
    "adjustments": "adjustment",
    "messages": "message",
    "questions": "question",
    "hours": "opening hours",
    "mailboxes": "mailbox",
    "channels": "channel",
    "values": "list of values",
    "transfer_reasons": "reason to pass on",
    "resolutions": "resolution",
}
_SINGLE: Final[Mapping[str, str]] = {
    "landlord": "landlord",
    "calls": "calls",
    "call_events": "call events",
    "urgent": "urgent words",
}


class ChangeKind(StrEnum):
    """What happened to something between the two."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: what sort of thing it is, its name, and in words what is different about it."""

    kind: ChangeKind
    what: str
    name: str
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}{f' “{self.name}”' if self.name else ''}"

    def as_dict(self) -> dict[str, Any]:
        """Give it as plain values, for JSON."""
        return {"kind": self.kind.value, "what": self.what, "name": self.name, "details": list(self.details)}


def difference(old: Ruleset, new: Ruleset) -> tuple[Change, ...]:
    """Everything that decides or is said differently by the new ruleset, the rules first."""
    return tuple(_all(old, new))


def _all(old: Ruleset, new: Ruleset) -> Iterator[Change]:
    for name in ("owner", "handling"):
        yield from _rules(f"{name} rule", (old, getattr(old, name)), (new, getattr(new, name)))
    for name, what in _SECTIONS.items():
        yield from _section(what, getattr(old, name), getattr(new, name))
    for name, what in _SINGLE.items():
        yield from _section(what, _alone(getattr(old, name)), _alone(getattr(new, name)))


def _alone(value: Any) -> Mapping[str, Any]:
    """A section that has no entries, as one without a name."""
    return {"": value} if value else {}


def _section(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name in sorted({*old, *new}):
        if name not in old:
            yield Change(ChangeKind.ADDED, what, name)
        elif name not in new:
            yield Change(ChangeKind.REMOVED, what, name)
        elif _plain(old[name]) != _plain(new[name]):
            yield Change(ChangeKind.CHANGED, what, name, tuple(_details(old[name], new[name])))


# Rules -------------------------------------------------------------------------------------------------------------

Listed = tuple[Ruleset, tuple[Rule, ...]]
"""One of the two lists of rules, with the ruleset that it is of."""


def _rules(what: str, old: Listed, new: Listed) -> Iterator[Change]:
    before, after = ({rule.name: rule for rule in each[1]} for each in (old, new))
    for name, rule in after.items():
        if name not in before:
            yield Change(ChangeKind.ADDED, what, name, (sentence(rule, new[0]).removeprefix(_title(rule)),))
        elif _plain(before[name]) != _plain(rule):
            yield Change(ChangeKind.CHANGED, what, name, tuple(_told(before[name], old[0], rule, new[0])))
    for name, rule in before.items():
        if name not in after:
            yield Change(ChangeKind.REMOVED, what, name, (sentence(rule, old[0]).removeprefix(_title(rule)),))
    yield from _moved(what, list(before), list(after))


def _told(before: Rule, old: Ruleset, rule: Rule, new: Ruleset) -> Iterator[str]:
    told = sentence(before, old), sentence(rule, new)
    if told[0] != told[1]:
        yield f"Before: {told[0].removeprefix(_title(before))}"
        yield f"Now: {told[1].removeprefix(_title(rule))}"
    lost, gained = _lost_and_gained(_plain(before.examples), _plain(rule.examples))
    if lost or gained:
        yield f"Examples: {len(gained)} added, {len(lost)} removed"


def _title(rule: Rule) -> str:
    """How the sentence of a rule begins, which its name stands before already."""
    return f"{rule.name[:1].upper()}{rule.name[1:]}: "


def _moved(what: str, before: list[str], after: list[str]) -> Iterator[Change]:
    """The fewest rules that have to be moved to come from one order to the other."""
    common = set(before)
    place = {name: number for number, name in enumerate(after)}
    order = [place[name] for name in before if name in place]
    still = _longest_rising(order)
    for number, name in enumerate(after):
        if name in common and number not in still:
            where = f"It now stands after “{after[number - 1]}”" if number else "It now stands first"
            yield Change(ChangeKind.MOVED, what, name, (where,))


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """The numbers of a longest rising subsequence."""
    ends: list[int] = []
    previous: dict[int, int | None] = {}
    for number in numbers:
        at = bisect_left(ends, number)
        previous[number] = ends[at - 1] if at else None
        ends[at : at + 1] = [number]
    found: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        found.add(last)
        last = previous[last]
    return found


# Everything else ---------------------------------------------------------------------------------------------------


def _plain(value: Any) -> Any:
    """A value without where it stands in the YAML, so that equal is what means the same."""
    if is_dataclass(value) and not isinstance(value, type):
        kept = (getattr(value, each.name) for each in fields(value) if each.name != "mark")
        return (type(value).__name__, *map(_plain, kept))
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return None if isinstance(value, Mark) else value


def _details(old: Any, new: Any) -> Iterator[str]:
    """How two values differ, a line for each part of them that does."""
    if is_dataclass(old):
        for each in fields(old):
            before, now = getattr(old, each.name), getattr(new, each.name)
            if each.name != "mark" and _plain(before) != _plain(now):
                yield f"{each.name}: {_one(before, now)}"
    elif isinstance(old, Mapping):
        for name in sorted({*old, *new}):
            if _plain(old.get(name)) != _plain(new.get(name)):
                yield f"{name}: {_one(old.get(name), new.get(name))}"
    else:
        yield _one(old, new)


def _one(old: Any, new: Any) -> str:
    if isinstance(old, tuple) and isinstance(new, tuple) and all(isinstance(each, str) for each in (*old, *new)):
        return _lists(old, new)
    before, now = _shown(old), _shown(new)
    return f"{before}, now {now}" if max(len(before), len(now)) <= SHORT else "it reads differently"


def _lists(old: tuple[str, ...], new: tuple[str, ...]) -> str:
    lost, gained = _lost_and_gained(old, new)
    told = [f"{what} {', '.join(map(_shown, each))}" for what, each in (("added", gained), ("removed", lost)) if each]
    said = "; ".join(told) or "in another order"
    return said if len(said) <= 2 * SHORT else f"{len(gained)} added, {len(lost)} removed"


def _lost_and_gained(old: Sequence[Any], new: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    return [each for each in old if each not in new], [each for each in new if each not in old]


def _shown(value: Any) -> str:
    """A value in a few words."""
    if value is None or value in ("", (), {}):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_shown(each)}" for key, each in value.items())
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value))
    return f"“{value}”" if isinstance(value, str) else str(value)
