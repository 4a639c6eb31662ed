"""Public references of enquiries: short, said easily on the phone, with a check character against mishearing."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0, O, 1, I, L or U: nothing that is mistaken for something else when written down or spoken."""

LENGTH = 8
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
