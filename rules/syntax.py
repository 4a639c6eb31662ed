"""What YAML itself complains of, put into plain words; and the checks of a file's bytes before it is parsed."""

import re
from typing import Final

import yaml

from rules.findings import Findings
from rules.model import Mark

_CONTROL: Final = re.compile(
    r"[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_BREAKS: Final = re.compile("[\x85\u2028\u2029]")
"""Ends of lines to a YAML parser and not to an editor, so that they would put every place after them wrong."""
_UNSEEN: Final = re.compile("[\xa0\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
"""Characters that look like a space or like nothing."""
_SPACE: Final = "\xa0"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")

_IN_WORDS: Final = (
    ("mapping values are not allowed", "a colon where none can be", "put a text that has a colon into quotes"),
    ("violates indentation", "a tab in the indentation", "indent with spaces"),
    ("a tab character", "a tab in the indentation", "indent with spaces"),
    ("unexpected end of stream", "a quote that is opened and never closed", "close it"),
    ("expected ',' or ']'", "a list that is opened with [ and never closed, or lacks a comma", "close it with ]"),
    ("expected ',' or '}'", "a mapping that is opened with { and never closed, or lacks a comma", "close it with }"),
    ("expected '-' indicator", "a list and something else at the same indentation", "indent the list's items alike"),
    ("expected key", "something that is no `key: value` among keys", "look at its indentation and for a missing colon"),
    ("find expected ':'", "a key without its colon", "write `key: value`"),
    ("Unicode character escape", "an escape that stands for no character", "write the character itself"),
    ("hexdecimal number", "an escape without its hexadecimal digits", "use 'single quotes', in which \\ is itself"),
    ("unknown escape", "an unknown escape after a backslash", "use 'single quotes', in which a backslash is itself"),
    ("cannot start any token", "a character that no value can start with", "put the value into quotes"),
    ("expected <document start>", "this stands further left than the file's first section", "start both in one column"),
    ("comment or line break", "a text after | or > on the same line", "start the text on the next line, indented"),
    ("block sequence entries are not allowed", "a list item where none can be", "put it on a line of its own"),
    ("while scanning an anchor", "an anchor (&) is not used here", "put a text that starts with & into quotes"),
    ("while scanning an alias", "an alias (*) is not used here", "put a text that starts with * into quotes"),
    ("while scanning a tag", "a tag (!) is not used here", "put a text that starts with ! into quotes"),
    ("while parsing a tag", "a tag (!) is not used here", "put a text that starts with ! into quotes"),
    ("directive", "a line that starts with % is not used here", "take it out"),
    ("expected node content", "a value is missing here", "look for a comma, dash or bracket too many"),
    ("undefined tag handle", "a tag (!) is not used here", "put a text that starts with ! into quotes"),
)
"""What libyaml says, what we say, and what to do; the first that fits."""


def text_of(start: Mark, data: bytes, findings: Findings) -> str | None:
    """The file's text, ended by line feeds alone; None, reported, where it is not UTF-8 or has invisible characters."""
    if data.startswith(_UTF_16) or b"\0" in data[:2]:
        _refuse(findings, start, "this file is not UTF-8, it looks like UTF-16", "save it as UTF-8")
        return None
    try:
        text = _tidied(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        before = _tidied(data[: error.start].decode("utf-8-sig", "replace"))
        _refuse(findings, _place(start.file, before), "this file is not UTF-8", "save it as UTF-8")
        return None
    if wrong := _CONTROL.search(text) or _BREAKS.search(text):
        mark = _place(start.file, text[: wrong.start()])
        _refuse(findings, mark, f"{_kind(wrong[0])} (U+{ord(wrong[0]):04X})", "take it out")
        return None
    return text


def _kind(character: str) -> str:
    if _BREAKS.match(character):
        return "an invisible end of a line"
    return "a control character" if character < _SPACE else "an invisible character"


def _tidied(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _refuse(findings: Findings, mark: Mark, message: str, hint: str) -> None:
    findings.partial = True
    findings.error(mark, message, hint)


def control_character(text: str) -> bool:
    """Whether a text has a character in it that cannot be shown, such as an escaped NUL."""
    return bool(_CONTROL.search(text))


def invisible(text: str) -> str:
    """The first character of a text that looks like a space or like nothing, "" where there is none."""
    found = None if text.isascii() else _UNSEEN.search(text)
    return found[0] if found else ""


def without_invisible(text: str) -> str:
    """A text as it looks, without the characters in it that nobody sees."""
    return _UNSEEN.sub(lambda found: " " if found[0] == _SPACE else "", text).strip()


def syntax_error(file: str, text: str, error: yaml.YAMLError) -> tuple[Mark, str, str]:
    """Where a file stops being YAML, what is wrong there, and what to do.

    Of what is never closed the place is where it was opened: the end of the file helps nobody.
    """
    place = getattr(error, "problem_mark", None)
    if place is None:
        return Mark(file, 1, 1), "this file is not YAML", str(error).splitlines()[0]
    opened = getattr(error, "context_mark", None)
    if opened is not None and not text[place.index :].strip():
        place = opened
    mark = Mark(file, place.line + 1, place.column + 1)
    said = f"{getattr(error, 'context', '')}: {getattr(error, 'problem', '')}"
    if _tab_at(text, place.line, place.column):
        return mark, "a tab in the indentation", "indent with spaces"
    for part, words, hint in _IN_WORDS:
        if part in said:
            return mark, words + _since(opened, place) * ("never closed" in words), hint
    return mark, f"this is not YAML: {getattr(error, 'problem', '')}", "put the value into quotes"


def _since(opened: yaml.Mark | None, place: yaml.Mark) -> str:
    """Where something was opened, if that is on another line."""
    return f" (opened in line {opened.line + 1})" if opened is not None and opened.line != place.line else ""


def _place(file: str, before: str) -> Mark:
    """The place right after a text."""
    return Mark(file, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


def _tab_at(text: str, line: int, column: int) -> bool:
    """Whether a tab stands where the parser stopped, or in the indentation before it."""
    lines = text.split("\n", line + 1)
    written = lines[line] if line < len(lines) else ""
    indentation = written[: len(written) - len(written.lstrip())]
    return "\t" in indentation or written[column : column + 1] == "\t"
