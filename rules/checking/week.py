"""The hours of the week in the cells that rules and teams tell apart, and in the words of a timetable."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from rules.checking.moment import DAY, Span, merged
from rules.fields import WEEKDAYS

_SHORT = tuple(name[:3].capitalize() for name in WEEKDAYS)
_WORKING, _HOLIDAYS = (False, True)


@dataclass(frozen=True, slots=True)
class Cell:
    """One stretch of one kind of day."""

    weekday: int
    holiday: bool
    span: Span


def told(cells: Iterable[Cell], every: Iterable[Cell]) -> str:
    """These cells in words: *Mon-Fri 08:00-18:00; bank holidays 10:00-12:00*; all that there are is *any hour*."""
    cells, every = set(cells), set(every)
    if cells == every:
        return "any hour"
    days = _by_day(cells, _WORKING)
    said = [f"{_days(group)} {_spans(spans)}" for spans, group in _runs(days)]
    on_holidays = _by_day(cells, _HOLIDAYS)
    if on_holidays and on_holidays == {day: spans for day, spans in days.items() if day in on_holidays}:
        on_holidays = {} if len(on_holidays) == len(_by_day(every, _HOLIDAYS)) else on_holidays
    elif not on_holidays and _by_day(every, _HOLIDAYS) and days:
        said.append("not on bank holidays")
    whole = len(_by_day(every, _HOLIDAYS))
    said.extend(
        f"bank holidays{'' if len(group) == whole else f' on {_days(group)}'} {_spans(spans)}"
        for spans, group in _runs(on_holidays)
    )
    return "; ".join(said)


def _by_day(cells: Iterable[Cell], holiday: bool) -> dict[int, tuple[Span, ...]]:  # noqa: FBT001 - half of a week
    days = {cell.weekday for cell in cells if cell.holiday is holiday}
    return {
        day: tuple(merged(cell.span for cell in cells if cell.weekday == day and cell.holiday is holiday))
        for day in sorted(days)
    }


def _runs(days: dict[int, tuple[Span, ...]]) -> Iterator[tuple[tuple[Span, ...], list[int]]]:
    """Days with the same hours together."""
    ordered = sorted(days, key=lambda day: (min(other for other in days if days[other] == days[day]), day))
    for spans, group in groupby(ordered, key=days.__getitem__):
        yield spans, list(group)


def _days(group: list[int]) -> str:
    runs: list[list[int]] = []
    for day in group:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(_SHORT[run[0]] if len(run) == 1 else f"{_SHORT[run[0]]}-{_SHORT[run[-1]]}" for run in runs)


def _spans(spans: Iterable[Span]) -> str:
    spans = list(spans)
    return "all day" if spans == [(0, DAY)] else ", ".join(f"{_clock(start)}-{_clock(stop)}" for start, stop in spans)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def as_rows(cells: Iterable[Cell]) -> list[dict[str, object]]:
    """These cells as plain values: for each kind of day its hours."""
    cells = list(cells)
    return [
        {
            "day": WEEKDAYS[day],
            "holiday": holiday,
            "hours": [f"{_clock(start)}-{_clock(stop)}" for start, stop in spans],
        }
        for holiday in (_WORKING, _HOLIDAYS)
        for day, spans in _by_day(cells, holiday).items()
    ]
