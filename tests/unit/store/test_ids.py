"""Ids sort by time, never repeat, and say when they were made."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.store import ids
from router.store.ids import ALPHABET, LENGTH, new_id, time_of

MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS)
def test_an_id_tells_its_moment_to_the_millisecond(at: datetime) -> None:
    assert time_of(new_id(at)) == at - timedelta(microseconds=at.microsecond % 1000)


@given(MOMENTS, MOMENTS)
def test_later_moments_have_greater_ids(one: datetime, other: datetime) -> None:
    early, late = sorted([one, other])
    assert late - early < timedelta(milliseconds=1) or new_id(early) < new_id(late)


def test_ids_of_one_process_only_grow() -> None:
    made = [new_id() for _ in range(20_000)]
    assert all(before < after for before, after in pairwise(made))


def test_threads_share_one_order() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: [new_id() for _ in range(2_000)], range(4)))
    assert all(run == sorted(run) for run in made)
    assert len({one for run in made for one in run}) == 8_000


def test_the_clock_stepping_back_does_not_reorder(monkeypatch: pytest.MonkeyPatch) -> None:
    first = new_id()
    monkeypatch.setattr(ids.time, "time_ns", lambda: 1_000_000_000)
    assert new_id() > first


def test_a_forked_child_makes_ids_of_its_own() -> None:
    new_id()
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writing, "".join(new_id() for _ in range(50)).encode())
        os._exit(0)
    mine = {new_id() for _ in range(50)}
    os.waitpid(child, 0)
    text = os.read(reading, 50 * LENGTH).decode()
    os.close(reading)
    os.close(writing)
    theirs = {text[at : at + LENGTH] for at in range(0, len(text), LENGTH)}
    assert len(theirs) == 50
    assert not mine & theirs


def test_an_id_is_26_letters_that_can_be_read_out() -> None:
    made = new_id()
    assert len(made) == LENGTH
    assert set(made) <= set(ALPHABET)


@pytest.mark.parametrize("text", ["", "short", "0" * 27, "8" + "0" * 25, "0" * 25 + "U", "il0o" + "0" * 22])
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an id"):
        time_of(text)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        new_id(datetime(2026, 1, 1))  # noqa: DTZ001


def test_the_zone_of_a_moment_does_not_matter() -> None:
    at = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert time_of(new_id(at.astimezone(timezone(timedelta(hours=1))))) == at
