"""Time-ordered ids: 128 bits of milliseconds and randomness, as 26 lower-case characters that sort by time."""

import os
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from router.store.types import EPOCH, to_micros

ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no i, l, o or u, so that an id can be read out over the telephone."""

LENGTH: Final = 26
_MILLISECOND: Final = timedelta(milliseconds=1)
_RANDOM_BITS: Final = 80
_PAIRS: Final = tuple(high + low for high in ALPHABET for low in ALPHABET)
_SHIFTS: Final = tuple(range(120, -1, -10))
_VALUES: Final = {letter: value for value, letter in enumerate(ALPHABET)}

_STEP_MASK: Final = (1 << 40) - 1
_POOL_BYTES: Final = 4000

_lock = threading.Lock()
_last = 0
_pool: Iterator[int] = iter(())


def new_id(at: datetime | None = None) -> str:
    """A new id of now, greater than every earlier one of this process even when the clock steps back.

    With `at` (aware), an id of that moment instead, for what is recorded afterwards; these are in order by
    millisecond only.
    """
    global _last  # noqa: PLW0603 - the one counter of the process, under its lock
    with _lock:
        noise = _noise()
        if at is not None:
            return _text(_millis(at) << _RANDOM_BITS | noise)
        fresh = time.time_ns() // 1_000_000 << _RANDOM_BITS | noise
        if fresh >> _RANDOM_BITS <= _last >> _RANDOM_BITS:
            # A random step keeps the next id of a busy millisecond from being guessed.
            fresh = _last + 1 + (noise & _STEP_MASK)
        _last = fresh
    return _text(fresh)


def lowest_id(at: datetime) -> str:
    """The lowest id that can have been made at this moment (aware) or later, to find what is from then on."""
    return _text(_millis(at) << _RANDOM_BITS)


def time_of(identifier: str) -> datetime:
    """The UTC moment, to the millisecond, at which an id was made; ValueError when it is not one of ours."""
    if len(identifier) != LENGTH or identifier[0] > "7" or not set(identifier) <= _VALUES.keys():
        message = f"{identifier!r} is not an id: {LENGTH} characters of {ALPHABET} are"
        raise ValueError(message)
    value = 0
    for letter in identifier[:10]:
        value = value << 5 | _VALUES[letter]
    return EPOCH + value * _MILLISECOND


def _millis(at: datetime) -> int:
    return to_micros(at) // 1000


def _noise() -> int:
    """80 random bits; the system is asked for many at once, because each asking costs more than the rest of an id."""
    global _pool  # noqa: PLW0603 - under the same lock
    for noise in _pool:
        return noise
    raw = os.urandom(_POOL_BYTES)
    _pool = iter([int.from_bytes(raw[start : start + 10]) for start in range(0, _POOL_BYTES, 10)])
    return next(_pool)


def _text(value: int) -> str:
    return "".join([_PAIRS[value >> shift & 1023] for shift in _SHIFTS])


def _forget() -> None:
    """A forked child starts anew, or it would hand out the very ids of its parent."""
    global _last, _lock, _pool
    _last, _lock, _pool = 0, threading.Lock(), iter(())


os.register_at_fork(after_in_child=_forget)
