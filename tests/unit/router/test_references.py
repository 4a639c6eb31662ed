"""Public references: read back however they are written, and never a wrong one for a right one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.references import ALPHABET, LENGTH, MOST_MENTIONED, check_character, mentioned, new_reference, normalise

BODIES = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


def reference(body: str) -> str:
    return f"{body[:4]}-{body[4:]}-{check_character(body)}"


@pytest.mark.parametrize("look_alike", "01OILU")
def test_nothing_is_mistaken_for_something_else(look_alike: str) -> None:
    assert look_alike not in ALPHABET


def test_new_ones_are_their_own_form_and_differ() -> None:
    made = {new_reference() for _ in range(1000)}
    assert len(made) == 1000
    assert all(normalise(each) == each for each in made)


@given(BODIES, st.sampled_from(["{}", " {} ", "ref: "]), st.sampled_from([" ", "", ".", " - "]), st.booleans())
def test_it_is_known_however_it_is_written(body: str, around: str, between: str, lower: bool) -> None:
    right = reference(body)
    written = right.replace("-", between)
    written = around.format(written.lower() if lower else written) if "{}" in around else written
    assert normalise(written) == right


@given(BODIES, st.integers(0, LENGTH), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(body: str, place: int, other: str) -> None:
    right = reference(body)
    bare = right.replace("-", "")
    if bare[place] != other:
        assert normalise(bare[:place] + other + bare[place + 1 :]) is None


@given(BODIES, st.integers(0, LENGTH - 1))
def test_two_swapped_neighbours_are_noticed_but_for_the_ends_of_the_alphabet(body: str, place: int) -> None:
    bare = reference(body).replace("-", "")
    one, other = bare[place], bare[place + 1]
    if one != other and {one, other} != {ALPHABET[0], ALPHABET[-1]}:
        assert normalise(bare[:place] + other + one + bare[place + 2 :]) is None


@pytest.mark.parametrize(
    "written", ["", "7K3M", "0000-0000-0", "ÄÄÄÄ-ÄÄÄÄ-Ä", "１２３４-５６７８-９", "x" * 1000, "7K3M-9Q2X-44"]
)
def test_what_cannot_be_ours_is_none(written: str) -> None:
    assert normalise(written) is None


@given(st.text())
def test_any_text_is_read(written: str) -> None:
    found = normalise(written)
    assert found is None or normalise(found) == found


RIGHT, OTHER = reference("7K3M9Q2X"), reference("ABCDEFGH")


@pytest.mark.parametrize(
    "text, found",
    [
        (f"My reference is {RIGHT}.", [RIGHT]),
        (f"ref no {RIGHT.lower()}, please", [RIGHT]),
        (f"it was {RIGHT.replace('-', ' ')} I think", [RIGHT]),
        (f"({RIGHT.replace('-', '')})", [RIGHT]),
        (f"{RIGHT} and {OTHER} and {RIGHT}", [RIGHT, OTHER]),
        (OTHER.replace("-", ""), []),
        (RIGHT[:-1] + ("3" if RIGHT[-1] == "2" else "2"), []),
        (f"x{RIGHT}", []),
        ("My number is 07700 900123 and I live at 22 Mill Lane", []),
        ("", []),
    ],
)
def test_found_where_a_text_quotes_it(text: str, found: list[str]) -> None:
    assert mentioned(text) == found


def test_a_text_full_of_them_gives_few() -> None:
    text = " ".join(reference(f"7K3M9Q{one}{two}") for one in ALPHABET for two in ALPHABET)
    assert len(mentioned(text)) == MOST_MENTIONED


@given(st.text(ALPHABET + " -.", max_size=300))
def test_what_is_found_is_always_one_of_ours(text: str) -> None:
    assert all(normalise(each) == each for each in mentioned(text))
