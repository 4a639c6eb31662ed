"""Time-ordered ids: 128 bits of milliseconds and randomness, as 26 lower-case characters that sort by time."""

import hashlib
import os
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from router.store.types import EPOCH, to_micros

ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no i, l, o or u, so that an id can be read out over the telephone."""

LENGTH: Final = 26
_MILLISECOND: Final = timedelta(milliseconds=1)
_RANDOM_BITS: Final = 80
_PAIRS: Final = tuple(high + low for high in ALPHABET for low in ALPHABET)
_VALUES: Final = {letter: value for value, letter in enumerate(ALPHABET)}

_STEP_MASK: Final = (1 << 40) - 1
_WORD: Final = (1 << 30) - 1
_POOL_BYTES: Final = 4000


def new_id(at: datetime | None = None) -> str:
    """A new id of now, greater than every earlier one of this process even when the clock steps back.

    With `at` (aware), an id of that moment instead, for what is recorded afterwards; these are in order by
    millisecond only.
    """
    global _last  # noqa: PLW0603 - the one counter of the process, under its lock
    with _lock:
        noise = next(_noises)
        if at is not None:
            return _text(_millis(at) << _RANDOM_BITS | noise)
        fresh = time.time_ns() // 1_000_000 << _RANDOM_BITS | noise
        if fresh >> _RANDOM_BITS <= _last >> _RANDOM_BITS:
            # A random step keeps the next id of a busy millisecond from being guessed.
            fresh = _last + 1 + (noise & _STEP_MASK)
        _last = fresh
    return _text(fresh)


def derived_id(*names: str) -> str:
    """The id that these names always lead to: what bears it is stored once, whoever of several stores it first."""
    digest = hashlib.blake2s("\0".join(names).encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return _text(int.from_bytes(digest))


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


def _noise() -> Iterator[int]:
    """80 random bits each time; the system is asked for many at once: asking costs more than the rest of an id."""
    while True:
        raw = os.urandom(_POOL_BYTES)
        yield from [int.from_bytes(raw[start : start + 10]) for start in range(0, _POOL_BYTES, 10)]


def _text(value: int) -> str:
    """The 26 characters of a number, in pieces that fit into a machine's word, because longer numbers are slow."""
    high, middle, low = value >> 60 & 0xFFFFF, value >> 30 & _WORD, value & _WORD
    return (
        f"{_stamp(value >> _RANDOM_BITS)}{_PAIRS[high >> 10]}{_PAIRS[high & 1023]}"
        f"{_PAIRS[middle >> 20]}{_PAIRS[middle >> 10 & 1023]}{_PAIRS[middle & 1023]}"
        f"{_PAIRS[low >> 20]}{_PAIRS[low >> 10 & 1023]}{_PAIRS[low & 1023]}"
    )


@lru_cache(maxsize=1)
def _stamp(millis: int) -> str:
    """The characters that all ids of one millisecond begin with."""
    return "".join([_PAIRS[millis >> shift & 1023] for shift in (40, 30, 20, 10, 0)])


_lock = threading.Lock()
_last = 0
_noises = _noise()


def _forget() -> None:
    """A forked child starts anew, or it would hand out the very ids of its parent."""
    global _last, _lock, _noises
    _last, _lock, _noises = 0, threading.Lock(), _noise()


os.register_at_fork(after_in_child=_forget)
