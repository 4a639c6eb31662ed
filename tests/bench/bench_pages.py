"""What a queue page costs with few and with very many contacts stored, in the console's own application.

`python -m tests.bench.bench_pages [STORED]` prints milliseconds a page and the ratio between the two records. STORED is
1,000,000 unless told. In the small record every enquiry is open, so that both show whole pages, also of one team.
"""

import sys
import time
from collections import Counter
from statistics import median

from router.console.queue import written
from router.services import Services
from router.store.engine import begin_read
from router.store.queues import QueueFilter, QueuePlace, page
from tests.bench.engine import RECORDS, record, services
from tests.bench.stored import store
from tests.integration.console.visitor import PASSWORD_HASH, Visitor

FEW, OPEN_OF_FEW = 1_000, 1
TIMES = 60
WANTED = 1.5


def main() -> None:
    """Print the figures for both records."""
    stored = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    for kind in RECORDS:
        few, many = measured(kind, FEW, OPEN_OF_FEW), measured(kind, stored)
        for name, small in few.items():
            ratio = many[name] / small
            print(
                f"{kind}, {name}: {small:.1f} ms at {FEW:,} contacts, {many[name]:.1f} ms at {stored:,},"
                f" {ratio:.2f} times (wanted {WANTED})",
                flush=True,
            )


def measured(kind: str, count: int, open_every: int = 0) -> dict[str, float]:
    """Milliseconds for each page of a supervisor's queue, on a record with so many contacts."""
    with record(kind) as (data, database), services(data, database) as tools:
        store(
            tools.record,
            tools.live.current(),
            count,
            tools.clock(),
            **({"open_every": open_every} if open_every else {}),
        )
        visitor = Visitor(tools).signed_in(["supervisor"], (), PASSWORD_HASH)
        return {name: timed(visitor, path) for name, path in paths(tools).items()}


def paths(tools: Services) -> dict[str, str]:
    """The pages: all teams' first, one from the middle of what is open, and one team's."""
    with begin_read(tools.record) as connection:
        rows = page(connection, QueueFilter(None), 26)
        open_ones = Counter(row["team"] for row in page(connection, QueueFilter(None), 500))
    after = QueuePlace(rows[-1]["rank"], rows[-1]["due_at"], rows[-1]["id"])
    team = open_ones.most_common(1)[0][0]
    return {
        "first page": "/queue?team=all",
        "second page": f"/queue?team=all&after={written(after)}",
        "one team": f"/queue?team={team}",
    }


def timed(visitor: Visitor, path: str) -> float:
    """The median of many times, in milliseconds."""
    taken = []
    for _ in range(TIMES):
        started = time.perf_counter()
        answer = visitor.get(path)
        taken.append(time.perf_counter() - started)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} was answered {answer.status_code}")
    return 1000 * median(taken)


if __name__ == "__main__":
    main()
