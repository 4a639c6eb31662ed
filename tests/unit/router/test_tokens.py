"""Thread tokens: only what we made, for this participant in this enquiry, with a key that still counts."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from router import tokens
from router.references import check_character
from router.tokens import keys_from, keys_of
from tests.landlord import settings_for_tests

ENQUIRY, OTHER = "01JDPX0000000000000000000A", "01JDPX0000000000000000000B"
REFERENCE = f"7K3M-9Q2X-{check_character('7K3M9Q2X')}"
JO = "jo@home.example"
KEYS = keys_from(["a secret"])
TOKEN = KEYS.issue(ENQUIRY, REFERENCE, JO)
LETTERS = string.ascii_lowercase + string.digits


def proven(written: str, enquiry: str = ENQUIRY, participant: str = JO, keys: tokens.Keys = KEYS) -> bool:
    token = tokens.read(written)
    return token is not None and token.reference == REFERENCE and keys.proves(token, enquiry, participant)


@pytest.mark.parametrize("written", [TOKEN, TOKEN.upper(), TOKEN.title()])
def test_ours_is_proven_whatever_a_mail_program_did_to_its_case(written: str) -> None:
    assert proven(written)


def test_it_is_short_and_has_at_least_80_bits() -> None:
    assert len(TOKEN) == tokens.LENGTH == 31
    assert tokens.MAC * 5 >= 80


@given(st.integers(0, tokens.LENGTH - 1), st.sampled_from(LETTERS))
def test_any_changed_letter_is_refused(place: int, other: str) -> None:
    assume(TOKEN[place] != other)
    assert not proven(TOKEN[:place] + other + TOKEN[place + 1 :])


@given(st.integers(0, tokens.LENGTH * 8 - 1))
def test_any_changed_bit_is_refused(bit: int) -> None:
    changed = bytearray(TOKEN.encode())
    changed[bit // 8] ^= 1 << bit % 8
    written = changed.decode("latin-1")
    assume(written.lower() != TOKEN)  # the one bit by which a capital differs says nothing
    assert not proven(written)


@given(st.text(max_size=40))
def test_nothing_else_is_ever_proven(written: str) -> None:
    assume(written.lower() != TOKEN)
    assert not proven(written)


@pytest.mark.parametrize(
    "enquiry, participant, same",
    [
        (ENQUIRY, "JO@home.example", True),
        (OTHER, JO, False),
        (ENQUIRY, "joe@home.example", False),
        (ENQUIRY, "", False),
        (ENQUIRY[:-1], "A\0jo@home.example", False),
    ],
)
def test_it_is_of_no_use_in_another_enquiry_or_to_another(enquiry: str, participant: str, same: bool) -> None:
    assert proven(TOKEN, enquiry, participant) is same


@pytest.mark.parametrize(
    "secrets, counts",
    [(["a secret"], True), (["new", "a secret"], True), (["new"], False), ([], False), (["new", "newer", "b"], False)],
)
def test_an_earlier_key_counts_as_long_as_it_is_named(secrets: list[str], counts: bool) -> None:
    assert proven(TOKEN, keys=keys_from(secrets)) is counts


def test_the_key_in_use_is_the_first() -> None:
    both = keys_from(["new", "a secret"])
    assert both.issue(ENQUIRY, REFERENCE, JO) == keys_from(["new"]).issue(ENQUIRY, REFERENCE, JO) != TOKEN
    assert keys_from([]).issue(ENQUIRY, REFERENCE, JO) == ""


def test_settings_name_the_keys_and_no_secret_is_shown() -> None:
    keys = keys_of(settings_for_tests(secret_key="new", former_secret_keys="old, a secret"))
    assert proven(TOKEN, keys=keys)
    assert len(keys.by_id) == 3
    assert repr(keys) == "Keys()"


@pytest.mark.parametrize(
    "message_id, found",
    [
        (f"{TOKEN}.01JDPX0000000000000000000A@hub.example", True),
        (f"{TOKEN}.01JDPX0000000000000000000A", False),
        (f"x{TOKEN}.01JDPX0000000000000000000A@hub.example", False),
        ("01JDPX0000000000000000000A@hub.example", False),
        ("", False),
    ],
)
def test_found_in_a_message_id_of_ours(message_id: str, found: bool) -> None:
    assert (tokens.in_message_id(message_id) is not None) is found
