"""Segments: each alphabet at its edges, what makes a text UCS-2, and what is made plain to save one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.pieces import may_go_on
from channels.segments import GSM, UCS2, count, economical, fills_segment


@pytest.mark.parametrize(
    "text, alphabet, units, segments, left, because",
    [
        ("", GSM, 0, 1, 160, ""),
        ("a" * 160, GSM, 160, 1, 0, ""),
        ("a" * 161, GSM, 161, 2, 145, ""),
        ("a" * 306, GSM, 306, 2, 0, ""),
        ("a" * 307, GSM, 307, 3, 152, ""),
        ("€" * 80, GSM, 160, 1, 0, ""),
        ("€" * 81, GSM, 162, 2, 143, ""),
        # An escape may not be parted from its character: 152 and a euro sign leave one unit of the first unused.
        ("a" * 152 + "€" + "a" * 152, GSM, 306, 3, 152, ""),
        ("[{~}]|^\\", GSM, 16, 1, 144, ""),
        ("é à ü Ñ £ § ¿", GSM, 13, 1, 147, ""),
        ("ê", UCS2, 1, 1, 69, "ê"),
        ("`", UCS2, 1, 1, 69, "`"),
        ("ç", UCS2, 1, 1, 69, "ç"),
        ("a" * 69 + "ł", UCS2, 70, 1, 0, "ł"),
        ("a" * 70 + "ł", UCS2, 71, 2, 63, "ł"),
        ("ł" * 134, UCS2, 134, 2, 0, "ł"),
        ("ł" * 135, UCS2, 135, 3, 66, "ł"),
        ("😀" * 35, UCS2, 70, 1, 0, "😀"),
        ("😀" * 36, UCS2, 72, 2, 61, "😀"),
        # 66 and the first half of a pair would fill the segment: the whole pair goes into the next one.
        ("a" * 66 + "😀" + "a" * 66, UCS2, 134, 3, 66, "😀"),
        ("It’s “here”", UCS2, 11, 1, 59, "’"),
    ],
)
def test_segments_of_a_text(text: str, alphabet: str, units: int, segments: int, left: int, because: str) -> None:
    counted = count(text)
    assert (counted.alphabet, counted.units, counted.segments, counted.because) == (alphabet, units, segments, because)
    assert counted.left == left


@pytest.mark.parametrize(
    "text, sent",
    [
        ("It’s done", "It’s done"),  # one segment either way
        ("It’s “done” – " + "a" * 80, 'It\'s "done" - ' + "a" * 80),
        ("Wait… " + "a" * 80, "Wait... " + "a" * 80),
        ("It’s łódź " + "a" * 80, "It’s łódź " + "a" * 80),  # UCS-2 all the same
        ("a" * 200, "a" * 200),
        ("a" * 60 + "\u00a0" + "a" * 60, "a" * 60 + " " + "a" * 60),
    ],
)
def test_typography_is_made_plain_only_where_that_saves_a_segment(text: str, sent: str) -> None:
    assert economical(text) == sent


@pytest.mark.parametrize(
    "text, fills",
    [("a" * 160, True), ("a" * 153, True), ("a" * 154, False), ("ł" * 67, True), ("ł" * 70, True), ("hello", False)],
)
def test_text_that_may_be_a_piece(text: str, fills: bool) -> None:
    assert fills_segment(text) is fills


@given(
    st.text(alphabet=st.sampled_from("a[€`ł😀\n"), max_size=170) | st.sampled_from(["[" * 80, "[" * 76 + "a", "`" * 67])
)
def test_piece_is_told_the_quick_way_as_the_long_one(text: str) -> None:
    assert may_go_on(text) is fills_segment(text)


@given(st.text(max_size=700))
def test_count_is_within_the_bounds_that_follow_from_its_units(text: str) -> None:
    counted = count(text)
    room = {GSM: 153, UCS2: 67}[counted.alphabet]
    if counted.segments == 1:
        assert counted.units + counted.left == {GSM: 160, UCS2: 70}[counted.alphabet]
    else:
        # At most one unit a segment is lost to what may not be parted.
        assert (counted.segments - 1) * (room - 1) < counted.units <= counted.segments * room
    assert count(economical(text)).segments <= counted.segments
    assert bool(counted.because) is (counted.alphabet == UCS2)
