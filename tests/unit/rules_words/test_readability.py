"""How old a reader has to be: the published formula, on texts whose grade is known."""

import pytest

from rules.readability import FEWEST_WORDS, count_syllables, reading_age

GETTYSBURG = (
    "Four score and seven years ago our fathers brought forth on this continent, a new nation, conceived in Liberty, "
    "and dedicated to the proposition that all men are created equal. Now we are engaged in a great civil war, testing "
    "whether that nation, or any nation so conceived and so dedicated, can long endure."
)


SOLEMN = (
    "We write pursuant to the aforementioned contractual provisions, notwithstanding any previous correspondence "
    "regarding remediation of the accommodation, and without prejudice to subsequent proceedings."
)
OURS = (
    "Thank you for getting in touch. Your reference is {reference}. {team} will look after this for you. You will "
    "hear from us by {due}.\nIf it gets urgent, ring us on {urgent_line}, day or night.\n{landlord}"
)


@pytest.mark.parametrize(
    "text, least, most",
    [
        ("The cat sat on the mat. The dog ran to the tree. We saw a big red bus. It went up the hill.", 2, 5),
        (GETTYSBURG, 15, 19),
        (SOLEMN, 20, 30),
        (OURS, 5, 8),
    ],
)
def test_age(text: str, least: float, most: float) -> None:
    age = reading_age(text)
    assert age is not None
    assert least <= age <= most


@pytest.mark.parametrize("text", ["", "{text}", "Thank you.", "a " * (FEWEST_WORDS - 1)])
def test_few_words_say_nothing(text: str) -> None:
    assert reading_age(text) is None


@pytest.mark.parametrize(
    "word, count",
    [
        ("the", 1), ("come", 1), ("repair", 2), ("reference", 3), ("table", 2), ("noted", 2), ("looked", 1),
        ("homes", 1), ("emergency", 4), ("you’ll", 1), ("day", 1), ("hmm", 1), ("quickly", 2), ("housing", 2),
    ],
)  # fmt: skip
def test_syllables(word: str, count: int) -> None:
    assert count_syllables(word) == count
