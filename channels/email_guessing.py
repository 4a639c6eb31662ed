"""Which charset bytes are in that nobody named, and that are no UTF-8: told by the letters that they would be."""

from typing import Final

from charset_normalizer import from_bytes

_SAMPLE: Final = 2_000
_LEAST: Final = 12
_SHARE: Final = 0.25
"""From this share of bytes beyond ASCII on it is no Western language, whose few accents are read as Windows-1252."""

_KANA: Final = 0.2


def guessed_charset(raw: bytes) -> str | None:
    """Return the charset that the bytes are most likely in; None where they look Western, or are too few to tell."""
    sample = raw[:_SAMPLE]
    beyond = sum(each > 0x7F for each in sample)  # noqa: PLR2004 - the end of ASCII
    if beyond < _LEAST or beyond < _SHARE * len(sample):
        return None
    if japanese := next((each for each in ("euc_jp", "cp932") if _has_kana(sample, each)), None):
        return japanese
    found = from_bytes(sample).best()
    return found.encoding if found else None


def _has_kana(sample: bytes, charset: str) -> bool:
    text = sample.decode(charset, "replace")
    kana = sum("\u3040" <= letter <= "\u30ff" for letter in text)
    return text.count("\ufffd") < 2 and kana > _KANA * len(text)  # noqa: PLR2004 - the sample may end within a letter
