"""Moments and lengths of time in the words that colleagues use: "today at 10:05am", always in the landlord's zone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

WEEK = 7


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in words, exactly, and as a machine reads it."""

    words: str
    exact: str
    iso: str


def moment(at: datetime, now: datetime, zone: str) -> Moment:
    """A moment as it looks from now; both are aware."""
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    return Moment(f"{_day(local, today)} at {clock(local)}", _exact(local), local.isoformat(timespec="seconds"))


def _exact(local: datetime) -> str:
    return f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M:%S} {local.tzname()}"


def clock(local: datetime) -> str:
    """The time of day as GOV.UK writes it: 10:05am, 5pm, midday, midnight."""
    if local.minute == 0 and local.hour in (0, 12):
        return "midday" if local.hour else "midnight"
    hour, half = local.hour % 12 or 12, "pm" if local.hour > 11 else "am"  # noqa: PLR2004 - noon
    return f"{hour}:{local:%M}{half}" if local.minute else f"{hour}{half}"


def _day(local: datetime, today: datetime) -> str:
    away = (local.date() - today.date()).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(away)
    if near:
        return near
    if abs(away) < WEEK or local.year == today.year:
        return f"{local:%A} {local.day} {local:%B}"
    return f"{local.day} {local:%B %Y}"


def lasts(length: timedelta) -> str:
    """A length of time, roughly: "less than a minute", "25 minutes", "3 hours", "2 days"."""
    minutes = int(length.total_seconds() // 60)
    for size, name in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {name}{'' if count == 1 else 's'}"
    return "less than a minute"
