"""The decision as masks alone: which rules fit, which one wins, which came nearest, and a digest of all of it."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from struct import pack

from rules.axes import Keys
from rules.compile import Compiled
from rules.masks import lowest
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
        found.append(lowest(mask))
        mask ^= 1 << found[-1]
    return found


def digest(compiled: Compiled, verdict: Verdict) -> str:
    """A digest in hex over the trail: the winner, on what each earlier rule failed, and which handling rules apply.

    Each mask counts as what it leaves modulo 2^61 - 1, the hash that Python defines for whole numbers: two different
    ones leave the same once in 10^18 times.
    """
    lost = earlier(compiled, verdict)
    applied = verdict.fits >> len(compiled.ruleset.owner)
    numbers = [verdict.winner, hash(applied), *[hash(row & lost) for row in verdict.rows]]
    return blake2b(pack(f"<{len(numbers)}q", *numbers), digest_size=16).hexdigest()
