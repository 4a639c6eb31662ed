"""A landlord's call flow as a tree: what each number and each key leads to."""

from dataclasses import replace
from typing import NamedTuple

from rules.call_flow import DOT, menu_at
from rules.landlord import Ruleset
from rules.model import Priority
from rules.phone_line import CallFlow, Entry, Menu, MenuOption


class Node(NamedTuple):
    """One thing that a caller comes to, and what comes after it by key."""

    key: str
    says: str
    leads: str
    after: "tuple[Node, ...]"


def tree(ruleset: Ruleset) -> list[Node]:
    """What can be reached, from each number on that stands for something of its own, the rest of them together."""
    flow = ruleset.calls
    if flow is None:
        return []
    listed = [number for number in flow.numbers if number not in flow.entries]
    starts = ([(", ".join(listed), listed[0], Entry())] if listed else []) + [
        (number, number, entry) for number, entry in flow.entries.items()
    ]
    return [_start(ruleset, flow, shown, number, entry) for shown, number, entry in starts]


def _start(ruleset: Ruleset, flow: CallFlow, shown: str, number: str, entry: Entry) -> Node:
    menu = menu_at(flow, number, "")
    says = entry.greeting or flow.greeting
    keys = _keys(ruleset, flow, number, "", menu)
    more = _asked_as_well(flow) if menu else ()
    urgent = [at for at, option in enumerate(menu.options if menu else (), 1) if _is_urgent(option, ruleset)]
    place = max(urgent, default=0)
    return Node(shown, says, _goes_to(ruleset, entry), (*keys[:place], *more, *keys[place:]))


def _asked_as_well(flow: CallFlow) -> tuple[Node, ...]:
    """What the first question has beside its keys, after those for an emergency."""
    returning, speech = flow.returning, flow.speech
    found = []
    if returning:
        found.append(Node(returning.key, returning.says, "the team that has their enquiry, if they have one open", ()))
    if speech:
        leads = "what the words are about; urgent ones to the emergency, and else the keys alone"
        found.append(Node("words", speech.says, leads, ()))
    return tuple(found)


def _is_urgent(option: MenuOption, ruleset: Ruleset) -> bool:
    return option.journey is not None and ruleset.journeys[option.journey].priority is Priority.EMERGENCY


def _keys(ruleset: Ruleset, flow: CallFlow, number: str, path: str, menu: Menu | None) -> tuple[Node, ...]:
    found = []
    for option in menu.options if menu else ():
        further = f"{path}{DOT}{option.key}" if path else option.key
        below = menu_at(flow, number, further) if option.menu else None
        after = _keys(ruleset, flow, number, further, below)
        found.append(Node(option.key, option.says, _goes_to(ruleset, option, below), after))
    return tuple(found)


def _goes_to(ruleset: Ruleset, what: Entry | MenuOption, menu: Menu | None = None) -> str:
    if isinstance(what, MenuOption) and what.voicemail:
        whose = _goes_to(ruleset, replace(what, voicemail=False))
        return f"a message after the tone{whose and f', {whose}'}"
    if what.journey:
        journey = ruleset.journeys[what.journey]
        return f"{journey.name}, {ruleset.teams[journey.team].name}"
    if what.team:
        return ruleset.teams[what.team].name
    if isinstance(what, MenuOption) and what.information:
        return f"“{what.information}”, then a person by 0"
    return menu.says if menu else ""
