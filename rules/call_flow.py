"""A call's way through our questions: which menu is heard where, and what each key leads to; pure."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from rules.phone_line import CallFlow, Entry, Menu, MenuOption

PERSON: Final = "0"
"""The key for a person after an announcement that may be all that somebody wanted to know."""

CALL_BACK: Final = "1"
"""The key on which somebody who waits is called back and need not wait."""

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


def options_of(flow: CallFlow) -> Iterator[tuple[tuple[str, ...], MenuOption]]:
    """Every key of every menu, with the keys under which it stands in the section `calls`."""
    for option in flow.menu:
        yield ("menu", option.key), option
    for name, menu in flow.menus.items():
        for option in menu.options:
            yield ("menus", name, "keys", option.key), option


def with_numbers(flow: CallFlow, written: dict[str, Entry]) -> CallFlow:
    """The flow with what each of its numbers stands for."""
    return replace(flow, numbers=tuple(written), entries={number: entry for number, entry in written.items() if entry})
