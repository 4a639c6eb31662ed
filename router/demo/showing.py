"""The live display: a table that keeps changing on a terminal, and now and then a line anywhere else."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import zip_longest

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from router.demo.morning import Seen
from router.demo.pace import clock

LINE_SECONDS = 5.0
ROWS = 8


@contextmanager
def showing(console: Console, minutes: float, speed: float) -> Iterator[Callable[[Seen], None]]:
    """Gives the function that shows how it goes."""
    if not console.is_terminal:
        yield _lines(console, speed)
        return
    with Live(console=console, refresh_per_second=8, transient=True) as live:
        yield lambda seen: live.update(_picture(seen, minutes, speed))


def _lines(console: Console, speed: float) -> Callable[[Seen], None]:
    last = [-LINE_SECONDS]

    def show(seen: Seen) -> None:
        now = time.monotonic()
        if seen.done or now - last[0] >= LINE_SECONDS:
            last[0] = now
            console.print(line(seen, speed), markup=False, highlight=False, soft_wrap=True)

    return show


def line(seen: Seen, speed: float) -> str:
    """Everything in one line."""
    at = f"{_time(seen, speed)}  " if speed else ""
    return (
        f"{at}{sum(seen.taken_in.values())} of {seen.planned} contacts taken in, {seen.refused} refused; "
        f"{seen.busy} colleagues busy, {seen.orders} orders, {seen.resolved} resolved"
    )


def _time(seen: Seen, speed: float) -> str:
    return clock(seen.minute) if speed else f"{seen.minute * 60:.0f} s"


def _picture(seen: Seen, minutes: float, speed: float) -> Group:
    taken = sum(seen.taken_in.values())
    channels = sorted(seen.taken_in.items(), key=lambda each: -each[1])
    counts = Table.grid(padding=(0, 3, 0, 0))
    for (channel, count), (team, waiting) in zip_longest(
        channels, list(seen.waiting.items())[:ROWS], fillvalue=("", "")
    ):
        counts.add_row(channel, str(count), team, f"{waiting} open" if team else "")
    rows = Table.grid(padding=(0, 2))
    rows.add_row(Text(_time(seen, speed), style="bold"), ProgressBar(total=seen.planned, completed=taken, width=50))
    rows.add_row("contacts", f"{taken} of {seen.planned} taken in, {seen.refused} refused")
    rows.add_row("colleagues", f"{seen.busy} busy, {seen.orders} orders given, {seen.resolved} enquiries resolved")
    closing = speed and seen.minute >= minutes
    rows.add_row("", "The doors are quiet; colleagues finish what they have in hand." if closing else "")
    return Group(rows, counts)
