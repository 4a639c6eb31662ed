"""Days as people write them, read: the first and the last of a period, and from when to when that is."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from rules.clock import Calendar

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 1, 1)
_WHOLE_DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Period:
    """From one moment on to before another, both aware."""

    since: datetime
    until: datetime


class WrongPeriodError(ValueError):
    """The days are none that could be looked at; the text says why, and `field` which of the two it is about."""

    def __init__(self, field: str, text: str) -> None:
        """Keep which of `since` and `until` is wrong."""
        super().__init__(text)
        self.field = field


def written(since: str, until: str, calendar: Calendar, now: datetime, usual: int) -> tuple[date, date]:
    """The first and the last day, written as 2026-11-30; today, and `usual` days in all, where nothing is written.

    Raises WrongPeriodError.
    """
    last = _day("until", until) if until else calendar.local(now).date()
    first = _day("since", since) if since else max(FIRST_DAY, last - timedelta(days=usual - 1))
    if first > last:
        raise WrongPeriodError("since", "The first day is after the last one")
    return first, last


def of_days(first: date, last: date, calendar: Calendar) -> Period:
    """From the beginning of the first day to the end of the last."""
    return Period(calendar.at(first), calendar.at(last, _WHOLE_DAY))


def _day(field: str, text: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise WrongPeriodError(field, f"{text} is not a day such as 2026-11-30") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise WrongPeriodError(field, f"{text} is too far away")
    return day
