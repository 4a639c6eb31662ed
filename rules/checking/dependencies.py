"""How fields depend on each other: what is certain of every contact as the engine makes it.

Only what always holds may stand here: anything more would call rules dead that are not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rules.checking.axes import Axis, OneOf
from rules.checking.clauses import Clauses
from rules.checking.wording import Wording
from rules.landlord import Ruleset
from rules.model import Mark, Op, Test

Axes = Mapping[str, Axis]
_NOWHERE = Mark("", 1, 1)


@dataclass(frozen=True, slots=True)
class Way:
    """A way in that stands for a team or for a journey: a key of the menu, or a mailbox."""

    field: str
    value: str
    team: str
    journey: str


def ways_in(ruleset: Ruleset) -> Iterator[Way]:
    """Every key of the menu and every mailbox."""
    for option in ruleset.calls.menu if ruleset.calls else ():
        yield Way("menu", option.key, option.team or "", option.journey or "")
    for address, stands in ruleset.mailboxes.items():
        yield Way("recipient", address, stands.get("team", ""), stands.get("journey", ""))


def needed(ruleset: Ruleset, asked: Mapping[str, object]) -> Iterator[Test]:
    """Tests of further fields that have to be known of, where these are asked for."""
    chosen, journey = "chosen_team" in asked, "journey" in asked and "recipient" in asked
    for way in ways_in(ruleset):
        if chosen or (journey and way.field == "menu"):
            yield Test(way.field, Op.IS, (way.value,), _NOWHERE)
        if chosen and way.team:
            yield Test("chosen_team", Op.IS, (way.team,), _NOWHERE)


def depend(clauses: Clauses, ruleset: Ruleset, axes: Axes) -> None:
    """Add what is certain."""
    _of_customers(clauses, axes)
    _of_journeys(clauses, axes)
    _of_ways_in(clauses, ruleset, axes)
    _of_subjects(clauses, axes)


def _of_customers(clauses: Clauses, axes: Axes) -> None:
    """Only of a customer who was identified is anything known: of one of several who share an address, the duties."""
    duties = axes.get("customer.adjustments")
    sender, about = (_yes(axes, name) for name in ("sender.known", "about.another"))
    for name, axis in axes.items():
        if name.startswith("customer.") and axis is not duties:
            if duties:
                clauses.add(-axis.known, duties.known)
            if sender and about:
                clauses.add(-axis.known, sender, about)
    if duties and sender and about:
        clauses.add(-sender, about, duties.known)


def _yes(axes: Axes, name: str) -> int:
    """The statement that a yes-or-no field is yes; 0 where no rule asks."""
    axis = axes.get(name)
    return axis.values[True] if isinstance(axis, OneOf) else 0


def _of_journeys(clauses: Clauses, axes: Axes) -> None:
    """A journey comes with how sure it is, and nothing is sure without one."""
    if "journey" in axes and "confidence" in axes:
        clauses.add(-axes["journey"].known, axes["confidence"].known)
        clauses.add(-axes["confidence"].known, axes["journey"].known)


def _of_ways_in(clauses: Clauses, ruleset: Ruleset, axes: Axes) -> None:
    """A key that was pressed, or else the mailbox, stands for its team or journey; no team is chosen otherwise."""
    ways = [(way, literal) for way in ways_in(ruleset) if (literal := _is(axes, way))]
    keys = [-literal for way, literal in ways if way.field == "menu"]
    leading: dict[str, list[int]] = {}
    for way, literal in ways:
        alone = clauses.every((literal, *keys)) if way.field == "recipient" else literal
        if way.journey and "journey" in axes:
            clauses.add(-alone, axes["journey"].known)
        leading.setdefault(way.team, []).append(alone)
    chosen = axes.get("chosen_team")
    if isinstance(chosen, OneOf):
        for team, literal in chosen.values.items():
            clauses.add(-literal, *leading.get(str(team), []))
            for each in leading.get(str(team), []):
                clauses.add(-each, literal)


def _is(axes: Axes, way: Way) -> int:
    """The statement that a contact came in this way; 0 where no rule could tell."""
    axis = axes.get(way.field)
    if isinstance(axis, OneOf):
        return axis.values.get(way.value, 0)
    return axis.things.get((Op.IS, way.value), 0) if isinstance(axis, Wording) else 0


def _of_subjects(clauses: Clauses, axes: Axes) -> None:
    """What the subject mentions the text mentions, for the subject is part of it."""
    subject, text = axes.get("subject"), axes.get("text")
    if isinstance(subject, Wording) and isinstance(text, Wording):
        mentioned = dict(text.mentioned())
        for words, literal in subject.mentioned():
            if words in mentioned:
                clauses.add(-literal, mentioned[words])
