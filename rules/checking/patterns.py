"""A text that a pattern matches, for showing one: the first alternative and the fewest repetitions of everything."""

import re
from typing import Final

import re2

_CLASSES: Final = {"d": "1", "D": "a", "w": "a", "W": "-", "s": " ", "S": "a", "t": "\t", "n": "\n", "r": "\r"}
_ANCHORS: Final = frozenset("bBAzZ")
_PLAIN: Final = {"^": "", "$": "", ".": "a"}
_REPEAT: Final = re.compile(r"([*?+]|\{(\d+)(?:,(\d*))?\})[?+]?")
_GROUP: Final = re.compile(r"\(\?(?:P?<\w+>|[a-zA-Z-]*:|[a-zA-Z-]+\))")
_LONGEST: Final = 500
_CANDIDATES: Final = "a1 -.@_/A0z"
_OPTIONS: Final = re2.Options()
_OPTIONS.log_errors = False


def sample(pattern: str) -> str:
    """A text that this pattern matches; empty where none was found, or where the empty one does."""
    try:
        text, _ = _alternatives(pattern, 0)
    except (IndexError, ValueError, RecursionError):
        return ""
    text = text[:_LONGEST]
    return text if re2.search(pattern, text, _OPTIONS) else ""


def _alternatives(pattern: str, at: int) -> tuple[str, int]:
    """The text of the first alternative of a group, and where the group ends."""
    first, at = _sequence(pattern, at)
    while at < len(pattern) and pattern[at] == "|":
        _, at = _sequence(pattern, at + 1)
    return first, at


def _sequence(pattern: str, at: int) -> tuple[str, int]:
    text = ""
    while at < len(pattern) and pattern[at] not in "|)":
        piece, at = _atom(pattern, at)
        if repeat := _REPEAT.match(pattern, at):
            at = repeat.end()
            piece *= int(repeat[2] or 0) if repeat[2] else repeat[1] == "+"
        text += piece
    return text, at


def _atom(pattern: str, at: int) -> tuple[str, int]:
    match pattern[at]:
        case "(":
            start = _GROUP.match(pattern, at)
            if start and start[0].endswith(")"):
                return "", start.end()
            text, at = _alternatives(pattern, start.end() if start else at + 1)
            return text, at + 1
        case "[":
            return _one_of(pattern, at)
        case "\\":
            letter = pattern[at + 1]
            return "" if letter in _ANCHORS else _CLASSES.get(letter, letter), at + 2
        case letter:
            return _PLAIN.get(letter, letter), at + 1


def _one_of(pattern: str, at: int) -> tuple[str, int]:
    """A character of a class in brackets: found by trying, since what it holds is the engine's to say."""
    end = pattern.index("]", at + (3 if pattern[at + 1] == "^" else 2))
    while pattern.count("[:", at, end) > pattern.count(":]", at, end + 1) or pattern[end - 1] == "\\":
        end = pattern.index("]", end + 1)
    written = pattern[at : end + 1]
    one = next((each for each in (*_CANDIDATES, *written) if re2.fullmatch(written, each, _OPTIONS)), "")
    return one, end + 1
