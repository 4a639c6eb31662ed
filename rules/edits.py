"""Small changes to a landlord's YAML as text: in the right file and place, with every remark and layout kept. Pure.

Each function takes the files by name and gives them with one of them changed; it raises CannotEditError where the place
is not written as people write it. Whoever uses the result loads it, and looks whether it says what was meant.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rules.compose import compose
from rules.findings import Findings
from rules.model import Mark
from rules.nodes import Map, Node, Scalar, Seq

Files = Mapping[str, str]
_PLAIN: Final = re.compile(r"[^\W\d_](?:[\w ./-]*[\w./])?")


class CannotEditError(ValueError):
    """The place for a change is not there, or is not written in a way that this can change."""


def add_word(files: Files, journey: str, word: str) -> dict[str, str]:
    """Add one of a journey's `words`, before the others; a journey without any gets the list."""
    entry = _journey(files, journey)
    words = _value(entry, "words")
    if isinstance(words, Seq) and words.items:
        return _with_item(files, words, scalar(word))
    if words is not None:
        raise CannotEditError(f"the words of {journey} are no list")
    return _with_entry(files, entry, f"words: [{scalar(word)}]")


def remove_word(files: Files, journey: str, word: str) -> dict[str, str]:
    """Take out one of a journey's `words` or `phrases`; never the last."""
    entry = _journey(files, journey)
    for name in ("words", "phrases"):
        found = _value(entry, name)
        items = found.items if isinstance(found, Seq) else ()
        for place, item in enumerate(items):
            if isinstance(found, Seq) and isinstance(item, Scalar) and item.value == word and len(items) > 1:
                return _without_item(files, found, place)
    raise CannotEditError(f"{journey} has no word of this kind to spare")


def set_team(files: Files, journey: str, team: str) -> dict[str, str]:
    """Give a journey to another team."""
    return _with_team(files, _value(_journey(files, journey), "team"), team)


def set_rule_team(files: Files, rule: str, team: str) -> dict[str, str]:
    """Let an owner rule give to another team."""
    then = _value(_rule(files, rule), "then")
    return _with_team(files, _value(then, "team") if isinstance(then, Map) else None, team)


def _with_team(files: Files, found: Node | None, team: str) -> dict[str, str]:
    if not isinstance(found, Scalar):
        raise CannotEditError("the team is not written as one word")
    text, start = files[found.mark.file], _offset(files, found.mark)
    if not text.startswith(found.value, start):
        raise CannotEditError("the team is written in quotes")
    return _spliced(files, found.mark.file, start, start + len(found.value), team)


def add_rule(files: Files, before: str, lines: Sequence[str]) -> dict[str, str]:
    """Put an owner rule, written as lines without indentation, before the owner rule of this name."""
    mark, text = _rule(files, before).mark, files[_rule(files, before).mark.file]
    kept = text.split("\n")
    row = mark.line - 1
    dash = kept[row][: mark.column - 1].rfind("-")
    if dash < 0 or kept[row][:dash].strip():
        raise CannotEditError(f"the rule {before} does not begin on a line of its own")
    while row > 0 and kept[row - 1].lstrip().startswith("#"):
        row -= 1
    indent = " " * dash
    block = [f"{indent}{line}" if line else "" for line in lines]
    return {**files, mark.file: "\n".join([*kept[:row], *block, "", *kept[row:]])}


def add_example(files: Files, rule: str, example: str) -> dict[str, str]:
    """Add an example, written as a flow mapping, to an owner rule, after those that it has."""
    entry = _rule(files, rule)
    found = _value(entry, "examples")
    if isinstance(found, Seq) and found.items:
        return _with_item(files, found, example)
    if found is not None:
        raise CannotEditError(f"the examples of {rule} are no list")
    return _with_entry(files, entry, f"examples: [{example}]")


def scalar(text: str) -> str:
    """A text as YAML has it: plain where that cannot be misread, else in quotes."""
    if _PLAIN.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _journey(files: Files, key: str) -> Map:
    for section in _sections(files, "journeys"):
        found = _value(section, key) if isinstance(section, Map) else None
        if isinstance(found, Map) and found.entries:
            return found
    raise CannotEditError(f"there is no journey {key} in these files")


def _rule(files: Files, name: str) -> Map:
    for section in _sections(files, "owner"):
        for item in section.items if isinstance(section, Seq) else ():
            called = _value(item, "rule") if isinstance(item, Map) else None
            if isinstance(item, Map) and isinstance(called, Scalar) and called.value == name:
                return item
    raise CannotEditError(f"there is no owner rule {name} in these files")


def _sections(files: Files, name: str) -> Iterator[Node]:
    for file in sorted(files):
        whole, _ = compose(file, files[file].encode(), Findings())
        if (section := _value(whole, name)) is not None:
            yield section


def _value(entry: Map, name: str) -> Node | None:
    return next((node for key, node in entry.entries if key.value == name), None)


def _with_item(files: Files, items: Seq, item: str) -> dict[str, str]:
    """A list with one more: first of a list in brackets, last of one with a line each."""
    file, start = items.mark.file, _offset(files, items.mark)
    if files[file].startswith("[", start):
        first = _offset(files, items.items[0].mark)
        return _spliced(files, file, first, first, f"{item}, ")
    lines = files[file].split("\n")
    last = _last_line(lines, items)
    return {
        **files,
        file: "\n".join([*lines[: last + 1], f"{' ' * (items.mark.column - 1)}- {item}", *lines[last + 1 :]]),
    }


def _last_line(lines: Sequence[str], items: Seq) -> int:
    """The line, from 0, on which the last item of a list with a line each ends."""
    row = items.items[-1].mark.line - 1
    dash = items.mark.column - 1
    while row + 1 < len(lines) and lines[row + 1].strip() and _indent(lines[row + 1]) > dash:
        row += 1
    return row


def _without_item(files: Files, items: Seq, place: int) -> dict[str, str]:
    file, start = items.mark.file, _offset(files, items.mark)
    item = items.items[place]
    if not files[file].startswith("[", start):
        lines = files[file].split("\n")
        row = item.mark.line - 1
        if not re.fullmatch(r"\s*-\s+\S.*", lines[row]) or (
            place and items.items[place - 1].mark.line == item.mark.line
        ):
            raise CannotEditError("the word does not stand on a line of its own")
        return {**files, file: "\n".join([*lines[:row], *lines[row + 1 :]])}
    here = _offset(files, item.mark)
    if place + 1 < len(items.items):
        return _spliced(files, file, here, _offset(files, items.items[place + 1].mark), "")
    before, end = files[file].rfind(",", start, here), files[file].find("]", here)
    if before < 0 or end < 0:
        raise CannotEditError("the list is not written as expected")
    return _spliced(files, file, before, end, "")


def _with_entry(files: Files, entry: Map, written: str) -> dict[str, str]:
    """A mapping with one more entry, after all that it has where each has lines of its own."""
    file, start = entry.mark.file, _offset(files, entry.mark)
    if files[file].startswith("{", start):
        return _spliced(files, file, start + 1, start + 1, f"{written}, ")
    lines = files[file].split("\n")
    row, column = entry.entries[-1][0].mark.line - 1, entry.mark.column - 1
    while row + 1 < len(lines) and lines[row + 1].strip() and _indent(lines[row + 1]) > column:
        row += 1
    return {**files, file: "\n".join([*lines[: row + 1], f"{' ' * column}{written}", *lines[row + 1 :]])}


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _offset(files: Files, mark: Mark) -> int:
    lines = files[mark.file].split("\n")
    return sum(len(line) + 1 for line in lines[: mark.line - 1]) + mark.column - 1


def _spliced(files: Files, file: str, start: int, end: int, text: str) -> dict[str, str]:
    return {**files, file: f"{files[file][:start]}{text}{files[file][end:]}"}
