"""The regions in which two rulesets decide differently, in plain words, each with a contact that shows it."""

from calendar import month_name
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

from rules.comparing.regions import CONFLICTS, Difference, Found, differing
from rules.comparing.space import KINDS, MINUTES, OTHER, UNKNOWN, Space
from rules.comparing.witness import example
from rules.compile import Compiled, compile_rules
from rules.fields import WEEKDAYS
from rules.landlord import Ruleset
from rules.normal import Literal, Node, normal
from rules.wording import listed, noun, states, value

FEW: Final = 6
"""Values that are named one by one; of more it is said how many there are, or which are not among them."""
_TIMED: Final = ("kind", "minute", "season", "date")
_CHANGES: Final = {
    "team": "owner",
    "priority": "priority",
    "due": "timescales",
    "also": "contributing teams",
    "ask": "questions",
    "instructions": "instructions",
    "take_over": "taking over",
    "message": "acknowledgement",
    "queue": "place in the queue",
    "reply": "reply",
    "escalate.to": "teams told when nobody acknowledges it",
    "escalate.after": "minutes until they are told",
    "offer_callback": "call back",
    "skip_menu": "skipping the menu",
}
ASPECTS: Final = tuple(_CHANGES.values())
"""What may differ, in the order in which it is told."""
_AXIS_OF: Final = {"time": "minute", "weekday": "kind", "holiday": "kind"}
_DAYS: Final = ("from {}", "after {}", "to {}", "before {}")
_NO_RULE: Final = "no rule"


@dataclass(frozen=True, slots=True)
class Region:
    """Contacts that are decided differently in one way.

    `where` bounds them, a condition each; `contact` has the facts of one of them, as `rules decide` takes them, and is
    None where none could be made up, because the region rests on words or patterns (`doubtful`).
    """

    aspect: str
    """What changes: one of ASPECTS."""
    before: str
    now: str
    rule_before: str
    rule_now: str
    where: tuple[str, ...]
    contact: dict[str, Any] | None

    @property
    def doubtful(self) -> bool:
        """Whether no contact could be made up for it: what words and patterns can go together is not known."""
        return self.contact is None

    def __str__(self) -> str:
        where = f", where {'; '.join(self.where)}" if self.where else ""
        rules = f"“{self.rule_before}” decided it, “{self.rule_now}” does now"
        if self.rule_before == self.rule_now:
            rules = f"“{self.rule_now}” decides it as before"
        doubt = "; it rests on words or patterns, and there may be no such contact" if self.doubtful else ""
        return f"{self.aspect}: {self.before or 'none'}, now {self.now or 'none'}{where} ({rules}{doubt})"

    def as_dict(self) -> dict[str, Any]:
        """Give it as plain values, for JSON."""
        return {
            "kind": "region",
            "what": self.aspect,
            "before": self.before,
            "now": self.now,
            "rule_before": self.rule_before,
            "rule_now": self.rule_now,
            "where": list(self.where),
            "doubtful": self.doubtful,
            "contact": self.contact,
            "sentence": str(self),
        }


@dataclass(frozen=True, slots=True)
class Regions:
    """Every region that was found, and in words what could not be compared."""

    found: tuple[Region, ...]
    notes: tuple[str, ...]


def regions(old: Ruleset, new: Ruleset, *, conflicts: int = CONFLICTS) -> Regions:
    """Where the new ruleset decides differently from the old one, in words; the owner first, then all else."""
    difference = differing(old, new, conflicts=conflicts)
    sides = compile_rules(old), compile_rules(new)
    found = tuple(_region(each, difference.space, sides) for each in difference.found)
    return Regions(found, tuple(_notes(old, new, difference)))


def _region(found: Found, space: Space, sides: tuple[Compiled, Compiled]) -> Region:
    old, new = sides[0].ruleset, sides[1].ruleset
    names = [rule.name if rule else _NO_RULE for rule in found.winners]
    return Region(
        aspect=_CHANGES[found.aspect],
        before=_value(found.aspect, found.before, old),
        now=_value(found.aspect, found.now, new),
        rule_before=names[0],
        rule_now=names[1],
        where=tuple(dict.fromkeys(_where(found, space, (old, new)))),
        contact=example(found, space, sides),
    )


def _value(aspect: str, said: str, ruleset: Ruleset) -> str:
    if aspect in ("team", "also", "escalate.to"):
        return ", ".join(ruleset.teams[key].name if key in ruleset.teams else key for key in said.split(", "))
    if aspect == "instructions":
        return said
    if aspect == "ask":
        return ruleset.questions.get(said, said.replace("-", " "))
    return said.replace("-", " ")


def _where(found: Found, space: Space, rulesets: tuple[Ruleset, Ruleset]) -> Iterator[str]:
    """What bounds a region: the cells that it reaches, and of its rules the conditions that no cells show."""
    on_a_day = all(cell % 2 for cell in found.reach.get("date", (0,)))
    for name, cells in found.reach.items():
        if on_a_day and name in ("kind", "season"):
            continue  # they follow from the date
        yield _cells(name, cells, space, rulesets[1])
    for role in found.roles:
        if role.rule is not None and role.fits:
            for node in normal(role.rule.when).parts:
                if not _shown(node, set(found.reach)):
                    yield states(node, rulesets[role.side])
        elif role.rule is not None:
            yield f"rule “{role.rule.name}” does not apply"
    yield from _no_longer(found, rulesets)


def _no_longer(found: Found, rulesets: tuple[Ruleset, Ruleset]) -> Iterator[str]:
    """What the rule that decides under one ruleset asks for under the other, where that keeps it from deciding."""
    for side, rule in enumerate(found.winners):
        mine, theirs, other = rulesets[side], rulesets[1 - side], found.winners[1 - side]
        same = [each for each in theirs.owner if rule and each.name == rule.name]
        if rule is None or not same or other is same[0]:
            continue
        asked = {states(node, mine) for node in normal(rule.when).parts}
        more = [node for node in normal(same[0].when).parts if states(node, theirs) not in asked]
        if more and not all(_shown(node, set(found.reach)) for node in more):
            yield f"it is not so that {listed((states(node, theirs) for node in more), 'and')}"


def _shown(node: Node, reach: set[str]) -> bool:
    """Whether a condition is about nothing but axes whose cells are told anyway."""
    if isinstance(node, Literal):
        return _AXIS_OF.get(node.test.field, node.test.field) in reach
    return all(_shown(part, reach) for part in node.parts)


def _cells(name: str, cells: frozenset[Any], space: Space, ruleset: Ruleset) -> str:
    if name in _TIMED:
        return {"kind": _kinds, "minute": _minutes, "season": _seasons, "date": _dates}[name](cells, space)
    if name in space.numbers:
        return _numbers(name, cells, space)
    every = [cell for cell in space.cells[name].of if cell != UNKNOWN]
    mine = [cell for cell in every if cell in cells]
    if set(every) == {True, False}:
        said = noun(name).removeprefix("whether ")
        return said if mine == [True] else f"it is not so that {said}"
    unknown, missing = UNKNOWN in cells, [cell for cell in every if cell not in cells]
    if not mine:
        told = "not known"
    elif OTHER in mine or (len(mine) > FEW >= len(missing)):
        named = [value(name, cell, ruleset) for cell in missing]
        told = _none_of(named, unknown=unknown)
    else:
        told = _one_of([value(name, cell, ruleset) for cell in mine]) + (" or not known" if unknown else "")
    return f"{noun(name)} is {told}"


def _none_of(names: list[str], *, unknown: bool) -> str:
    if not names:
        return "known"
    return f"not {listed(names, 'or')}" + ("" if unknown else ", but known")


def _one_of(names: list[str]) -> str:
    return listed(names, "or") if len(names) <= FEW else f"one of {len(names)}, such as {listed(names[:3], 'or')}"


def _numbers(name: str, cells: frozenset[Any], space: Space) -> str:
    points = space.numbers[name].points
    every = sorted(cell for cell in space.cells[name].of if cell != UNKNOWN)
    if not cells & set(every):
        return f"{noun(name)} is not known"
    said = _stretched(points, cells, every, ("at least {}", "above {}", "at most {}", "below {}"), "{:g}".format)
    return f"{noun(name)} is {said}" + (" or not known" if UNKNOWN in cells else "")


def _stretched(
    points: Sequence[float],
    cells: frozenset[Any],
    every: list[int],
    words: tuple[str, str, str, str],
    say: Callable[[float], str],
) -> str:
    """Stretches of a line: each from a point or after it, to another or before it; a single point by itself."""
    said = []
    for first, last in _runs(every, cells):
        if first == last and first % 2:
            said.append(say(points[first // 2]))
            continue
        low = words[0 if first % 2 else 1].format(say(points[(first - 1) // 2])) if first != every[0] else ""
        high = words[2 if last % 2 else 3].format(say(points[last // 2])) if last != every[-1] else ""
        said.append(" and ".join(each for each in (low, high) if each) or "known")
    return listed(said, "or")


def _runs(every: list[int], cells: frozenset[Any]) -> Iterator[tuple[int, int]]:
    """Stretches of cells that follow each other among all there are."""
    for held, run in groupby(every, key=lambda cell: cell in cells):
        if held:
            mine = list(run)
            yield mine[0], mine[-1]


def _kinds(cells: frozenset[int], space: Space) -> str:
    del space
    kinds = [KINDS[cell] for cell in sorted(cells)]
    both = [day for day in range(7) if (day, False) in kinds and (day, True) in kinds]
    usual = [day for day, holiday in kinds if not holiday and day not in both]
    holidays = [day for day, holiday in kinds if holiday and day not in both]
    said = []
    for days, also in ((both, ""), (usual, " and no bank holiday"), (holidays, " and a bank holiday")):
        if len(days) == len(WEEKDAYS):
            said.append(f"any day{also}" if also else "any day")
        elif days:
            said.append(f"{listed([WEEKDAYS[day].capitalize() for day in days], 'or')}{also}")
    return f"the day is {listed(said, 'or')}"


def _minutes(cells: frozenset[int], space: Space) -> str:
    clock = space.moments[1].clock
    spans = [
        f"{_clock(first)} to {_clock(last + 1)}"
        for first, last in _runs(list(range(MINUTES)), frozenset(m for m in range(MINUTES) if clock.cell(m) in cells))
    ]
    return f"the time is from {listed(spans, 'or from')}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _seasons(cells: frozenset[int], space: Space) -> str:
    def said(point: float) -> str:
        month, day = divmod(int(point), 32)
        return f"{day} {month_name[month]}"

    points, every = space.moments[1].season.points, sorted(space.cells["season"].of)
    return f"the time of year is {_stretched(points, cells, every, _DAYS, said)}"


def _dates(cells: frozenset[int], space: Space) -> str:
    def said(point: float) -> str:
        day = date.fromordinal(int(point))
        return f"{day.day} {month_name[day.month]} {day.year}"

    points, every = space.moments[1].date.points, sorted(space.cells["date"].of)
    return f"the date is {_stretched(points, cells, every, _DAYS, said)}"


def _notes(old: Ruleset, new: Ruleset, difference: Difference) -> Iterator[str]:
    """What the regions do not show."""
    if difference.undecided:
        named = listed([_CHANGES[aspect] for aspect in difference.undecided], "and")
        yield f"There may be more of them than are shown here, as far as {named} go: looking for them was given up."
    for ruleset, other, when in ((old, new, "removed"), (new, old, "new")):
        gone = [journey.name for key, journey in ruleset.journeys.items() if key not in other.journeys]
        if gone:
            yield f"Journeys that are {when} are not compared: {listed(gone, 'and')}."
    both = [key for key in old.journeys if key in new.journeys]
    said = [key for key in both if _spoken(old, key) != _spoken(new, key)]
    if said or old.journeys.keys() != new.journeys.keys():
        named = f" ({listed([new.journeys[key].name for key in said[:FEW]], 'and')})" if said else ""
        yield f"Contacts may be recognised as other journeys than before{named}: replaying past contacts shows which."
    home, now = old.landlord, new.landlord
    if (home.zone, home.country, home.subdivision) != (now.zone, now.country, now.subdivision):
        yield "Moments are compared by the new landlord's zone and bank holidays, which differ from the old ones."


def _spoken(ruleset: Ruleset, key: str) -> tuple[tuple[str, ...], ...]:
    journey = ruleset.journeys[key]
    return journey.words, journey.phrases
