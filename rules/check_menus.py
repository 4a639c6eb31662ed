"""Whether callers find their way through our questions: no circle, no dead end, few of them, help near; pure."""

from typing import Final

from rules.call_flow import DOT, options_of, ways
from rules.landlord import Ruleset
from rules.model import Mark, Priority
from rules.nodes import quoted
from rules.phone_line import CallFlow, Menu
from rules.places import Places
from rules.reading import Reading

MOST_QUESTIONS: Final = 3
"""Menus that a caller may have to go through, one after the other."""


def check_menus(reading: Reading, ruleset: Ruleset, flow: CallFlow, places: Places) -> None:
    """Report what would leave a caller in a circle or without an end, and an emergency that is more than a key away."""
    _check_names(reading, flow, places)
    for name, menu in flow.menus.items():
        what, mark = f"the menu {quoted(name)}", places.at("menus", name)
        if name in _beyond(flow, name):
            reading.findings.error(mark, f"{what} leads back to itself", "a caller would go round in a circle")
        _check_emergency(reading, ruleset, mark, what, menu)
    if flow.menu:
        _check_emergency(reading, ruleset, places.at("menu"), "the menu", Menu("", flow.menu))
    _check_depth(reading, flow, places)


def _check_names(reading: Reading, flow: CallFlow, places: Places) -> None:
    """Report menus that are named and not there, and those that are there and that nothing names."""
    wanted = {entry.menu: places.at("numbers") for entry in flow.entries.values() if entry.menu}
    wanted |= {option.menu: places.at(*path, "menu") for path, option in options_of(flow) if option.menu}
    for name in sorted(wanted.keys() - flow.menus.keys()):
        reading.findings.unknown(wanted[name], f"there is no menu {quoted(name)} under `menus`", name, flow.menus)
    for name in sorted(flow.menus.keys() - wanted.keys()):
        message = f"no key and no number leads to the menu {quoted(name)}"
        reading.findings.warning(places.at("menus", name), message, "take it out, or lead to it")


def _beyond(flow: CallFlow, name: str) -> set[str]:
    """The menus that can be reached from one."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        menu = flow.menus.get(waiting.pop())
        following = {option.menu for option in menu.options if option.menu} - found if menu else set()
        found |= following
        waiting.extend(following)
    return found


def _check_emergency(reading: Reading, ruleset: Ruleset, mark: Mark, what: str, menu: Menu) -> None:
    urgent = {key for key, journey in ruleset.journeys.items() if journey.priority is Priority.EMERGENCY}
    if urgent and not any(option.journey in urgent for option in menu.options):
        hint = "give it a key for an emergency"
        reading.findings.warning(mark, f"in {what} an emergency is more than one key away", hint)


def _check_depth(reading: Reading, flow: CallFlow, places: Places) -> None:
    deep = {path: option for _, path, option in ways(flow) if option.menu and path.count(DOT) + 1 >= MOST_QUESTIONS}
    for path, option in sorted(deep.items()):
        mark = next(places.at(*where, "menu") for where, each in options_of(flow) if each is option)
        message = f"after the keys {path.replace(DOT, ', ')} a caller is asked a fourth question"
        reading.findings.error(mark, message, f"at most {MOST_QUESTIONS} questions, then a person or an end")
