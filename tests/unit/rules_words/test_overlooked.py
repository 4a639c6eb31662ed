"""What `mentions` overlooks is the landlord's choice: case, accents, both or neither; typographic dress always."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.words import Overlooked, PhraseIndex, phrase, tokens

BOTH, CASE, ACCENTS, NEITHER = (
    Overlooked(*each) for each in ((True, True), (True, False), (False, True), (False, False))
)
ALL = (BOTH, CASE, ACCENTS, NEITHER)


@pytest.mark.parametrize(
    "operand, text, found_by",
    [
        ("gas leak", "The gas leaks", ALL),
        ("gas leak", "GAS LEAK", (BOTH, CASE)),
        ("gas leak", "Gas leaks", (BOTH, CASE)),
        ("May", "in May", ALL),
        ("May", "you may", (BOTH, CASE)),
        ("żółć", "mam żółć", ALL),
        ("żółć", "mam ŻÓŁĆ", (BOTH, CASE)),
        ("żółć", "mam zolc", (BOTH, ACCENTS)),
        ("Łódź", "w Lodz", (BOTH, ACCENTS)),
        ("Łódź", "w Łodz", (BOTH, ACCENTS)),
        ("Łódź", "w ŁÓDŹ", (BOTH, CASE)),
        ("résumé", "the re\u0301sume\u0301", ALL),
        ("résumé", "the resume", (BOTH, ACCENTS)),
        ("café", "the café's door", ALL),
        ("запах", "Запах газа", (BOTH, CASE)),
        ("ёлка", "елка", (BOTH, ACCENTS)),
        ("غاز", "غازٌ", (BOTH, ACCENTS)),
        ("燃气", "我闻到燃气", ALL),
        ("don't", "don’t", ALL),
        ("ﬁre", "fire", ALL),
        ("gas", "g\u00ada\u200ds ❤\ufe0f", ALL),
        ("gas", "gasket", ()),
    ],
)
def test_words_are_the_same_as_far_as_it_is_told(operand: str, text: str, found_by: tuple) -> None:
    found = [each for each in ALL if PhraseIndex([phrase(operand, each)]).found(tokens(text, each))]
    assert found == list(found_by)


@pytest.mark.parametrize("overlooked", ALL)
@given(text=st.text())
def test_composed_and_decomposed_text_have_the_same_words_whatever_is_overlooked(
    overlooked: Overlooked, text: str
) -> None:
    latin = "".join(character for character in text if ord(character) < 0x250)
    assert tokens(unicodedata.normalize("NFD", latin), overlooked) == tokens(
        unicodedata.normalize("NFC", latin), overlooked
    )


@given(text=st.text(alphabet=st.characters(max_codepoint=0x36F)))
def test_what_overlooks_more_never_finds_less(text: str) -> None:
    for operand in tokens(text, NEITHER):
        for overlooked in ALL:
            assert not phrase(operand, overlooked) or PhraseIndex([phrase(operand, overlooked)]).found(
                tokens(text, overlooked)
            )
