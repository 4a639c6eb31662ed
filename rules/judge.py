"""The decision as masks alone: which rules fit, which one wins, which came nearest, and a digest of all of it."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from struct import pack

from rules.axes import Keys
from rules.compile import Compiled
from rules.model import Facts
from rules.normal import Node
from rules.unrolled import Verdict

__all__ = ["NEAR", "Verdict", "digest", "earlier", "failed", "judge", "nearest", "weigh"]

NEAR = 3
"""How many of the nearest losers are kept with a decision."""


def judge(compiled: Compiled, facts: Facts, at: datetime) -> Verdict:
    """Which rules fit these facts at this moment (aware UTC)."""
    return compiled.decider.judge(facts, at)


def weigh(compiled: Compiled, keys: Keys) -> Verdict:
    """Which rules fit these keys."""
    return compiled.decider.weigh(keys)


def earlier(compiled: Compiled, verdict: Verdict) -> int:
    """The mask of the owner rules that came before the winner and lost."""
    return compiled.owners if verdict.winner < 0 else (1 << verdict.winner) - 1


def failed(compiled: Compiled, verdict: Verdict, bit: int) -> list[Node]:
    """The conditions of a rule that did not hold, as the rule states them."""
    return [part for row, part in compiled.parts[bit] if not verdict.rows[row] >> bit & 1]


def nearest(compiled: Compiled, verdict: Verdict) -> list[int]:
    """The earlier rules that failed on the fewest conditions, the first of them first, at most `NEAR`."""
    once, twice, thrice = _failures(verdict.rows, earlier(compiled, verdict))
    found = _first(once ^ twice, NEAR)
    if len(found) < NEAR:
        found += _first(twice ^ thrice, NEAR - len(found))
        found += _first(thrice, NEAR - len(found))
    return found


def _failures(rows: Iterable[int], lost: int) -> tuple[int, int, int]:
    """Of these rules those that failed at least once, twice and three times, counted for all of them at once.

    What is ANDed with `lost` first is no longer than that, which is short where the winner stands early.
    """
    once = twice = thrice = 0
    for row in rows:
        fails = lost ^ (lost & row)
        if fails:
            thrice |= twice & fails
            twice |= once & fails
            once |= fails
    return once, twice, thrice


def _first(mask: int, count: int) -> list[int]:
    """So many of the bits that are set, lowest first."""
    found: list[int] = []
    while mask and len(found) < count:
        bit = mask & -mask
        found.append(bit.bit_length() - 1)
        mask ^= bit
    return found


def digest(verdict: Verdict) -> str:
    """A digest in hex over the winner, the rules that fit and every row: masks as what they leave modulo 2^61 - 1.

    That is the hash that Python defines for whole numbers; two different masks leave the same once in 10^18 times.
    """
    numbers = (verdict.winner, hash(verdict.fits), *map(hash, verdict.rows))
    return blake2b(pack(f"<{len(numbers)}q", *numbers), digest_size=16).hexdigest()
