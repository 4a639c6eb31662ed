"""The `hours` section: opening hours by day of the week and on bank holidays."""

import re
from itertools import pairwise
from typing import Final

from rules.fields import WEEKDAYS
from rules.landlord import Hours
from rules.nodes import Hole, Map, Node, Scalar, Seq, quoted
from rules.reading import Reading, wrong

Range = tuple[int, int]
"""Minutes from local midnight, the end excluded; one that runs past midnight ends before it starts."""

MIDNIGHT: Final = 24 * 60
_RANGE: Final = re.compile(r"(\d{1,2})[:.](\d\d) *[-–] *(\d{1,2})[:.](\d\d)", re.ASCII)
_HINT: Final = "such as 08:00-20:00, [09:00-12:30, 13:30-17:00] or closed"
_KEYS: Final = (*WEEKDAYS, "monday-friday", "every-day", "holidays")


def read_hours(reading: Reading, key: Scalar, node: Node) -> Hours:
    """One set of opening hours."""
    days: dict[str, tuple[Range, ...]] = {}
    given: dict[str, str] = {}
    holidays: tuple[Range, ...] | None = ()
    if not isinstance(node, Map) or not node.entries:
        wrong(reading, node, "hours by day", "such as {monday-friday: 08:00-20:00, holidays: closed}")
        return Hours(key.value, {})
    for day, when in node.entries:
        if day.value == "holidays":
            holidays = _holidays(reading, when)
            continue
        ranges = _ranges(reading, when)
        for name in _days(reading, day):
            if given.setdefault(name, day.value) != day.value:
                reading.findings.error(day.mark, f"{name} is given twice", "name each day once")
            days[name] = ranges
    return Hours(key.value, _split_at_midnight(days), holidays)


def _days(reading: Reading, day: Scalar) -> list[str]:
    """The weekdays that a key such as `monday-friday` stands for."""
    if day.value == "every-day":
        return list(WEEKDAYS)
    first, _, last = day.value.partition("-")
    if first in WEEKDAYS and (last or first) in WEEKDAYS:
        start, stop = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        return [WEEKDAYS[number % 7] for number in range(start, stop + (7 if stop < start else 0) + 1)]
    reading.findings.unknown(day.mark, f"{quoted(day.value)} is no day", day.value, _KEYS)
    return []


def _holidays(reading: Reading, node: Node) -> tuple[Range, ...] | None:
    if isinstance(node, Scalar) and node.value == "open":
        return None
    ranges = _ranges(reading, node)
    if any(stop < start for start, stop in ranges):
        reading.findings.error(node.mark, "holiday hours that run past midnight", "end them at 24:00")
    return ranges


def _ranges(reading: Reading, node: Node) -> tuple[Range, ...]:
    """The ranges of one day, in order."""
    if isinstance(node, Scalar) and node.value == "closed":
        return ()
    nodes = node.items if isinstance(node, Seq) else (node,)
    if not nodes:
        wrong(reading, node, "a range of times", _HINT)
    ranges = sorted(found for each in nodes if (found := _range(reading, each)))
    if any(later[0] < earlier[1] or earlier[1] < earlier[0] for earlier, later in pairwise(ranges)):
        reading.findings.error(node.mark, "these hours overlap", "write them one after the other")
    return tuple(ranges)


def _range(reading: Reading, node: Node) -> Range | None:
    found = _RANGE.fullmatch(node.value.strip()) if isinstance(node, Scalar) else None
    if not found:
        if not isinstance(node, Hole):
            wrong(reading, node, "a range of times", _HINT)
        return None
    start, stop = _minutes(found[1], found[2]), _minutes(found[3], found[4])
    if start is None or stop is None or start == MIDNIGHT:
        reading.findings.error(node.mark, f"{quoted(found[0])} has a time that no clock shows", _HINT)
        return None
    if start == stop:
        reading.findings.error(node.mark, f"{quoted(found[0])} ends when it starts", "all day is 00:00-24:00")
        return None
    return start, stop


def _minutes(hour: str, minute: str) -> int | None:
    total = int(hour) * 60 + int(minute)
    return total if int(minute) < 60 and total <= MIDNIGHT else None  # noqa: PLR2004 - minutes


def _split_at_midnight(days: dict[str, tuple[Range, ...]]) -> dict[str, tuple[Range, ...]]:
    """Give what runs past midnight to the next day, and join ranges that touch."""
    split: dict[str, list[Range]] = {day: [] for day in WEEKDAYS}
    for day, ranges in days.items():
        after = WEEKDAYS[(WEEKDAYS.index(day) + 1) % 7]
        for start, stop in ranges:
            split[day].append((start, stop if start < stop else MIDNIGHT))
            if 0 < stop < start:
                split[after].append((0, stop))
    return {day: _joined(ranges) for day, ranges in split.items()}


def _joined(ranges: list[Range]) -> tuple[Range, ...]:
    joined: list[Range] = []
    for start, stop in sorted(ranges):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], stop))
        else:
            joined.append((start, stop))
    return tuple(joined)
