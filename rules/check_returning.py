"""Whether a caller can be offered the team that has their enquiry: by a key of its own, in words that can be filled."""

from string import Formatter
from typing import Final

from rules.model import Mark
from rules.nodes import quoted
from rules.phone_line import CallFlow, Menu, Returning
from rules.places import Places
from rules.reading import Reading

PLACES: Final = ("matter", "team")
"""What may stand in braces in what is said to a caller who has an enquiry open."""


def check_returning(reading: Reading, flow: CallFlow, places: Places) -> None:
    """Report an offer whose key already means something in a first question, or whose words cannot be filled."""
    if flow.returning is None:
        return
    firsts = _first_menus(flow)
    if not firsts:
        hint = "give callers a `menu`, or take `returning` out"
        reading.findings.warning(
            places.at("returning"), "`returning` is never heard: no number asks its callers anything", hint
        )
    for what, menu in firsts.items():
        if flow.returning.key in {option.key for option in menu.options}:
            message = f"the key {quoted(flow.returning.key)} of `returning` is one of {what} already"
            reading.findings.error(places.at("returning", "key"), message, "give it a key that no first question has")
    _check_words(reading, flow.returning, places.at("returning", "says"))


def _first_menus(flow: CallFlow) -> dict[str, Menu]:
    """The questions that a caller may hear first."""
    own = {"the menu": Menu("", flow.menu)} if flow.menu else {}
    names = dict.fromkeys(entry.menu for entry in flow.entries.values() if entry.menu in flow.menus)
    return own | {f"the menu {quoted(name)}": flow.menus[name] for name in names}


def _check_words(reading: Reading, returning: Returning, mark: Mark) -> None:
    try:
        named = [name for _, name, _, _ in Formatter().parse(returning.says) if name is not None]
    except ValueError:
        hint = "write {matter} or {team}, and no other braces"
        return reading.findings.error(mark, "`returning` has a brace in `says` that is not closed", hint)
    for name in named:
        if name not in PLACES:
            reading.findings.unknown(mark, f"`returning` says {{{name}}}, which is not known there", name, PLACES)
    return None
