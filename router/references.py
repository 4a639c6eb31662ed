"""Public references of enquiries: short, said easily on the phone, with a check character against mishearing."""

import re
import secrets
from typing import Final

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0, O, 1, I, L or U: nothing that is mistaken for something else when written down or spoken."""

LENGTH = 8
MOST_MENTIONED: Final = 5
_WRITTEN: Final = re.compile(
    r"(?<![A-Za-z0-9])(?=([A-Za-z0-9](?:[ .\u2010-\u2015-]{0,2}[A-Za-z0-9]){8})(?![A-Za-z0-9]))"
)
"""Nine letters and digits, however they are set apart; looked for at every word, as one may begin inside another."""

_CODED: Final = re.compile(r"[0-9\u2010-\u2015-]")
"""A digit or a dash, one of which every code has, and few texts do."""

_GROUPED: Final = re.compile(r"[A-Za-z0-9]{4}[\u2010-\u2015-][A-Za-z0-9]{4}[\u2010-\u2015-][A-Za-z0-9]")
_PLACES = tuple(len(ALPHABET) ** place for place in range(LENGTH))


def new_reference() -> str:
    """A new reference such as 7K3M-9Q2X-4: random, so that it says nothing about other enquiries."""
    number = secrets.randbelow(len(ALPHABET) ** LENGTH)
    body = "".join(ALPHABET[number // each % len(ALPHABET)] for each in _PLACES)
    return f"{body[:4]}-{body[4:]}-{check_character(body)}"


def check_character(body: str) -> str:
    """The check character by Luhn's algorithm modulo N, which notices any one wrong and most swapped characters.

    Source: ISO/IEC 7812-1 annex B, generalised to an alphabet of N characters.
    """
    size = len(ALPHABET)
    total = 0
    for place, character in enumerate(reversed(body)):
        value = ALPHABET.index(character) * (2 if place % 2 == 0 else 1)
        total += value // size + value % size
    return ALPHABET[-total % size]


def normalise(written: str) -> str | None:
    """The reference that somebody wrote or said, in our own form; None where it cannot be one of ours."""
    body = "".join(character for character in written.upper() if character.isalnum())
    if len(body) != LENGTH + 1 or any(character not in ALPHABET for character in body):
        return None
    if check_character(body[:-1]) != body[-1]:
        return None
    return f"{body[:4]}-{body[4:-1]}-{body[-1]}"


def mentioned(text: str) -> list[str]:
    """The references that a text quotes, in our own form and in order, at most five; a wrong check character is none.

    Quoting one proves nothing: it is only worth suggesting to a colleague.
    """
    found: dict[str, None] = {}
    if not _CODED.search(text):
        return []
    for match in _WRITTEN.finditer(text):
        # Words and telephone numbers also have nine in a row, and one in thirty of those ends as a reference would.
        if (reference := normalise(match[1])) and _is_code(match[1]):
            found[reference] = None
        if len(found) >= MOST_MENTIONED:
            break
    return list(found)


def _is_code(written: str) -> bool:
    """Whether it was meant as a code: set apart as we write it, or with letters and digits in it."""
    mixed = any(map(str.isdigit, written)) and any(map(str.isalpha, written))
    return mixed or _GROUPED.fullmatch(written) is not None
