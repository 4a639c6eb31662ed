"""Routing: contacts a second in a worker, committed; with many stored; and the time from receipt to owner.

`python -m tests.bench.bench_routing [STORED]` prints each figure, and its ratio to the rate at which three plain rows a
contact are committed in batches of the same size to the same record. STORED is 1,000,000 unless told.
"""

import sys
import time
from itertools import repeat
from statistics import median

from sqlalchemy import select

from router import jobs
from router.processes.child import keep_loaded
from router.services import Services
from router.store.bulk import insert_rows
from router.store.engine import begin_read, begin_write
from router.store.ids import new_id
from router.store.schema import contacts, events
from tests.bench.engine import RECORDS, engine, fill, record, services, text_message
from tests.bench.floor import PATH
from tests.bench.load import WARM_UP, measure, sms
from tests.bench.stored import store

BACKLOG, BATCH = 6_000, 100
RATE, SECONDS = 100, 30
WANTED = {"SQLite": 2_000, "PostgreSQL": 1_500}


def main() -> None:
    """Print the figures for both records."""
    stored = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    for kind in RECORDS:
        with record(kind) as (data, database), services(data, database) as tools:
            route(tools)
            keep_loaded()  # as a worker does
            floor, empty = three_rows(tools), median(route(tools) for _ in range(3))
            print(
                f"{kind}: {empty:,.0f} a second (wanted {WANTED[kind]:,}), {empty / floor:.2f} of three rows",
                flush=True,
            )
            store(tools.record, tools.live.current(), stored, tools.clock())
            full = median(route(tools) for _ in range(3))
            print(
                f"{kind}, {stored:,} stored: {full:,.0f} a second, {full / empty:.2f} of empty (wanted 0.7)", flush=True
            )
    for kind in RECORDS:
        print(f"{kind}, receipt to owner at {RATE} a second: {to_owner(kind)}", flush=True)


def route(tools: Services) -> float:
    """Contacts a second, from a backlog until nothing waits."""
    fill(tools, (text_message() for _ in repeat(None, BACKLOG)))
    started = time.perf_counter()
    return jobs.drain_with(tools) / (time.perf_counter() - started)


def three_rows(tools: Services) -> float:
    """The floor: contacts a second if each were three plain rows, committed a batch at a time."""
    row = {
        "at": tools.clock(),
        "kind": "bench",
        "enquiry_id": None,
        "contact_id": None,
        "team": "",
        "actor": "",
        "data": {},
    }
    started = time.perf_counter()
    for _ in range(BACKLOG // BATCH):
        with begin_write(tools.record) as connection:
            insert_rows(connection, events, [row | {"id": new_id()} for _ in range(3 * BATCH)])
    return BACKLOG / (time.perf_counter() - started)


def to_owner(kind: str) -> str:
    """Milliseconds from receipt to owner, of texts that come in at a steady rate; those that warm up come at once."""
    with record(kind) as (data, database), engine(data, database) as url:
        measure(url + PATH, count=RATE * SECONDS, rate=RATE)
        with services(data, database) as tools, begin_read(tools.record) as connection:
            steady = contacts.c.conversation >= sms(WARM_UP)["MessageSid"]
            rows = connection.execute(select(contacts.c.received_at, contacts.c.decided_at).where(steady)).all()
    waits = sorted((row.decided_at - row.received_at).total_seconds() * 1000 for row in rows if row.decided_at)
    undecided = len(rows) - len(waits)
    p50, p99 = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
    return f"p50 {p50:.1f} ms (wanted 20), p99 {p99:.1f} ms (wanted 250), {undecided} of {len(rows)} undecided"


if __name__ == "__main__":
    main()
