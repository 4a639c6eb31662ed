"""A file of the ruleset as text: its lines, the parts that can be edited by themselves, and its differences by line."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final, Literal

AROUND: Final = 3
"""Lines that are shown before and after each difference."""
MOST_COMPARED: Final = 25_000_000
"""Lines of one text times those of the other up to which they are compared; past it, one replaces the other."""
LONGEST_NAME: Final = 60

Sign = Literal["same", "added", "removed"]
Op = tuple[str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """A rule, a team or whatever else stands by itself in a file: lines from 1, the last included.

    `begins` is where it says what it is, after the remarks above it.
    """

    name: str
    first: int
    begins: int
    last: int


@dataclass(frozen=True, slots=True)
class _Mark:
    """A line at which a section or an entry of one begins."""

    line: int
    name: str
    is_section: bool


def split(text: str) -> list[str]:
    """The lines of a text, without an empty one at the end."""
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def tidied(text: str) -> str:
    """A text as it is kept: every line ended, none of them by a carriage return."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if not text or text.endswith("\n") else f"{text}\n"


def parts(text: str) -> tuple[Part, ...]:
    """The parts of a file, read off its indentation, so that a file with a mistake in it has them too.

    A section whose entries have one line each is one part; so is what stands alone.
    """
    lines = split(text)
    marks = list(_marks(lines))
    content = [number for number, line in enumerate(lines, 1) if _says_something(line)]
    last_before = dict(zip(content, (0, *content), strict=False))
    kept = [mark for section in _sections(marks) for mark in _apart(section)]
    if not kept:
        return ()
    firsts = [last_before[mark.line] + 1 for mark in kept]
    ends = [*(first - 1 for first in firsts[1:]), len(lines)]
    found = zip(kept, firsts, ends, strict=True)
    return tuple(Part(mark.name, first, mark.line, last) for mark, first, last in found)


def part_at(text: str, line: int) -> Part | None:
    """The part that a line belongs to."""
    return next((part for part in parts(text) if part.first <= line <= part.last), None)


def spliced(text: str, first: int, last: int, typed: str) -> str:
    """A text with these lines of it, from 1 and the last included, replaced by what was typed."""
    lines = split(text)
    return tidied("\n".join([*lines[: first - 1], *split(typed), *lines[last:]]))


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _marks(lines: Sequence[str]) -> Iterator[_Mark]:
    inner: int | None = None
    for number, line in enumerate(lines, 1):
        if not _says_something(line):
            continue
        indent, words = len(line) - len(line.lstrip(" ")), line.strip()
        if indent == 0 and not words.startswith("-"):
            inner = None
            yield _Mark(number, _name(words), is_section=True)
        elif inner is None or indent == inner:
            inner = indent
            yield _Mark(number, _name(words), is_section=False)


def _name(words: str) -> str:
    """What an entry is called: what stands after `rule:`, or its key."""
    key, _, value = words.removeprefix("-").strip(" {").partition(":")
    inline = words.removeprefix("-").lstrip().startswith("{")
    name = (value.partition(",")[0] if inline else value) if key == "rule" else key
    return name.strip(" \"'")[:LONGEST_NAME] or words[:LONGEST_NAME]


def _sections(marks: Sequence[_Mark]) -> Iterator[list[_Mark]]:
    section: list[_Mark] = []
    for mark in marks:
        if mark.is_section and section:
            yield section
            section = []
        section.append(mark)
    if section:
        yield section


def _apart(section: list[_Mark]) -> list[_Mark]:
    """The marks of a section that begin parts: all, where an entry has several lines; else the section's own alone."""
    lines = [mark.line for mark in section if not mark.is_section]
    return section if any(after - before > 1 for before, after in pairwise(lines)) else section[:1]


# Differences by line -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of a difference: whether it stayed, came or went, and its number in the text that has it."""

    sign: Sign
    number: int
    text: str


def compared(old: str, new: str) -> tuple[tuple[DiffLine, ...], ...]:
    """Where two texts differ: runs of lines, each with a few around it that stayed."""
    before, after = split(old), split(new)
    if before == after:
        return ()
    lead, rest = _alike(before, after)
    mine, theirs = before[lead : len(before) - rest], after[lead : len(after) - rest]
    return tuple(tuple(_lines(run, mine, theirs, lead)) for run in _runs(mine, theirs))


def _alike(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """How many lines at the start and at the end need no comparing, as they are alike and not near a difference."""
    shorter = min(len(before), len(after))
    start = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    end = next((n for n in range(shorter - start) if before[-1 - n] != after[-1 - n]), shorter - start)
    return max(0, start - AROUND), max(0, end - AROUND)


def _runs(before: Sequence[str], after: Sequence[str]) -> Iterable[Sequence[Op]]:
    if len(before) * len(after) > MOST_COMPARED:
        return [[("replace", 0, len(before), 0, len(after))]]
    return SequenceMatcher(None, before, after).get_grouped_opcodes(AROUND)


def _lines(run: Sequence[Op], before: Sequence[str], after: Sequence[str], lead: int) -> Iterator[DiffLine]:
    for tag, first, last, start, stop in run:
        if tag == "equal":
            yield from (DiffLine("same", lead + n + 1, after[n]) for n in range(start, stop))
        else:
            yield from (DiffLine("removed", lead + n + 1, before[n]) for n in range(first, last))
            yield from (DiffLine("added", lead + n + 1, after[n]) for n in range(start, stop))
