"""Times at which somebody may be contacted, as they stand on a customer's record, and the next moment inside them."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from rules.clock import Calendar

Window = tuple[tuple[int, int], ...]
"""Ranges of minutes from local midnight, ends excluded; a range past midnight is split in two."""

_HOUR = 60
_NOON = 12
_DAY = 24 * _HOUR
_DAYS_AHEAD = 3
_TIME = r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?"
_RANGE = re.compile(rf"(?:(?:between|from)\s+)?{_TIME}\s*(?:-|–|—|to|and|until)\s*{_TIME}", re.IGNORECASE)
_OPEN_END = re.compile(rf"(after|before|until|from)\s+{_TIME}", re.IGNORECASE)


def window(detail: str) -> Window | None:
    """The times in a detail such as "09:00-12:30, 2pm to 4pm" or "after 14:00"; None if any of it cannot be read."""
    ranges: list[tuple[int, int]] = []
    for part in re.split(r"\s*[,;]\s*", detail.strip().rstrip(".")):
        read = _range(part)
        if read is None:
            return None
        ranges.extend(read)
    return tuple(ranges)


def next_within(windows: Sequence[Window], calendar: Calendar, now: datetime) -> datetime | None:
    """The first moment (UTC) from `now` on that lies in every one of the windows; None if they have none in common."""
    for moment in sorted(_edges(windows, calendar, now)):
        local = calendar.local(moment)
        minute = local.hour * _HOUR + local.minute
        if all(any(start <= minute < end for start, end in ranges) for ranges in windows):
            return moment
    return None


def _edges(windows: Sequence[Window], calendar: Calendar, now: datetime) -> set[datetime]:
    """The only moments at which an allowed time can begin: now, and each window's opening on the next few days."""
    today = calendar.local(now).date()
    starts = {start for ranges in windows for start, _ in ranges}
    openings = {calendar.at(today + timedelta(days=day), start) for day in range(_DAYS_AHEAD) for start in starts}
    return {now.astimezone(UTC)} | {moment for moment in openings if moment > now}


def _range(part: str) -> Window | None:
    if match := _RANGE.fullmatch(part):
        start, end = _minutes(*match.group(1, 2, 3)), _minutes(*match.group(4, 5, 6))
    elif match := _OPEN_END.fullmatch(part):
        moment = _minutes(*match.group(2, 3, 4))
        start, end = (moment, _DAY) if match[1].lower() in {"after", "from"} else (0, moment)
    else:
        return None
    if start is None or end is None or start in {end, _DAY}:
        return None
    return ((start, end),) if start < end else ((start, _DAY), (0, end)) if end else ((start, _DAY),)


def _minutes(hour: str, minute: str | None, half: str | None) -> int | None:
    """Minutes from midnight, None for a time that does not exist; 24:00 is the end of the day."""
    hours, minutes = int(hour), int(minute or 0)
    if half:
        if not 1 <= hours <= _NOON:
            return None
        hours = hours % _NOON + (_NOON if half.lower() == "pm" else 0)
    total = hours * _HOUR + minutes
    return total if minutes < _HOUR and total <= _DAY else None
