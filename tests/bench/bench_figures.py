"""Reports: a month's and a year's, beside making each enquiry of their events anew; and calls while one is asked for.

`python -m tests.bench.bench_figures [MONTH [YEAR]]` stores so many contacts, 60,000 and 700,000 unless told, in records
of their own, and prints for both kinds of record how long counting all of it once takes, and each report; and a call's
first TwiML while reports and lists are asked for again and again, beside that of a quiet engine.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from statistics import median
from threading import Event, Thread

import httpx
from sqlalchemy import select

from router.days import Period
from router.reports.cases import case_of
from router.reports.every import EVERY
from router.reports.keeping import keep
from router.reports.period import stream
from router.services import Services
from router.store import keys
from router.store.engine import begin_read
from router.store.schema import events
from tests.bench.engine import RECORDS, engine, record, services
from tests.bench.load import Figures, measure
from tests.bench.stored import store

MONTH, YEAR = 60_000, 700_000
WEEKS = {"a month": 4, "a year": 52}
WANTED = {"a month": 0.1, "a year": 1.0}
"""Seconds that a report may take."""

RATE, SECONDS, TIMES = 20, 15, 5
PATHS = (
    "reports/times?by=team&since={}",
    "reports/first-contact?since={}",
    "contacts?channel=none",
    "contacts?limit=200",
)


def main() -> None:
    """Print the figures for both records."""
    counts = dict(
        zip(
            WEEKS,
            (int(sys.argv[1]) if sys.argv[1:] else MONTH, int(sys.argv[2]) if sys.argv[2:] else YEAR),
            strict=True,
        )
    )
    for kind in RECORDS:
        for name, count in counts.items():
            with record(kind) as (data, database):
                with services(data, database) as tools:
                    store(tools.record, tools.live.current(), count, tools.clock(), weeks=WEEKS[name])
                    print(f"{kind}, {name}, {count:,} contacts: {told(tools, name)}", flush=True)
                    key, row = keys.make("bench", ["read"], tools.clock())
                    tools.writer.submit(keys.add, row).result()
                    since = (tools.clock() - timedelta(weeks=WEEKS[name])).date().isoformat()
                for line in beside(data, database, key, since):
                    print(f"{kind}, {name}, {line}", flush=True)


def told(tools: Services, name: str) -> str:
    """How long each report takes, beside what it would take to make every enquiry of its events."""
    anew, once = seconds(lambda: made_anew(tools)), seconds(lambda: keep(tools, 1e9))
    took = {each: median(seconds(lambda each=each: rows(tools, each, name)) for _ in range(TIMES)) for each in EVERY}
    each = ", ".join(f"{report} {1000 * taken:.0f} ms" for report, taken in took.items())
    slowest = max(took.values())
    return (
        f"{each} (wanted {1000 * WANTED[name]:.0f} ms); the slowest {slowest / anew:.4f} of making them anew;"
        f" counting all once {once / anew:.1f} of it"
    )


def seconds(work: Callable[[], object]) -> float:
    """How long something takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def made_anew(tools: Services) -> int:
    """Read every event, and make each enquiry of its own; gives how many there are."""
    with begin_read(tools.record) as connection:
        told = stream(connection, select(events).order_by(events.c.enquiry_id, events.c.id))
        return sum(case_of(list(each)) is not None for _, each in groupby(told, key=itemgetter("enquiry_id")))


def rows(tools: Services, report: str, name: str) -> None:
    """One report, by team."""
    now = tools.clock()
    period = Period(now - timedelta(weeks=WEEKS[name] + 1), now)
    with begin_read(tools.record) as connection:
        EVERY[report].rows(connection, "team", period, tools.live.current(), now)


def beside(data: Path, database: str, key: str, since: str) -> Iterator[str]:
    """A call's first TwiML while each of the addresses is asked for again and again, and while none is."""
    with engine(data, database) as url:
        quiet = calls(url, 0)
        for number, path in enumerate(PATHS, 1):
            with asked_for(f"{url}/api/v1/{path.format(since)}", key) as answered:
                busy = calls(url, 10_000 * number)
            alone = f"quiet {quiet.p50:.1f} and {quiet.p99:.1f}"
            times = f"p50 {busy.p50:.1f} ms, p99 {busy.p99:.1f} ms (wanted 100 ms); {alone}"
            ratio = f"p99 ratio {busy.p99 / quiet.p99:.1f}"
            yield f"calls beside {len(answered)} times {path.format(since)}: {times}, {ratio}"


def calls(url: str, start: int) -> Figures:
    """New calls at a steady rate."""
    return measure(url + "/channels/twilio/voice", count=RATE * SECONDS, rate=RATE, start=start, what="call")


@contextmanager
def asked_for(url: str, key: str) -> Iterator[list[int]]:
    """Ask for something again and again, until the end."""
    over, answered = Event(), list[int]()

    def ask() -> None:
        with httpx.Client(headers={"authorization": f"Bearer {key}"}, timeout=60) as client:
            while not over.is_set():
                answered.append(client.get(url).raise_for_status().status_code)

    asking = Thread(target=ask)
    asking.start()
    try:
        yield answered
    finally:
        over.set()
        asking.join()


if __name__ == "__main__":
    main()
