"""Processor time and memory of proving what every rule can do: 2,000 and 20,000 mixed rules, and adversarial ones.

    python tests/bench/bench_check.py [--rules 2000 20000] [--pigeons 12]

Of the adversarial file the last rules are pigeonhole problems, whose proofs are exponentially long: they have to end as
*not decided*. `a page` is the same check with the budget that a page of the browser has. Each size runs in a process of
its own, so that the memory is its own too.
"""

import argparse
import random
import subprocess
import sys
from collections import Counter
from datetime import date
from itertools import combinations
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[2]))

from rules.checking.check import prove
from rules.checking.solver import Budget
from rules.compile import Compiled, compile_rules
from rules.model import All, Any, Condition, Not, Op
from tests.unit.rules_deciding.builders import JOURNEYS, TEAMS, asks, is_, mentions, rule, ruleset

SINCE = date(2026, 3, 2)
WORDS = ("gas", "gas leak", "water", "roof", "complain", "rats", "mould", "rent", "noise", "lift", "boiler", "fire")


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
        asks("hours", draw.choice((Op.OPEN, Op.CLOSED)), draw.choice(list(TEAMS))),
        asks("time", Op.AT_LEAST, f"{draw.randrange(24):02}:{draw.choice(('00', '15', '30'))}"),
        asks("season", Op.BETWEEN, f"{draw.randrange(1, 28)} May", f"{draw.randrange(1, 28)} October"),
        mentions(*draw.sample(WORDS, 3)),
        Any((is_("channel", "phone"), All((is_("sender.known", True), is_("language", draw.choice(("en", "pl"))))))),
    ]


def mixed(count: int) -> Compiled:
    """So many rules of four conditions, and one that takes the rest."""
    draw = random.Random(count)
    rules = [
        rule(f"rule {number}", All(tuple(draw.sample(conditions(draw), 4))), draw.choice(list(TEAMS)))
        for number in range(count)
    ]
    return compile_rules(ruleset(*rules, rule("everyone else")))


def pigeonholes(pigeons: int, count: int) -> Compiled:
    """Rules that take whoever shares a hole, and so many behind them for contacts in which nobody does."""
    holes, field = range(pigeons - 1), "customer.household"
    sharing = [
        All((is_(field, f"{one}-{hole}"), is_(field, f"{other}-{hole}")))
        for hole in holes
        for one, other in combinations(range(pigeons), 2)
    ]
    alone = All(tuple(is_(field, *(f"{one}-{hole}" for hole in holes)) for one in range(pigeons)))
    hard = [All((alone, asks("repeat_contacts", Op.AT_LEAST, number))) for number in range(count)]
    return compile_rules(ruleset(*(rule(f"rule {number}", each) for number, each in enumerate([*sharing, *hard]))))


def measured(name: str, compiled: Compiled, budget: Budget) -> None:
    """Print what one check took and came to."""
    start = process_time()
    proof = prove(compiled, SINCE, budget)
    taken = process_time() - start
    can = Counter(reach.can.value for reach in proof.reaches)
    memory = getrusage(RUSAGE_SELF).ru_maxrss // 1024
    told = ", ".join(f"{count:,} {what}" for what, count in can.most_common())
    print(f"{name:22} {len(compiled.rules):6,} rules {taken:8.2f} s {memory:5} MB   {told}", flush=True)


def main() -> None:
    """Print the figures, each from a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, nargs="+", default=[2_000, 20_000])
    parser.add_argument("--pigeons", type=int, default=12)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        kind, size = chosen.one.split(":")
        compiled = pigeonholes(chosen.pigeons, int(size)) if kind == "pigeons" else mixed(int(size))
        budget = Budget.for_a_page() if kind == "page" else Budget.for_rules(len(compiled.rules))
        measured({"page": "mixed, for a page"}.get(kind, kind), compiled, budget)
        return
    ones = [f"mixed:{count}" for count in chosen.rules] + [f"page:{chosen.rules[-1]}", "pigeons:500"]
    for one in ones:
        subprocess.run(
            [sys.executable, __file__, "--one", one, "--pigeons", str(chosen.pigeons)],
            check=True,
        )


if __name__ == "__main__":
    main()
