"""The lines of a mail that are left while it is cut, each with a letter for what it is."""

import re

from channels.quote_lines import TEXT, classify

STOPS = (".", "!", "?", "。", "！", "？", "।", "؟")
"""What a sentence ends with."""
_FENCE = re.compile(r"```\w{0,20}\s*\Z")


class Page:
    """The lines that are left, and a letter for each of what it is."""

    __slots__ = ("divided", "letters", "lines", "signature")

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.letters = _with_code_as_text(lines, classify(lines))
        self.signature = ""
        self.divided = False

    def cut(self, index: int) -> None:
        """Keep what stands before this line."""
        del self.lines[index:]
        self.letters = self.letters[:index]

    def drop(self, letter: str) -> None:
        """Take out every line of a sort."""
        if letter in self.letters:
            self.lines[:] = [line for line, each in zip(self.lines, self.letters, strict=True) if each != letter]
            self.letters = self.letters.replace(letter, "")


def _with_code_as_text(lines: list[str], letters: str) -> str:
    """Take everything between fences for text: in what was pasted, marks mean something else."""
    fences = [index for index, line in enumerate(lines) if line.startswith("```") and _FENCE.match(line)]
    for begin, end in zip(fences[::2], fences[1::2], strict=False):
        letters = letters[:begin] + TEXT * (end + 1 - begin) + letters[end + 1 :]
    return letters
