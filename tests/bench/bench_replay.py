"""What a replay costs: processor time for a month of contacts, and memory as they grow tenfold.

`python -m tests.bench.bench_replay [CONTACTS]` stores so many contacts, 52,000 unless told, on both records, and
decides all of them again by the sample landlord's rules with one rule changed, and with one journey's words changed, so
that every text is read again. Then it does the first with ten times as many and prints how the peak of memory grows.
"""

import re
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from router.days import Period
from router.live import LiveRuleset, prepare
from router.replays.running import LIVE, ReplayOrder, replay
from router.services import Services
from router.settings import sample_folder
from rules.folder import read_folder
from rules.load import load
from tests.bench.engine import RECORDS, record, services
from tests.bench.stored import WEEKS, store

MONTH, WANTED_SECONDS = 52_000, 10.0
RULE = ("team: assets", "team: neighbourhoods", "rules-owner.yaml")
WORDS = ("words: [leak, dripping,", "words: [leaking tap, leak, dripping,", "journeys-repairs.yaml")


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor seconds of one replay, the memory of our own in MB before it and at most during it, and what changed.

    The pages of the record's file that SQLite maps are not our own: they are the system's, and given back when wanted.
    """

    seconds: float
    before: float
    most: float
    changed: int


def draft(old: str, new: str, file: str) -> LiveRuleset:
    """The sample landlord's rules with one change."""
    files = dict(read_folder(sample_folder()))
    text = files[file].decode()
    if old not in text:
        raise LookupError(f"{file} has no {old}")
    return prepare(0, load(files | {file: text.replace(old, new, 1).encode()}))


def measured(tools: Services, rules: LiveRuleset) -> Cost:
    """One replay of all that is stored."""
    now = tools.clock()
    period = Period(now - timedelta(weeks=WEEKS + 2), now)
    seen = [own_memory()]
    started = time.process_time()
    result = replay(
        tools, ReplayOrder(period, rules, LIVE, tools.live.current()), lambda _done, _total: seen.append(own_memory())
    )
    return Cost(time.process_time() - started, seen[0], max(seen), result["changed"])


def own_memory() -> float:
    """The memory of this process that no file stands behind, in MB; Linux only."""
    found = re.search(r"RssAnon:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def main() -> None:
    """Print the figures for both records."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else MONTH
    print(f"the sample landlord from {Path(sample_folder()).name}, {many:,} contacts")
    for kind in RECORDS:
        for count in (many, many * 10):
            with record(kind) as (data, database), services(data, database) as tools:
                store(tools.record, tools.live.current(), count, tools.clock())
                for name, change in (("a rule changed", RULE), ("words changed", WORDS))[: 2 if count == many else 1]:
                    cost = measured(tools, draft(*change))
                    each, most = 1e6 * cost.seconds / count, 1e6 * WANTED_SECONDS / MONTH
                    print(
                        f"{kind}, {count:,} contacts, {name}: {cost.seconds:.1f} s of processor time"
                        f" ({each:.0f} µs each; wanted {most:.0f}), {cost.changed:,} change owner,"
                        f" memory of its own {cost.most - cost.before:.0f} MB more than before",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
