"""YAML text becomes located nodes: scalars as typed, and everything that surprises people refused with a reason.

PyYAML's events are used and none of its constructors; nothing here recurses, so neither deep nor endless input can
hang it or exhaust the stack.
"""

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from rules.findings import Findings
from rules.model import Mark
from rules.nodes import Hole, Map, Node, Scalar, Seq, quoted
from rules.syntax import control_character, invisible, syntax_error, text_of, without_invisible

DEEPEST: Final = 50
"""Levels of lists and mappings in one another; people's own files have six or seven."""
MOST_NODES: Final = 1_000_000
"""Values in all files together: 20,000 rules of the usual size."""
LARGE: Final = 1_000_000
"""Characters from which on a file's values are counted before it is read: counting is several times as fast."""

_Parser: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STARTS: Final = frozenset({yaml.MappingStartEvent, yaml.SequenceStartEvent})
_ENDS: Final = frozenset({yaml.MappingEndEvent, yaml.SequenceEndEvent})
_DIRECTIVE: Final = re.compile(r"^%(?=YAML|TAG)", re.MULTILINE)
_WRITE_IT_OUT: Final = "write the value out in each place"


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been reached; of a mapping, keys and values in turn."""

    mark: Mark
    is_map: bool
    children: list[Node] = field(default_factory=list)

    @property
    def wants_key(self) -> bool:
        return self.is_map and len(self.children) % 2 == 0


def compose(file: str, data: bytes, findings: Findings, budget: int = MOST_NODES) -> tuple[Map, int]:
    """The sections of one file, and how many nodes are left of the budget; what is wrong goes to the findings."""
    start = Mark(file, 1, 1)
    text = text_of(start, data, findings) if budget > 0 else None
    if text is None:
        return Map((), start), budget
    if directive := _DIRECTIVE.search(text):
        findings.partial = True
        mark = Mark(file, text.count("\n", 0, directive.start()) + 1, 1)
        findings.error(mark, "a line that starts with % is not used here", "take it out")
        return Map((), start), budget
    root = _Open(start, is_map=False)
    if len(text) >= LARGE and _has_more_than(budget, text):
        left = 0
    else:
        with _uncollected():
            left = _read(_Parser(text), text, root, findings, budget)
    if left <= 0:
        findings.partial = True
        findings.error(start, f"more than {MOST_NODES:,} values in all", "split it, or leave generated parts out")
    return _sections(root, findings), left


def _has_more_than(budget: int, text: str) -> bool:
    """Whether a file has more values than this; what keeps it from being read to its end is said when it is read."""
    parser = _Parser(text)
    depth = 0
    try:
        while parser.check_event() and budget > 0 and depth <= DEEPEST:
            kind = type(parser.get_event())
            depth += (kind in _STARTS) - (kind in _ENDS)
            budget -= 1
    except yaml.YAMLError:
        return False
    return budget <= 0


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for cycles of garbage meanwhile: there are none, and every node would be looked at many times."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(parser: Any, text: str, root: _Open, findings: Findings, budget: int) -> int:
    """Read events until the end or the first thing that cannot be read past; returns what is left of the budget."""
    stack = [root]
    file = root.mark.file
    try:
        while parser.check_event() and budget > 0:
            event = parser.get_event()
            budget -= 1
            if not _take(event, file, stack, findings):
                break
    except yaml.YAMLError as error:
        findings.partial = True
        findings.error(*syntax_error(file, text, error))
    findings.partial |= len(stack) > 1
    _close_complete(stack, findings)
    return budget


def _take(event: Any, file: str, stack: list[_Open], findings: Findings) -> bool:
    """Add one event to what is open; False when the rest of the file is not worth reading."""
    kind = type(event)
    if kind is yaml.ScalarEvent:
        stack[-1].children.append(_scalar(event, _mark(file, event), stack[-1], findings))
    elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
        mark = _mark(file, event)
        _refuse_extras(event, mark, findings)
        stack.append(_Open(mark, kind is yaml.MappingStartEvent))
        return len(stack) <= DEEPEST or _too_deep(mark, findings)
    elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
        _close(stack, findings)
    elif kind is yaml.AliasEvent:
        mark = _mark(file, event)
        findings.error(mark, f"an alias, {quoted('*' + event.anchor)}, is not used here", _WRITE_IT_OUT)
        stack[-1].children.append(Hole(mark))
    elif kind is yaml.DocumentStartEvent and stack[-1].children:
        findings.partial = True
        findings.error(_mark(file, event), "a second document (---) in one file", "put it into a file of its own")
        return False
    return True


def _mark(file: str, event: Any) -> Mark:
    place = event.start_mark
    return Mark(file, place.line + 1, place.column + 1)


def _scalar(event: Any, mark: Mark, inside: _Open, findings: Findings) -> Node:
    value: str = event.value
    _refuse_extras(event, mark, findings)
    if value == "<<" and not event.style and inside.wants_key:
        findings.error(mark, "a merge key (<<) is not used here", _WRITE_IT_OUT)
        return Hole(mark)
    if not value.isprintable() and control_character(value):
        findings.error(mark, "a control character in a text", "take it out")
        return Hole(mark)
    return Scalar(value, mark)


def _refuse_extras(event: Any, mark: Mark, findings: Findings) -> None:
    """Report an anchor or a tag; what it stands on is read as if it were not there."""
    if event.anchor is not None:
        findings.error(mark, f"an anchor, {quoted('&' + event.anchor)}, is not used here", _WRITE_IT_OUT)
    if event.tag is not None:
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        findings.error(mark, f"a tag, {quoted(tag)}, is not used here", "write the value without it")


def _too_deep(mark: Mark, findings: Findings) -> bool:
    findings.error(mark, f"more than {DEEPEST} levels of lists and mappings in one another", "write it flatter")
    return False


def _close(stack: list[_Open], findings: Findings) -> None:
    """End the innermost list or mapping and hand it to the one around it."""
    done = stack.pop()
    node = _map(done, findings) if done.is_map else Seq(tuple(done.children), done.mark)
    stack[-1].children.append(node)


def _close_complete(stack: list[_Open], findings: Findings) -> None:
    """Of a file that breaks off, keep the top-level sections that were complete."""
    if len(stack) > 1:
        del stack[2:]
        del stack[1].children[len(stack[1].children) // 2 * 2 :]
        _close(stack, findings)


def _map(done: _Open, findings: Findings) -> Map:
    """The entries of a mapping without the keys that are no keys; what is wrong with a key is reported."""
    entries: list[tuple[Scalar, Node]] = []
    seen: dict[str, Mark] = {}
    for written, value in zip(done.children[::2], done.children[1::2], strict=True):
        if not isinstance(written, Scalar):
            if not isinstance(written, Hole):
                findings.error(written.mark, "a key that is a list or a mapping", "a key is a single word or number")
            continue
        key = _visible(written, findings) if invisible(written.value) else written
        if key.value in seen:
            hint = f"it stands in line {seen[key.value].line} already: keep one of them"
            findings.error(key.mark, f"the key {quoted(key.value)} is given twice", hint)
        else:
            seen[key.value] = key.mark
        entries.append((key, value))
    return Map(tuple(entries), done.mark)


def _visible(key: Scalar, findings: Findings) -> Scalar:
    """A key without the characters in it that nobody sees, which are reported: it looks like another and is not."""
    unseen = f"U+{ord(invisible(key.value)):04X}"
    findings.error(key.mark, f"the key {quoted(key.value)} has an invisible character in it ({unseen})", "type it anew")
    return Scalar(without_invisible(key.value), key.mark)


def _sections(root: _Open, findings: Findings) -> Map:
    """The file's top-level mapping; a file with nothing in it has no sections."""
    top = root.children[0] if root.children else None
    match top:
        case Map():
            return top
        case Scalar() | Seq() if not findings.partial and top != Scalar("", top.mark):
            findings.error(top.mark, "a file consists of sections, such as `teams:` or `owner:`", "start with one")
    return Map((), root.mark)
