"""Whose turn it is, against the plainest way to say it: go through the line, and let everybody take what they can."""

from hypothesis import given
from hypothesis import strategies as st

from router.store.waiting import whose

PHONES = ("a", "b", "c")
TRIED = st.lists(st.sampled_from(PHONES), unique=True, max_size=3)


def plainly(free: dict[str, int], line: list[list[str]]) -> list[str | None]:
    """What each in the line gets, one place after the other."""
    places = [phone for phone, count in free.items() for _ in range(count)]
    got: list[str | None] = []
    for tried in line:
        taken = next((phone for phone in places if phone not in tried), None)
        if taken is not None:
            places.remove(taken)
        got.append(taken)
    return got


@given(free=st.dictionaries(st.sampled_from(PHONES), st.integers(0, 3)), line=st.lists(TRIED, min_size=1, max_size=8))
def test_each_gets_what_those_before_leave(free: dict[str, int], line: list[list[str]]) -> None:
    assert [whose(free, line[:place], tried) for place, tried in enumerate(line)] == plainly(free, line)


@given(free=st.dictionaries(st.sampled_from(PHONES), st.integers(1, 3), min_size=1), line=st.lists(TRIED, max_size=8))
def test_a_free_telephone_stays_idle_only_where_everybody_has_tried_it(
    free: dict[str, int], line: list[list[str]]
) -> None:
    got = [whose(free, line[:place], tried) for place, tried in enumerate(line)]
    for phone, count in free.items():
        idle = got.count(phone) < count
        assert not idle or all(phone in tried for tried, taken in zip(line, got, strict=True) if taken is None)
