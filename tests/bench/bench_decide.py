"""Decisions a second at 20, 2,000 and 20,000 rules of four mixed conditions, and their ratio to a floor.

    python tests/bench/bench_decide.py [--rules 20 2000 20000]

The floor, measured in the same run, is eight dict lookups and ANDs of masks as wide as the ruleset: what any decision
by masks has to do. `weigh` starts from keys already read, `winner` from facts; both give the rule that wins and those
that apply. `trail` adds the nearest losers and the digest, `decide` the whole outcome with its words and due times.
"""

import argparse
import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[2]))

from rules.compile import Compiled, compile_rules
from rules.decide import decide
from rules.judge import digest, judge, nearest, weigh
from rules.model import All, Any, Condition, Facts, Not, Op
from tests.unit.rules_deciding.builders import JOURNEYS, TEAMS, asks, is_, rule, ruleset

LOOKUPS = 8


def conditions(draw: random.Random) -> list[Condition]:
    """One of each kind of condition, of which a rule takes four."""
    return [
        is_("channel", *draw.sample(("phone", "sms", "email", "chat"), 2)),
        is_("journey", draw.choice(JOURNEYS).key),
        is_("customer.patch", *draw.sample([f"patch-{number}" for number in range(60)], 3)),
        Not(is_("customer.tenure", draw.choice(("leaseholder", "sheltered", "shared-owner")))),
        asks("repeat_contacts", Op.AT_LEAST, draw.randrange(1, 5)),
        asks("confidence", Op.BELOW, draw.randrange(1, 100) / 100),
        is_("customer.household", draw.choice(("young-child", "older-person", "pregnant"))),
        Not(is_("customer.adjustments", draw.choice(("text-relay", "large-print", "easy-read")))),
        asks("hours", draw.choice((Op.OPEN, Op.CLOSED)), draw.choice(list(TEAMS))),
        asks("time", Op.AT_LEAST, f"{draw.randrange(24):02}:{draw.choice(('00', '15', '30'))}"),
        Any((is_("channel", "phone"), All((is_("sender.known", True), is_("language", draw.choice(("en", "pl"))))))),
    ]


def facts(draw: random.Random) -> Facts:
    """What may be known of one contact; some of it is not."""
    known: Facts = {
        "channel": draw.choice(("phone", "sms", "email", "chat")),
        "journey": draw.choice(JOURNEYS).key,
        "customer.patch": f"patch-{draw.randrange(60)}",
        "customer.tenure": draw.choice(("leaseholder", "sheltered", "general-needs")),
        "repeat_contacts": draw.randrange(5),
        "confidence": draw.random(),
        "customer.household": frozenset(draw.sample(("young-child", "older-person", "pregnant"), draw.randrange(3))),
        "customer.adjustments": frozenset(draw.sample(("text-relay", "large-print"), draw.randrange(2))),
        "sender.known": True,
        "language": "en",
    }
    return {name: value for name, value in known.items() if draw.random() < 0.9}


def made(count: int, draw: random.Random) -> Compiled:
    """A compiled ruleset of so many rules, the last of which takes everything."""
    rules = [
        rule(f"rule {number}", All(tuple(draw.sample(conditions(draw), 4))), draw.choice(list(TEAMS)))
        for number in range(count - 1)
    ]
    return compile_rules(ruleset(*rules, rule("everyone else")))


def rate(work: Callable[[int], object], seconds: float = 1.0) -> float:
    """How often a second the work is done, best of three."""
    best = 0.0
    for _ in range(3):
        done, start = 0, perf_counter()
        while perf_counter() - start < seconds / 3:
            for number in range(done, done + 200):
                work(number)
            done += 200
        best = max(best, done / (perf_counter() - start))
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


def figures(compiled: Compiled, draw: random.Random) -> dict[str, float]:
    """How many a second of each sort."""
    contacts = [facts(draw) for _ in range(1024)]
    moments = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=draw.randrange(525_600)) for _ in contacts]
    keys = [compiled.axes.read(known, at) for known, at in zip(contacts, moments, strict=True)]
    return {
        "floor": floor(compiled),
        "weigh": rate(lambda number: weigh(compiled, keys[number & 1023])),
        "winner": rate(lambda number: judge(compiled, contacts[number & 1023], moments[number & 1023])),
        "trail": rate(lambda number: trail(compiled, contacts[number & 1023], moments[number & 1023])),
        "decide": rate(lambda number: decide(compiled, contacts[number & 1023], moments[number & 1023])),
    }


def trail(compiled: Compiled, known: Facts, at: datetime) -> str:
    """The masks with what a decision keeps of them."""
    verdict = judge(compiled, known, at)
    nearest(compiled, verdict)
    return digest(verdict)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, nargs="+", default=[20, 2_000, 20_000])
    for count in parser.parse_args().rules:
        draw = random.Random(count)
        start = perf_counter()
        compiled = made(count, draw)
        taken = perf_counter() - start
        print(f"{count:6,} rules, made and compiled in {taken:.2f} s, {len(compiled.plane.places)} rows")
        found = figures(compiled, draw)
        for name, figure in found.items():
            print(f"   {name:7} {figure:11,.0f} a second   {figure / found['floor']:.3f} of the floor")


if __name__ == "__main__":
    main()
