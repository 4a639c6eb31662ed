"""A made-up contact for a region: facts as people give them, tried on both rulesets before it is shown."""

from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from rules.checking.patterns import sample
from rules.comparing.regions import Found
from rules.comparing.space import MINUTES, MOMENT, OTHER, UNKNOWN, Space
from rules.compile import Compiled
from rules.decide import decide
from rules.fields import FIELDS, FieldType
from rules.landlord import Ruleset
from rules.masks import Line
from rules.model import Facts, FactValue, Op, Outcome

_ELSE: Final = "something else"
_WAKING_FIRST: Final = (*range(10 * 60, MINUTES), *range(10 * 60))
"""The minutes of a day, those first at which people are awake."""


def example(found: Found, space: Space, sides: tuple[Compiled, Compiled]) -> dict[str, Any] | None:
    """Facts with `at`, local, that come out differently under the two; None where words kept us from making them up."""
    facts = _facts(found, space, (sides[0].ruleset, sides[1].ruleset))
    moment = _moment(found, space)
    if facts is None or moment is None:
        return None
    at = moment.replace(tzinfo=ZoneInfo(sides[1].ruleset.landlord.zone)).astimezone(UTC)
    before, now = (decide(side, facts, at) for side in sides)
    if _said(found.aspect, before) == _said(found.aspect, now):
        return None
    given = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in facts.items()}
    return {**given, "at": moment.isoformat(timespec="minutes")}


def _said(aspect: str, outcome: Outcome) -> Any:
    found: dict[str, Any] = {
        "escalate.to": outcome.escalate and outcome.escalate.to,
        "escalate.after": outcome.escalate and outcome.escalate.after,
        "reply": outcome.wishes.by,
        "offer_callback": outcome.wishes.offer_callback,
        "skip_menu": outcome.wishes.skip_menu,
    }
    return found[aspect] if aspect in found else getattr(outcome, aspect)


def _facts(found: Found, space: Space, rulesets: tuple[Ruleset, Ruleset]) -> Facts | None:
    facts: dict[str, FactValue] = {"channel": next(iter(rulesets[1].channels), ""), "kind": "message", "text": ""}
    for name, value in found.contact.items():
        if name in MOMENT or value == UNKNOWN or value is None:
            continue
        if name in space.texts:
            text = _text(space, name, value)
            if text is None:
                return None
            facts[name] = text
        else:
            facts[name] = _value(name, value, space, rulesets)
    return facts


def _value(name: str, cell: Any, space: Space, rulesets: tuple[Ruleset, Ruleset]) -> FactValue:
    if name in space.numbers:
        return _number(name, cell, space.numbers[name])
    if cell == OTHER:
        return _other(name, set(space.cells[name].of), rulesets)
    value: FactValue = cell
    return value


def _other(name: str, named: set[Any], rulesets: tuple[Ruleset, Ruleset]) -> str:
    """A value that no rule names."""
    field = FIELDS[name]
    choices: list[str] = list(field.values)
    for ruleset in rulesets:
        choices += {"channels": [*ruleset.channels], "values": [*ruleset.values.get(name, ())]}.get(
            field.values_from, []
        )
    return next((each for each in choices if each not in named), _ELSE)


def _number(name: str, cell: int, axis: Line) -> int | float:
    """A number in a cell: whole, but for a confidence."""
    if name == "confidence":
        tried: list[float] = [1.0, 0.0, *axis.points]
        edges = sorted({0.0, 1.0, *axis.points})
        tried += [(low + high) / 2 for low, high in pairwise(edges)]
        return next(each for each in tried if axis.cell(each) == cell)
    return next(each for each in range(int(max(axis.points, default=0)) + 2) if axis.cell(each) == cell)


def _text(space: Space, name: str, things: frozenset[int]) -> str | None:
    """A text in which just these things are found; None where those that say so make others too, or none of these."""
    scanner = space.texts[name]
    asked = [space.words[name][number] for number in sorted(things)]
    exact = [words for op, words in asked if op is Op.IS]
    said = [sample(words) if op is Op.MATCHES else words for op, words in asked]
    text = exact[0] if exact else " – ".join(said)
    return text if scanner.found(text) == set(things) or FIELDS[name].type is not FieldType.TEXT else None


def _moment(found: Found, space: Space) -> datetime | None:
    day: date | None = space.days.get((found.contact["kind"], found.contact["season"], found.contact["date"]))
    clock = space.moments[1].clock
    minute = next((each for each in _WAKING_FIRST if clock.cell(each) == found.contact["minute"]), None)
    return datetime.combine(day, time(minute // 60, minute % 60)) if day and minute is not None else None
