"""Folding, tokens and phrases, in every script and in linear time."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.words import PhraseIndex, phrase, stem, stems, tokens
from tests.bounded import comes_to_an_end
from tests.effort import effort

WORDS = st.text(alphabet="abgs ", max_size=6).map(lambda text: tuple(text.split()))


@pytest.mark.parametrize(
    "text, expected",
    [
        ("I can SMELL gas", "i can smell gas"),
        ("Café ＧＡＳ ﬁre 𝐠𝐚𝐬", "cafe gas fire gas"),
        ("Straße, Łódź, Ærø", "strasse lodz aero"),
        ("don’t", "dont"),
        ("g\u00ada\u200ds", "gas"),
        ("Ёлка й", "елка и"),
        ("がす", "が す"),
        ("गैस", "गैस"),
        ("غازٌ", "غاز"),
        ("İstanbul ısı", "istanbul isi"),
        ("e\u0301", "e"),
    ],
)
def test_words_are_folded(text: str, expected: str) -> None:
    assert " ".join(tokens(text)) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", []),
        ("Hello, I've no heating!", ["hello", "i", "no", "heating"]),
        ("I don't know, dont ask", ["i", "dont", "know", "dont", "ask"]),
        ("I'll be ill; we're were", ["i", "be", "ill", "we", "were"]),
        ("the tenant's and the tenants' boiler", ["the", "tenant", "and", "the", "tenants", "boiler"]),
        ("'gas' “leak”", ["gas", "leak"]),
        ("e-mail 24/7 £1,200.50 flat_4b", ["e", "mail", "24", "7", "1", "200", "50", "flat", "4b"]),
        ("l'eau coule", ["l", "eau", "coule"]),
        ("O'Brien", ["o", "brien"]),
        ("गैस की गंध", ["गैस", "की", "गंध"]),
        ("رائحة غاز", ["رائحة", "غاز"]),
        ("запах газа", ["запах", "газа"]),
        ("我闻到燃气 ok", ["我", "闻", "到", "燃", "气", "ok"]),
        ("🔥🔥 gas🔥leak", ["gas", "leak"]),
        ("g̷̛a̶͝s̸", ["gas"]),
        ("rats\u00a0and\u200bmice\u3000here", ["rats", "and", "mice", "here"]),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize(
    "operand, text, expected",
    [
        ("gas", "The gas bill", {0}),
        ("gas", "gasket", set()),
        ("smell gas", "I smelled gas", {0}),
        ("smell gas", "I smell some gas", set()),
        ("smell gas", "gas smell", set()),
        ("can't breathe", "i cant breathe", {0}),
        ("tenant's rights", "tenants rights", {0}),
        ("rats", "a rat ran past", {0}),
        ("rat", "at any rate, the rating", set()),
        ("燃气", "我闻到燃气", {0}),
        ("gaz", "czuję GAZ!", {0}),
        ("!!", "anything", set()),
    ],
)
def test_phrase_in_text(operand: str, text: str, expected: set[int]) -> None:
    assert PhraseIndex([phrase(operand)]).found(tokens(text)) == expected


def test_spans_give_every_occurrence() -> None:
    index = PhraseIndex([("a", "b"), ("b",), (), ("a", "b")])
    assert list(index.spans(["a", "b", "a", "b"])) == [
        (0, 0, 2), (3, 0, 2), (1, 1, 2), (0, 2, 4), (3, 2, 4), (1, 3, 4),
    ]  # fmt: skip


@given(st.lists(WORDS, max_size=8), WORDS)
def test_index_finds_what_looking_at_every_place_finds(phrases: list[tuple[str, ...]], text: tuple[str, ...]) -> None:
    keys = tuple(stem(word) for word in text)
    wanted = [tuple(stem(word) for word in words) for words in phrases]
    naive = {
        index
        for index, words in enumerate(wanted)
        if words and any(keys[at : at + len(words)] == words for at in range(len(keys)))
    }
    assert PhraseIndex(wanted).found(text) == naive


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    words = tokens(text)
    assert tokens(" ".join(words)) == words


@given(st.text())
def test_composed_and_decomposed_text_have_the_same_words(text: str) -> None:
    latin = "".join(character for character in text if ord(character) < 0x250)
    assert tokens(unicodedata.normalize("NFD", latin)) == tokens(unicodedata.normalize("NFC", latin))


@given(st.text())
def test_a_token_is_one_word_and_stays_itself(text: str) -> None:
    for token in tokens(text):
        assert token
        assert not any(character.isspace() for character in token)
        assert stem(stem(token)) == stem(token)


@given(st.text(), st.text())
def test_words_of_texts_side_by_side_are_the_words_of_each(left: str, right: str) -> None:
    assert tokens(f"{left} . {right}") == tokens(left) + tokens(right)


@pytest.mark.parametrize(
    "piece",
    [" ", "🔥", "a\u0301\u0316", "\u0316\u0301", "a", "a ", "'", "a'", "燃", "गै", "\x00", "aing ", "gas leak "],
    ids=ascii,
)
def test_a_megabyte_of_anything_is_read_in_linear_time(piece: str) -> None:
    text = (piece * 1_000_000)[:1_000_000]
    with comes_to_an_end():
        stems(text)


@pytest.mark.parametrize("first", range(0, sys.maxunicode, 0x20000), ids=hex)
def test_every_character_there_is_folds_to_itself_when_folded_again(first: int) -> None:
    characters = map(chr, range(first, min(first + 0x20000, sys.maxunicode + 1), effort(50, 1) if first else 1))
    folded = ((character, tokens(character)) for character in characters)
    assert [each for each, words in folded if words != [each] and tokens(" ".join(words)) != words] == []
