"""Reading nodes as what they should be: records, texts, numbers, names of other things; every mistake is reported.

A reader takes the reading and a node and gives the value, or None when the node is not that: then it has been
reported, and the rest is read on.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from rules.findings import Findings
from rules.model import Mark, Span, Unit
from rules.nodes import Hole, Map, Node, Scalar, Seq, described, is_blank, quoted

_SPAN: Final = re.compile(r"(\d{1,4}) +(working day|open hour|hour|week)s?", re.ASCII)
_MINUTES: Final = re.compile(r"(\d{1,5}) +(minute|hour)s?", re.ASCII)
_HOUR: Final = 60
_WEEK: Final = 7 * 24 * _HOUR
_WHOLE: Final = re.compile(r"[+-]?\d{1,9}", re.ASCII)
_YES_NO: Final = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that something else must define: what kind of thing it names (team, journey, …), and where it stands."""

    kind: str
    name: str
    mark: Mark


@dataclass(slots=True)
class Reading:
    """One load in progress: what was wrong so far, and which names have yet to be looked up."""

    findings: Findings = field(default_factory=Findings)
    references: list[Reference] = field(default_factory=list)
    zone: tzinfo = field(default_factory=lambda: ZoneInfo("UTC"))


Reader = Callable[[Reading, Node], Any]


@dataclass(frozen=True, slots=True)
class Slot:
    """One key of a record: how it is read, and what becomes of it when it is not there.

    `required` makes its absence an error, `wished` a warning; either text says what to write.
    """

    read: Reader
    default: Any = None
    required: str = ""
    wished: str = ""


def wrong(reading: Reading, node: Node, wanted: str, hint: str = "") -> None:
    """Report a node that is not what it should be, unless it has been reported already."""
    if not isinstance(node, Hole):
        reading.findings.error(node.mark, f"this should be {wanted}, not {described(node)}", hint)


def record(
    reading: Reading, node: Node, slots: Mapping[str, Slot], what: str, mark: Mark | None = None
) -> dict[str, Any]:
    """Read a mapping with these keys; what is missing or unreadable has its default."""
    values = {name: slot.default for name, slot in slots.items()}
    if not isinstance(node, Map):
        wrong(reading, node, f"a mapping that describes {what}")
        return values
    given = set()
    for key, value in node.entries:
        if key.value not in slots:
            given |= _report_unknown(reading, key, value, slots, what)
            continue
        given.add(key.value)
        got = slots[key.value].read(reading, value)
        if got is not None:
            values[key.value] = got
    _report_missing(reading, slots, given, what, mark or node.mark)
    return values


def _report_unknown(reading: Reading, key: Scalar, node: Node, slots: Mapping[str, Slot], what: str) -> set[str]:
    """Report a key that a record does not have; gives the keys that were probably meant."""
    message = f"{what} has no key {quoted(key.value)}"
    if " " in key.value and is_blank(node):
        reading.findings.error(key.mark, message, "put a text that has a comma in it into quotes")
        return set()
    hint = reading.findings.unknown(key.mark, message, key.value, slots)
    return {name for name in slots if quoted(name) in hint}


def _report_missing(reading: Reading, slots: Mapping[str, Slot], given: set[str], what: str, mark: Mark) -> None:
    for name, slot in slots.items():
        if name not in given and slot.required:
            reading.findings.error(mark, f"{what} has no `{name}`", slot.required)
        elif name not in given and slot.wished:
            reading.findings.warning(mark, f"{what} has no `{name}`", slot.wished)


def text(reading: Reading, node: Node) -> str | None:
    """A text that says something."""
    if isinstance(node, Scalar) and node.value.strip():
        return node.value.strip()
    wrong(reading, node, "a text")
    return None


def texts(reading: Reading, node: Node) -> tuple[str, ...] | None:
    """One text or a list of them."""
    found: tuple[str, ...] | None = many(text)(reading, node)
    return found


def flag(reading: Reading, node: Node) -> bool | None:
    """True or false; yes and no are understood."""
    if isinstance(node, Scalar) and node.value.lower() in _YES_NO:
        return _YES_NO[node.value.lower()]
    wrong(reading, node, "true or false")
    return None


def whole(least: int, most: int) -> Reader:
    """A whole number within these limits, both included."""

    def read(reading: Reading, node: Node) -> int | None:
        if isinstance(node, Scalar) and _WHOLE.fullmatch(node.value) and least <= int(node.value) <= most:
            return int(node.value)
        wrong(reading, node, f"a whole number from {least} to {most}")
        return None

    return read


def span(reading: Reading, node: Node) -> Span | None:
    """A length of time such as `10 working days` or `24 hours`."""
    found = _SPAN.fullmatch(node.value.strip()) if isinstance(node, Scalar) else None
    if found and int(found[1]):
        return Span(int(found[1]), Unit(f"{found[2]}s"))
    wrong(reading, node, "a length of time", "such as 10 working days, 4 open hours, 24 hours or 2 weeks")
    return None


def minutes(reading: Reading, node: Node) -> int | None:
    """A length of time by the clock in minutes, written in minutes or in hours; at most a week."""
    found = _MINUTES.fullmatch(node.value.strip()) if isinstance(node, Scalar) else None
    count = int(found[1]) * (_HOUR if found[2] == "hour" else 1) if found else 0
    if 0 < count <= _WEEK:
        return count
    wrong(reading, node, "a length of time by the clock, at most a week", "such as 15 minutes or 2 hours")
    return None


def one_of(choices: Collection[str], what: str) -> Reader:
    """One of a fixed list of words."""

    def read(reading: Reading, node: Node) -> str | None:
        if isinstance(node, Scalar) and node.value in choices:
            return node.value
        if isinstance(node, Scalar) and node.value:
            reading.findings.unknown(node.mark, f"{quoted(node.value)} is no {what}", node.value, choices)
        else:
            wrong(reading, node, f"a {what}")
        return None

    return read


def name_of(kind: str) -> Reader:
    """The key of a team, a journey or whatever else is defined elsewhere; looked up when everything has been read."""

    def read(reading: Reading, node: Node) -> str | None:
        if isinstance(node, Scalar) and node.value:
            reading.references.append(Reference(kind, node.value, node.mark))
            return node.value
        wrong(reading, node, f"the key of a {kind}" if kind != "hours" else "a key of `hours`")
        return None

    return read


def many(read: Reader) -> Reader:
    """One of something or a list of them; an empty list is a mistake."""

    def read_all(reading: Reading, node: Node) -> tuple[Any, ...] | None:
        if isinstance(node, Seq) and is_blank(node):
            reading.findings.error(node.mark, "this list is empty", "fill it, or take its key out")
            return None
        nodes = node.items if isinstance(node, Seq) else (node,)
        values = [read(reading, each) for each in nodes]
        return tuple(value for value in values if value is not None)

    return read_all


def part(slots: Mapping[str, Slot], what: str) -> Reader:
    """A record inside a record, as its values by key; None when it is no mapping."""

    def read(reading: Reading, node: Node) -> dict[str, Any] | None:
        if isinstance(node, Map):
            return record(reading, node, slots, what)
        wrong(reading, node, f"a mapping that describes {what}")
        return None

    return read


def table(read: Reader, what: str) -> Reader:
    """A mapping from free names to something."""

    def read_table(reading: Reading, node: Node) -> dict[str, Any] | None:
        if not isinstance(node, Map):
            wrong(reading, node, f"a mapping of {what}")
            return None
        values = {key.value: read(reading, value) for key, value in node.entries}
        return {name: value for name, value in values.items() if value is not None}

    return read_table
