"""Where the mistakes of one load are gathered, all of them, with a guess at what was meant."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from rules.model import Mark
from rules.nodes import quoted
from rules.problems import Problem

MOST_ERRORS: Final = 1_000
"""After so many the rest would only be noise: reading stops."""
_LONGEST_NAME: Final = 60
_FEW: Final = 12
_COMPARISONS: Final = 100_000


class TooManyErrors(Exception):  # noqa: N818 - a state of the files, not a fault of ours
    """Reading stops here: what was found so far is enough to see that something larger is wrong."""


@dataclass(slots=True)
class Findings:
    """The problems of one load, in the order in which they were found.

    `partial` says that some of the files could not be read to their end, so that what seems to be missing may be
    there after all. `comparisons` bounds the work that guessing may take.
    """

    problems: list[Problem] = field(default_factory=list)
    errors: int = 0
    partial: bool = False
    comparisons: int = _COMPARISONS

    def error(self, mark: Mark, message: str, hint: str = "") -> None:
        """Add a mistake that keeps the ruleset from being used; raises TooManyErrors past the limit."""
        self.problems.append(Problem(mark, message, hint))
        self.errors += 1
        if self.errors >= MOST_ERRORS:
            note = f"there are more mistakes; the first {MOST_ERRORS} are shown"
            self.problems.append(Problem(mark, note, "put these right and check again"))
            raise TooManyErrors

    def warning(self, mark: Mark, message: str, hint: str = "") -> None:
        """Add something that is allowed, and that its author should look at."""
        self.problems.append(Problem(mark, message, hint, "warning"))

    def unknown(self, mark: Mark, message: str, name: str, choices: Iterable[str]) -> str:
        """Add a mistake about a name that is none of these choices; gives the guess which was meant."""
        hint = self.meant(name, choices)
        self.error(mark, message, hint)
        return hint

    def meant(self, name: str, choices: Iterable[str]) -> str:
        """The hint for a name that is none of these: the closest ones, else all when they are few."""
        written = {_plain(choice): choice for choice in choices}
        if 0 < len(name) <= _LONGEST_NAME and self.comparisons > 0:
            self.comparisons -= len(written)
            close = get_close_matches(_plain(name), written, n=2)
            if close:
                return f"did you mean {' or '.join(quoted(written[each]) for each in close)}?"
        few = sorted(written.values())
        return f"one of: {', '.join(few)}" if 0 < len(few) <= _FEW else ""


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")
