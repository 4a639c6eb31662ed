"""Receipts: whatever order they come in, late or repeated, they prove the same; and every error code has its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.receipts import ARRIVED, LOST, Closing, Stage, furthest
from channels.twilio_errors import MEANINGS, meaning_of

STAGES = st.lists(st.sampled_from(Stage), max_size=8)


@given(STAGES, st.randoms(use_true_random=False))
def test_order_and_repeats_change_nothing(stages: list[Stage], chance: object) -> None:
    shuffled = [*stages, *stages[:3]]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert furthest(shuffled) == furthest(stages)


@given(STAGES, STAGES, STAGES)
def test_bringing_up_to_date_bit_by_bit_ends_where_all_at_once_does(
    one: list[Stage], two: list[Stage], three: list[Stage]
) -> None:
    step = furthest([furthest(one), *two])
    assert furthest([step, *three]) == furthest([*one, *two, *three]) == furthest([furthest([*three, *two]), *one])


@given(STAGES)
def test_what_arrived_is_not_lost(stages: list[Stage]) -> None:
    found = furthest(stages)
    assert (found in ARRIVED) is any(stage in ARRIVED for stage in stages)
    assert (found in LOST) is (any(stage in LOST for stage in stages) and found not in ARRIVED)


@pytest.mark.parametrize("code", MEANINGS)
def test_every_code_says_what_happened_and_what_to_do(code: int) -> None:
    meaning = MEANINGS[code]
    assert len(meaning.words) > 30
    assert not meaning.words.endswith(".")
    assert meaning_of(f"twilio-{code}") is meaning


@pytest.mark.parametrize(
    "code, closes",
    [
        (21610, Closing.OPTED_OUT),
        (21614, Closing.NOT_REACHED),
        (30005, Closing.NOT_REACHED),
        (30006, Closing.NOT_REACHED),
        (63024, Closing.NOT_REACHED),
        (30003, None),
        (30007, None),
        (63016, None),
    ],
)
def test_which_codes_close_a_channel(code: int, closes: Closing | None) -> None:
    assert MEANINGS[code].closes is closes


@pytest.mark.parametrize("reason", ["", "http-503", "twilio-", "twilio-99999", "twilio-x", "21610", "twilio-٢١٦١٠"])
def test_what_is_no_code_has_no_meaning(reason: str) -> None:
    assert meaning_of(reason) is None


NAMED = (21610, 21211, 21214, 21408, 21606, 21611, 21612, 21614, 21617, 21635, *range(30001, 30009), 30034)


@pytest.mark.parametrize("code", [*NAMED, 63016, 63018, 63024])
def test_codes_that_colleagues_meet_are_there(code: int) -> None:
    assert code in MEANINGS
