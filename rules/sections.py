"""The sections of a landlord's folder: which there are, which may be spread over files, how they are put together."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from rules.model import Mark
from rules.nodes import Hole, Map, Node, Scalar, Seq, is_blank, quoted
from rules.reading import Reading, wrong

MAPS: Final = (
    "teams", "journeys", "adjustments", "questions", "messages", "hours", "values", "mailboxes", "channels",
    "transfer_reasons", "resolutions",
)  # fmt: skip
"""Mappings, which may be spread over files."""
LISTS: Final = ("owner", "handling")
"""Lists, which may be spread over files: read in the order of the file names."""
ONCE: Final = ("landlord", "urgent", "calls")
"""Sections that stand in one file only."""
NAMES: Final = (*ONCE, *MAPS, *LISTS)


@dataclass(slots=True)
class Sections:
    """The sections of all files together; `start` is where to say that one is missing.

    What is given twice stands here twice, and has been reported: both are read, for what else may be wrong with them.
    """

    start: Mark
    once: dict[str, list[tuple[Scalar, Node]]] = field(default_factory=dict)
    maps: dict[str, list[tuple[Scalar, Node]]] = field(default_factory=dict)
    lists: dict[str, list[Node]] = field(default_factory=dict)

    def table(self, name: str) -> Map:
        """A section that is a mapping, empty when nobody wrote it."""
        return Map(tuple(self.maps.get(name, ())), self.start)

    def listing(self, name: str) -> Seq:
        """A section that is a list, empty when nobody wrote it."""
        return Seq(tuple(self.lists.get(name, ())), self.start)

    def single(self, name: str) -> tuple[Node, ...]:
        """A section that stands in one place, empty when nobody wrote it; where it was written twice, both."""
        return tuple(node for _, node in self.once.get(name, ()))


def gather(reading: Reading, files: Iterable[Map], start: Mark) -> Sections:
    """Put the sections of these files together, in their order."""
    sections = Sections(start)
    places: dict[tuple[str, str], Mark] = {}
    for file in files:
        for key, node in file.entries:
            _add(reading, sections, key, node, places)
    return sections


def keyed(reading: Reading, section: Map, read: Callable[[Reading, Scalar, Node], Any]) -> dict[str, Any]:
    """Read every entry of a section that is a mapping; what was refused already is left out."""
    return {key.value: read(reading, key, node) for key, node in section.entries if not isinstance(node, Hole)}


def _add(reading: Reading, sections: Sections, key: Scalar, node: Node, places: dict[tuple[str, str], Mark]) -> None:
    name = key.value
    if name not in NAMES:
        reading.findings.unknown(key.mark, f"there is no section {quoted(name)}", name, NAMES)
    elif name in ONCE:
        _add_once(reading, sections.once.setdefault(name, []), key, node)
    elif is_blank(node):
        return
    elif name in LISTS and isinstance(node, Seq):
        sections.lists.setdefault(name, []).extend(node.items)
    elif name in MAPS and isinstance(node, Map):
        sections.maps.setdefault(name, []).extend(node.entries)
        _check_keys(reading, name, node, places)
    else:
        wrong(reading, node, f"a list of rules under `{name}`" if name in LISTS else f"a mapping of {name} by key")


def _add_once(reading: Reading, written: list[tuple[Scalar, Node]], key: Scalar, node: Node) -> None:
    first = written[0][0].mark if written else None
    if first and first.file != key.mark.file:  # within a file it has been said already
        hint = f"it stands at {first} already: keep one of them"
        reading.findings.error(key.mark, f"the section {quoted(key.value)} is given twice", hint)
    written.append((key, node))


def _check_keys(reading: Reading, section: str, node: Map, places: dict[tuple[str, str], Mark]) -> None:
    """Report what stands in another part of the section already, and keys that cannot be meant."""
    here: set[str] = set()
    for key, _ in node.entries:
        first = places.setdefault((section, key.value), key.mark)
        if first != key.mark and key.value not in here:  # within one mapping it has been said already
            hint = f"it stands at {first} already: keep one of them"
            reading.findings.error(key.mark, f"{quoted(key.value)} is given twice", hint)
        here.add(key.value)
        if section != "mailboxes":  # whoever reads these checks that they are addresses
            _check_key(reading, key)


def _check_key(reading: Reading, key: Scalar) -> None:
    """Keys are names that other places write: nothing with spaces in it can be meant."""
    if not key.value or any(letter.isspace() for letter in key.value):
        hint = f"write {quoted('-'.join(key.value.split()))}" if key.value.split() else "give it a name"
        reading.findings.error(key.mark, f"the key {quoted(key.value)} has a space in it or is empty", hint)
