"""Decisions a second at 20, 2,000 and 20,000 rules of four mixed conditions, by words, and beside public engines.

    python tests/bench/bench_decide.py [--rules 20 2000 20000] [--no-engines]

Everything is counted in processor time, on one core. The floor, measured in the same run, is eight dict lookups and
ANDs of masks as wide as the ruleset: what any decision by masks has to do. `judge` starts from facts, `weigh` from the
keys that they were read into; both give the rule that wins and all those that apply. `trail` adds the nearest losers
and the digest to `judge`, `decide` the whole outcome with its words and due times.
"""

import argparse
import os
import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[2]))

from router.settings import sample_folder
from rules.compile import Compiled, compile_rules
from rules.decide import decide
from rules.folder import read_folder
from rules.judge import digest, judge, nearest, weigh
from rules.landlord import Ruleset
from rules.load import load, load_checked
from rules.model import Facts
from tests.bench.engines import engines
from tests.bench.made import facts, message, mixed, moment, narrow, worded, written

LOOKUPS = 8
CONTACTS = 1024
COMPARED = 128
"""Contacts that the engines decide: the slowest of them takes seconds for these."""

Rates = dict[str, float]


def rate(work: Callable[[int], object], seconds: float = 1.0) -> float:
    """How often a second of processor time the work is done, best of three."""
    best = 0.0
    for _ in range(3):
        done, start = 0, process_time()
        while process_time() - start < seconds / 3:
            for number in range(done, done + 200):
                work(number & (CONTACTS - 1))
            done += 200
        best = max(best, done / (process_time() - start))
    return best


def floor(compiled: Compiled) -> float:
    """Lookups and ANDs of masks of this width, a second."""
    draw = random.Random(0)
    tables = [{key: draw.getrandbits(len(compiled.rules)) for key in range(8)} for _ in range(LOOKUPS)]

    def work(number: int) -> int:
        mask = -1
        for table in tables:
            mask &= table[number & 7]
        return mask & -mask

    return rate(work)


def figures(compiled: Compiled, draw: random.Random) -> Rates:
    """How many a second of each sort."""
    contacts = [facts(draw) for _ in range(CONTACTS)]
    moments = [moment(draw) for _ in contacts]
    keys = [compiled.decider.read(known, at) for known, at in zip(contacts, moments, strict=True)]
    return {
        "floor": floor(compiled),
        "weigh": rate(lambda number: weigh(compiled, keys[number])),
        "judge": rate(lambda number: judge(compiled, contacts[number], moments[number])),
        "trail": rate(lambda number: trail(compiled, contacts[number], moments[number])),
        "decide": rate(lambda number: decide(compiled, contacts[number], moments[number])),
    }


def trail(compiled: Compiled, known: Facts, at: datetime) -> str:
    """The masks with what a decision keeps of them."""
    verdict = judge(compiled, known, at)
    nearest(compiled, verdict)
    return digest(compiled, verdict)


def by_size(sizes: list[int]) -> None:
    """The figures at each size, and how the time of one decision grows from the first size on."""
    first: Rates = {}
    for count in sizes:
        draw = random.Random(count)
        ruleset = mixed(count, draw)
        start = process_time()
        compiled = compile_rules(ruleset)
        taken = process_time() - start
        print(f"{count:6,} rules, compiled in {taken:.2f} s, {len(compiled.plane.places)} rows")
        found = figures(compiled, draw)
        first = first or found
        for name, figure in found.items():
            grown = first[name] / figure
            print(
                f"   {name:7}{figure:11,.0f} a second   {figure / found['floor']:.3f} of the floor   {grown:5.2f} times"
            )


def by_words() -> None:
    """Two thousand rules of words on messages of a hundred words."""
    draw = random.Random(1)
    compiled, at = worded(2_000, draw), datetime(2026, 3, 3, 10, tzinfo=UTC)
    contacts = [{"channel": "email", "text": message(draw)} for _ in range(CONTACTS)]
    found = rate(lambda number: judge(compiled, contacts[number], at))
    print(f" 2,000 rules of words: {found:,.0f} messages of 100 words a second, from their text")


def from_yaml() -> None:
    """Two thousand rules from YAML, beside the whole sample landlord."""
    files = dict(read_folder(sample_folder()))
    files["rules-made-up.yaml"] = written(2_000, random.Random(1), load(files))
    start = process_time()
    ruleset, _ = load_checked(files)
    loaded = process_time()
    compile_rules(ruleset)
    ended = process_time()
    print(f" 2,000 rules more in YAML: read and checked in {loaded - start:.2f} s, compiled in {ended - loaded:.2f} s")


def beside_engines(ruleset: Ruleset, draw: random.Random) -> None:
    """The same rules and facts in public engines, whose answers have to be ours."""
    compiled = compile_rules(ruleset)
    contacts = [(facts(draw, known=1.0), moment(draw)) for _ in range(COMPARED)]
    expected = [judge(compiled, *each).winner for each in contacts]
    keys = [compiled.decider.read(*each) for each in contacts]
    ours = rate(lambda number: judge(compiled, *contacts[number % COMPARED]))
    read = rate(lambda number: weigh(compiled, keys[number % COMPARED]))
    print(f" {len(compiled.rules):,} rules, first hit; on average rule {sum(expected) / COMPARED:,.0f} wins")
    print(f"   {'Firstcontact, from facts':28}{ours:11,.0f} a second; from keys {read:,.0f}")
    for name, batch in engines(ruleset, contacts).items():
        if batch is None:
            print(f"   {name:28}not installed: pip install {name}")
            continue
        if (found := batch()) != expected:
            raise SystemExit(f"{name} decides otherwise: {found[:8]} where we say {expected[:8]}")
        start, rounds = process_time(), 0
        while process_time() - start < 1:
            batch()
            rounds += 1
        theirs = rounds * COMPARED / (process_time() - start)
        print(f"   {name:28}{theirs:11,.0f} a second   we: {ours / theirs:,.1f} times, from keys {read / theirs:,.1f}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, nargs="+", default=[20, 2_000, 20_000])
    parser.add_argument("--no-engines", action="store_true")
    options = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    by_size(options.rules)
    by_words()
    from_yaml()
    if not options.no_engines:
        for make in (mixed, narrow):
            draw = random.Random(2)
            beside_engines(make(2_000, draw), draw)


if __name__ == "__main__":
    main()
