"""What a check gives: how things stand with one matter, what was found, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How things stand: `wrong` keeps something from working, a `warning` is for somebody to know or decide."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, in a sentence, and what to do where it is not well; neither holds a secret or a person's data."""

    level: Level
    said: str
    do: str = ""


def ok(said: str) -> Finding:
    """All is well."""
    return Finding(Level.OK, said)


def warning(said: str, do: str) -> Finding:
    """It works, and somebody should know or decide something."""
    return Finding(Level.WARNING, said, do)


def wrong(said: str, do: str) -> Finding:
    """Something does not work."""
    return Finding(Level.WRONG, said, do)
