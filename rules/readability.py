"""How old a reader has to be for a text: the Flesch-Kincaid grade, of words to a sentence and syllables to a word.

Source: Kincaid, Fishburne, Rogers and Chissom, Derivation of new readability formulas for Navy enlisted personnel,
Research Branch Report 8-75, 1975. Its grades are of American schools, which begin at the age of five or six: grade + 5.
It is for English only, and says nothing of whether the words are the right ones.
"""

import re
from typing import Final

FEWEST_WORDS: Final = 20
"""In fewer words a single long one decides."""

_FILLED_IN: Final = {"due": "Tuesday", "team": "Repairs", "landlord": "the landlord", "name": "Jo", "journey": "repair"}
"""What stands for a value that a reader reads. A reference or a number is read sign by sign, and counts for nothing."""

_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z_]+)\}")
_SENTENCE_END: Final = re.compile(r"[.!?:]+(?=\s|$)|\n+")
_WORD: Final = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_VOWELS: Final = re.compile(r"[aeiouy]+")
_SILENT: Final = re.compile(r"(?:[^laeiouy]es|[^td]ed|[^l]e)$")


def reading_age(text: str) -> float | None:
    """The age in years from which on a text is understood; None where it has too few words to say."""
    filled = _PLACEHOLDER.sub(lambda match: _FILLED_IN.get(match[1], ""), text)
    sentences = [words for each in _SENTENCE_END.split(filled) if (words := _WORD.findall(each))]
    words = [word for sentence in sentences for word in sentence]
    if len(words) < FEWEST_WORDS:
        return None
    syllables = sum(map(count_syllables, words))
    grade = 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59
    return round(grade + 5, 1)


def count_syllables(word: str) -> int:
    """How many syllables a word has, near enough: its groups of vowels, but for a silent ending."""
    letters = word.lower().replace("’", "").replace("'", "")
    spoken = _SILENT.sub("", letters) if len(letters) > 3 else letters  # noqa: PLR2004 - "the", "one", "use" keep theirs
    return max(len(_VOWELS.findall(spoken)), 1)
