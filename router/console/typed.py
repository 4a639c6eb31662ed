"""What somebody typed into a form, read field by field; what is missing or cannot be read is named by its field."""

from datetime import date, datetime, time
from typing import Final

from channels.inbound import Attachment
from router.console.exchange import Ask, Problem
from router.console.uploads import checked
from router.enquiry.orders import Attached
from rules.clock import Calendar

YEARS: Final = range(2000, 2101)


class Typed:
    """What was typed, read field by field; collects what is wrong instead of stopping at the first."""

    def __init__(self, ask: Ask, calendar: Calendar) -> None:
        """Read the form of this request; times are the landlord's."""
        self._ask, self._calendar = ask, calendar
        self.problems: list[Problem] = []
        self.files: list[Attachment] = []

    def text(self, name: str, what: str = "") -> str:
        """A text; `what` says what to enter where there is none, and is left out where there need be none."""
        said = self._ask.given(name)
        if what and not said:
            self.problems.append(Problem(name, what))
        return said

    def attached(self, name: str) -> tuple[Attached, ...]:
        """Files, which whoever reads them has to put into the record: see `files`."""
        found, problems = checked(name, self._ask.files.get(name, ()))
        self.problems += problems
        self.files += found
        return tuple(Attached(each.name, each.media_type, each.digest, each.size) for each in found)

    def moment(self, day: str, clock: str) -> datetime:
        """A moment (UTC) from a field for the day and one for the time."""
        on, at = _day(self._ask.given(day)), _clock(self._ask.given(clock))
        if on is None:
            self.problems.append(Problem(day, "Enter a day such as 2026-11-24 or 24/11/2026"))
        if at is None:
            self.problems.append(Problem(clock, "Enter a time such as 14:30"))
        if on is None or at is None:
            return self._calendar.at(date(2000, 1, 1))
        return self._calendar.at(on, at.hour * 60 + at.minute)


def _day(written: str) -> date | None:
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"):
        try:
            day = datetime.strptime(written, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        return day if day.year in YEARS else None
    return None


def _clock(written: str) -> time | None:
    for form in ("%H:%M", "%H.%M", "%H:%M:%S"):
        try:
            return datetime.strptime(written, form).time()  # noqa: DTZ007 - a time of day has no zone
        except ValueError:
            continue
    return None
