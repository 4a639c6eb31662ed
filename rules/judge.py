"""The decision as masks alone: which rules fit, which one wins, which came nearest, and a digest of all of it."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple

from rules.axes import Keys
from rules.compile import Compiled
from rules.masks import bits_of, lowest
from rules.model import Facts
from rules.normal import Node
from rules.planes import rows, settle

NEAR = 3
"""How many of the nearest losers are kept with a decision."""


class Verdict(NamedTuple):
    """What the masks say about one contact."""

    rows: list[int]
    """The mask of each slot and group: the whole trail, for every rule."""
    fits: int
    """The rules that fit, owner and handling."""
    winner: int
    """The number of the first owner rule that fits, -1 where none does."""


def judge(compiled: Compiled, facts: Facts, at: datetime) -> Verdict:
    """Which rules fit these facts at this moment (aware UTC)."""
    return weigh(compiled, compiled.axes.read(facts, at))


def weigh(compiled: Compiled, keys: Keys) -> Verdict:
    """Which rules fit these keys."""
    found = rows(compiled.plane, keys)
    fits = settle(compiled.plane, found)
    return Verdict(found, fits, lowest(fits & compiled.owners))


def earlier(compiled: Compiled, verdict: Verdict) -> int:
    """The mask of the owner rules that came before the winner and lost."""
    return compiled.owners if verdict.winner < 0 else (1 << verdict.winner) - 1


def failed(compiled: Compiled, verdict: Verdict, bit: int) -> list[Node]:
    """The conditions of a rule that did not hold, as the rule states them."""
    return [part for row, part in compiled.parts[bit] if not verdict.rows[row] >> bit & 1]


def nearest(compiled: Compiled, verdict: Verdict) -> list[int]:
    """The earlier rules that failed on the fewest conditions, the first of them first, at most `NEAR`."""
    return list(islice(_by_failures(verdict.rows, earlier(compiled, verdict)), NEAR))


def _by_failures(found: list[int], lost: int) -> Iterator[int]:
    """Those with one failure, then with two, then the rest, counted for all rules at once in three masks."""
    twice = thrice = once = 0
    for row in found:
        fails = lost & ~row
        thrice |= twice & fails
        twice |= once & fails
        once |= fails
    yield from bits_of(once & ~twice)
    yield from bits_of(twice & ~thrice)
    yield from bits_of(thrice)


def digest(compiled: Compiled, verdict: Verdict) -> str:
    """A digest in hex over the winner and the mask of every row and every rule that fits."""
    width = len(compiled.rules) // 8 + 1
    masks = (verdict.fits, *verdict.rows)
    trail = b"".join(mask.to_bytes(width, "little") for mask in masks)
    return blake2b(trail + verdict.winner.to_bytes(8, "little", signed=True), digest_size=16).hexdigest()
