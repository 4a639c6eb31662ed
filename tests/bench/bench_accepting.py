"""Accepting a signed text, durably: the real web process against the floor, and beside a working worker.

`python -m tests.bench.bench_accepting` prints requests a second and the ratio to a bare application on the same record
in the same run, then the latencies of an open loop at 500 a second while a worker routes what comes in.
"""

from statistics import median

from tests.bench.engine import RECORDS, engine, record
from tests.bench.floor import PATH, floor
from tests.bench.load import Figures, measure

ROUNDS = 5
COUNT = 6_000
RATE, OPEN_COUNT = 500, 10_000


def main() -> None:
    """Print the figures for both records."""
    for kind in RECORDS:
        print(f"{kind}: {closed_loop(kind)}", flush=True)
    for kind in RECORDS:
        print(f"{kind}, open loop at {RATE} a second beside a worker: {open_loop(kind)}", flush=True)


def closed_loop(kind: str) -> str:
    """The floor and the engine in turn, on records of the same kind; medians and their ratio."""
    bare, real = [], []
    with (
        record(kind) as (floor_data, floor_database),
        record(kind) as (data, database),
        floor(floor_database or f"{floor_data}/floor.db") as floor_url,
        engine(data, database, "web") as url,
    ):
        for turn in range(ROUNDS):
            start = turn * (COUNT + 1_000)
            bare.append(_rate(measure(floor_url, count=COUNT, start=start)))
            real.append(_rate(measure(url + PATH, count=COUNT, start=start)))
    ratios = [each / against for each, against in zip(real, bare, strict=True)]
    return f"{median(real):,.0f} a second, floor {median(bare):,.0f}, ratio {median(ratios):.2f} (wanted 0.75)"


def open_loop(kind: str) -> Figures:
    """Latencies while a worker routes what comes in."""
    with record(kind) as (data, database), engine(data, database) as url:
        return measure(url + PATH, count=OPEN_COUNT, rate=RATE)


def _rate(figures: Figures) -> float:
    if figures.refused:
        raise RuntimeError(f"{figures.refused} requests were refused")
    return figures.rate


if __name__ == "__main__":
    main()
