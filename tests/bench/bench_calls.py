"""A call's first TwiML: while a backlog of emails is being routed, and with very many customers and contacts stored.

`python -m tests.bench.bench_calls [STORED]` prints for both records the latencies with a backlog beside those of a
quiet engine and their ratio, and those of 50 calls a second with STORED contacts (1,000,000 unless told) and a fifth as
many customers beside those with none.
"""

import sys
from itertools import repeat

from tests.bench.engine import RECORDS, email, engine, fill, record, services
from tests.bench.load import Figures, measure
from tests.bench.stored import store, store_customers

BACKLOG, CALLS = 10_000, 200
RATE, SECONDS = 50, 30
PATH = "/channels/twilio/voice"


def main() -> None:
    """Print the figures for both records."""
    stored = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    for kind in RECORDS:
        quiet, busy = calls(kind, 0), calls(kind, BACKLOG)
        print(f"{kind}, {BACKLOG:,} emails being routed: {_times(busy)} (wanted p99 100 ms); quiet {_times(quiet)}")
        print(f"p99 ratio {busy.p99 / quiet.p99:.1f}", flush=True)
        none, full = many_stored(kind, 0), many_stored(kind, stored)
        print(f"{kind}, {stored:,} stored, {RATE} calls a second: {_times(full)} (wanted p50 15 ms, p99 60 ms)")
        print(f"{_times(none)} with none stored, p50 ratio {full.p50 / none.p50:.2f}", flush=True)


def _times(figures: Figures) -> str:
    if figures.refused:
        raise RuntimeError(f"{figures.refused} calls were refused")
    return f"p50 {figures.p50:.1f} ms, p99 {figures.p99:.1f} ms"


def calls(kind: str, backlog: int) -> Figures:
    """Calls at a steady rate, while so many emails wait to be routed."""
    with record(kind) as (data, database):
        with services(data, database) as tools:
            fill(tools, (email() for _ in repeat(None, backlog)))
        with engine(data, database) as url:
            return measure(url + PATH, count=CALLS, rate=RATE, what="call")


def many_stored(kind: str, stored: int) -> Figures:
    """Calls at a steady rate, with so many contacts stored."""
    with record(kind) as (data, database):
        with services(data, database) as tools:
            store_customers(tools.record, stored // 5, tools.clock())
            store(tools.record, tools.live.current(), stored, tools.clock())
        with engine(data, database) as url:
            return measure(url + PATH, count=RATE * SECONDS, rate=RATE, what="call")


if __name__ == "__main__":
    main()
