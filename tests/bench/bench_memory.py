"""Memory: what all processes of `serve` take after many contacts, which its worker has routed.

`python -m tests.bench.bench_memory [COUNT]` prints each process's share and their sum, before and after COUNT contacts
(100,000 unless told). PSS counts a page that several share once, divided among them; what SQLite maps of its file is in
it as well, and told apart, because the system takes that back whenever it wants to.
"""

import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path

from sqlalchemy import func, select

from router.store.contacts import WAITING
from router.store.engine import begin_read, make_engine
from router.store.schema import contacts
from tests.bench.engine import engine, fill, record, services, text_message
from tests.bench.floor import PATH
from tests.bench.load import measure
from tests.servers.process import descendants, wait_a_moment

COUNT, WANTED = 100_000, 300
BY_WEB, FAR = 5_000, 1_000_000
"""How many of them come in by the web part, which takes a while, and the number of the first: nobody else has those."""

MIB = 1024
Share = tuple[int, int, int]
"""Kibibytes of a process: PSS, of that what is mapped of the record's files, and RSS."""


def main() -> None:
    """Print the figures for SQLite, the embedded default, and for PostgreSQL, whose server is not counted."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    for kind in ("SQLite", "PostgreSQL"):
        with record(kind) as (data, database), engine(data, database) as url, _watched(data) as pids:
            print(f"{kind}, started: {told(pids)}", flush=True)
            started = time.monotonic()
            with services(data, database) as tools:
                fill(tools, (text_message() for _ in repeat(None, count - BY_WEB)))
            measure(url + PATH, count=BY_WEB, start=FAR)
            _wait_until_decided(database or f"sqlite:///{data}/firstcontact.db")
            print(f"{kind}, {count:,} contacts in {time.monotonic() - started:,.0f} s:")
            print(f"  {told(pids)}")
            for name, share in sorted(shares(pids).items()):
                print(
                    f"  {name:<12} PSS {_mib(share[0])}, of it the record's file {_mib(share[1])}; RSS {_mib(share[2])}"
                )


@contextmanager
def _watched(data: Path) -> Iterator[list[int]]:
    """The processes of the `serve` that runs on this data folder, its supervisor first."""
    supervisor = int((data / "run" / "web.lock").read_text())
    yield [supervisor, *descendants(supervisor)]


def told(pids: list[int]) -> str:
    """The sum over all processes, in words."""
    pss, mapped, rss = (sum(column) for column in zip(*shares(pids).values(), strict=True))
    return f"PSS {_mib(pss)} in all (wanted {WANTED}), of it the record's file {_mib(mapped)}; RSS {_mib(rss)}"


def shares(pids: list[int]) -> Mapping[str, Share]:
    """What each process takes, by its name."""
    return {_name(pid): _share(pid) for pid in pids}


def _share(pid: int) -> Share:
    pss = mapped = rss = 0
    in_record = False
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if not re.match(r"[A-Z]\w+:", line):
            in_record = "firstcontact.db" in line
        elif line.startswith("Pss:"):
            size = int(line.split()[1])
            pss += size
            mapped += size * in_record
        elif line.startswith("Rss:"):
            rss += int(line.split()[1])
    return pss, mapped, rss


def _name(pid: int) -> str:
    return f"{Path(f'/proc/{pid}/comm').read_text().strip()} {pid}"


def _mib(kibibytes: int) -> str:
    return f"{kibibytes / MIB:,.0f} MiB"


def _wait_until_decided(url: str) -> None:
    reading = make_engine(url)
    waiting = select(func.count()).where(contacts.c.state == WAITING)
    while True:
        with begin_read(reading) as connection:
            if not connection.execute(waiting).scalar_one():
                break
        wait_a_moment(0.5)
    reading.dispose()


if __name__ == "__main__":
    main()
