"""A call's way through our questions: which menu is heard where, and what each key leads to; pure, and checked."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from rules.landlord import Ruleset
from rules.model import Mark, Priority
from rules.nodes import quoted
from rules.phone_line import CallFlow, Entry, Menu, MenuOption
from rules.reading import Reading

MOST_QUESTIONS: Final = 3
"""Menus that a caller may have to go through, one after the other."""

PERSON: Final = "0"
"""The key for a person after an announcement that may be all that somebody wanted to know."""

MESSAGE: Final = "2"
"""The key on which somebody who waits leaves a message instead."""

DOT: Final = "."
"""Between the keys of a path: `2.1` is 1 in the menu that 2 leads to."""


def entry_of(flow: CallFlow, number: str) -> Entry:
    """What a number of ours stands for; nothing of its own for one that is only listed."""
    return flow.entries.get(number, Entry())


def menu_at(flow: CallFlow, number: str, path: str) -> Menu | None:
    """The menu that is heard after these keys on a call to this number; None where there is none."""
    entry = entry_of(flow, number)
    if entry.journey or entry.team:
        return None
    menu = flow.menus.get(entry.menu) if entry.menu else Menu("", flow.menu)
    for key in path.split(DOT) if path else ():
        option = _option(menu, key) if menu else None
        menu = flow.menus.get(option.menu) if option and option.menu else None
    return menu


def option_at(flow: CallFlow, number: str, path: str) -> MenuOption | None:
    """What the last key of a path stands for; None for a key that its menu does not have."""
    before, _, key = path.rpartition(DOT)
    menu = menu_at(flow, number, before)
    return _option(menu, key) if menu else None


def _option(menu: Menu, key: str) -> MenuOption | None:
    return next((option for option in menu.options if option.key == key), None)


def ways(flow: CallFlow) -> Iterator[tuple[str, str, MenuOption]]:
    """Every key that can be pressed: on a call to which number ("" for one that is only listed), its path, and what."""
    starts = {"": Entry()} | {number: entry for number, entry in flow.entries.items() if entry.menu}
    for number, entry in starts.items():
        yield from _ways(flow, number, Menu("", flow.menu) if not entry.menu else flow.menus.get(entry.menu), "", ())


def _ways(
    flow: CallFlow, number: str, menu: Menu | None, before: str, through: tuple[str, ...]
) -> Iterator[tuple[str, str, MenuOption]]:
    for option in menu.options if menu else ():
        path = f"{before}{DOT}{option.key}" if before else option.key
        yield number, path, option
        if option.menu and option.menu not in through:
            yield from _ways(flow, number, flow.menus.get(option.menu), path, (*through, option.menu))


def check_calls(reading: Reading, ruleset: Ruleset, mark: Mark) -> None:
    """Report what would leave a caller in a circle or without an end, and an emergency that is more than a key away."""
    flow = ruleset.calls
    if flow is None:
        return
    named = [option for menu in (Menu("", flow.menu), *flow.menus.values()) for option in menu.options]
    wanted = {option.menu for option in named} | {entry.menu for entry in flow.entries.values()}
    for name in sorted(wanted - {""} - flow.menus.keys()):
        reading.findings.unknown(mark, f"there is no menu {quoted(name)} under `menus`", name, flow.menus)
    for name in sorted(flow.menus.keys() - wanted):
        reading.findings.warning(
            mark, f"no key and no number leads to the menu {quoted(name)}", "take it out, or lead to it"
        )
    for name, menu in flow.menus.items():
        _check_menu(reading, ruleset, mark, name, menu)
    if flow.menu:
        _check_emergency(reading, ruleset, mark, "the menu", Menu("", flow.menu))
    _check_depth(reading, flow, mark)


def _check_menu(reading: Reading, ruleset: Ruleset, mark: Mark, name: str, menu: Menu) -> None:
    flow = ruleset.calls
    if flow is not None and name in _beyond(flow, name):
        reading.findings.error(
            mark, f"the menu {quoted(name)} leads back to itself", "a caller would go round in a circle"
        )
    _check_emergency(reading, ruleset, mark, f"the menu {quoted(name)}", menu)


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


def _check_depth(reading: Reading, flow: CallFlow, mark: Mark) -> None:
    deep = sorted({path for _, path, option in ways(flow) if option.menu and path.count(DOT) + 1 >= MOST_QUESTIONS})
    for path in deep:
        message = f"after the keys {path.replace(DOT, ', ')} a caller is asked a fourth question"
        reading.findings.error(mark, message, f"at most {MOST_QUESTIONS} questions, then a person or an end")


def with_numbers(flow: CallFlow, written: dict[str, Entry]) -> CallFlow:
    """The flow with what each of its numbers stands for."""
    return replace(flow, numbers=tuple(written), entries={number: entry for number, entry in written.items() if entry})
