"""Dates of email: every form that programs have written, old and wrong ones included, as UTC or not at all."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from channels.email_headers import raw_text

_LEAP = 60
_LONGEST: Final = 300
_COMMENT: Final = re.compile(r"\((?:[^()\\]|\\.){0,200}\)")
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan janv ene gen sty", "feb fev fév febr lut", "mar mär mrz mars maa mrt", "apr avr abr kwi",
            "may mai mei mag maj", "jun juin giu cze", "jul juil lug lip", "aug aoû aou ago sie",
            "sep sept set wrz", "oct okt ott out paź", "nov lis", "dec dez déc dic gru",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_ZONES: Final = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 60, "bst": 60, "ist": 330, "cet": 60, "met": 60, "mez": 60,
    "cest": 120, "mest": 120, "mesz": 120, "eet": 120, "eest": 180, "msk": 180, "msd": 240, "jst": 540, "kst": 540,
    "hkt": 480, "sgt": 480, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780, "est": -300, "edt": -240, "cst": -360,
    "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "akst": -540, "akdt": -480, "hst": -600,
    "ast": -240, "adt": -180, "nst": -210, "ndt": -150, "brt": -180, "sast": 120,
}  # fmt: skip
"""Minutes from UTC of the names that mail programs write; RFC 5322 has a meaning for the American ones only."""

_TIMES: Final = tuple(
    re.compile(
        rf"(?<![\d+.-])(\d{{1,2}}){mark}(\d{{1,2}})(?:{mark}(\d{{1,2}})(?:[.,]\d{{1,9}})?)?\s*([ap]m\b)?", re.IGNORECASE
    )
    for mark in (":", r"\.")
)
_OFFSET: Final = re.compile(r"(?:^|[\s\d]|gmt|utc?)([+-])\s?(\d{1,2}):?(\d{2})?(?!\d)", re.IGNORECASE)
_ZONE: Final = re.compile(r"\b([A-Za-z]{1,5})(?:\d[A-Za-z]{3})?\b")
_ISO: Final = re.compile(r"\b(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?=[T\s]|$)")
_WRITTEN: Final = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th)?[\s.,/-]{1,4}([^\W\d_]{3,9})\.?[\s.,/-]{1,4}(\d{2,4})\b", re.IGNORECASE
)
_DOTTED: Final = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b")
_AMERICAN: Final = re.compile(r"\b([^\W\d_]{3,9})\.?\s{1,3}(\d{1,2})(?:st|nd|rd|th)?\b", re.IGNORECASE)
_YEAR: Final = re.compile(r"\b(\d{4})\b")


def moment(value: bytes) -> datetime | None:
    """Read a Date header as UTC; None where it says no time that exists. Without a zone it counts as UTC."""
    text = raw_text(value[:_LONGEST])
    for _ in range(4):  # comments may stand in comments
        if "(" not in text:
            break
        text = _COMMENT.sub(" ", text)
    clock = next((found for pattern in _TIMES if (found := pattern.search(text))), None)
    day = _day(text, clock)
    if day is None:
        return None
    hour, minute, second, shift = 0, 0, 0, 0
    if clock:
        hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
        if clock[4]:
            hour = hour % 12 + (12 if clock[4].lower() == "pm" else 0)
        shift = _minutes(text[clock.end() :])
    return _placed(day, hour, minute, second, shift)


def received_moment(value: bytes) -> datetime | None:
    """Read when a server received a mail, from the end of a Received header."""
    _, semicolon, date = value.rpartition(b";")
    return moment(date) if semicolon else None


def _placed(day: tuple[int, int, int], hour: int, minute: int, second: int, shift: int) -> datetime | None:
    try:
        # A leap second is the second before it, for Python knows none.
        here = datetime(*day, hour, minute, 59 if second == _LEAP else second, tzinfo=UTC)
        return here - timedelta(minutes=shift)
    except (ValueError, OverflowError):
        return None


def _day(text: str, clock: re.Match[str] | None) -> tuple[int, int, int] | None:
    if match := _ISO.search(text):
        return int(match[1]), int(match[2]), int(match[3])
    for match in _WRITTEN.finditer(text):
        if month := _month(match[2]):
            return _year(match[3]), month, int(match[1])
    if match := _DOTTED.search(text):
        return int(match[3]), int(match[2]), int(match[1])
    rest = text.replace(clock[0], " ", 1) if clock else text
    for match in _AMERICAN.finditer(rest):
        if (month := _month(match[1])) and (year := _YEAR.search(rest, match.end())):
            return int(year[1]), month, int(match[2])
    return None


def _month(name: str) -> int | None:
    name = name.lower()
    return _MONTHS.get(name) or _MONTHS.get(name[:3]) or _MONTHS.get(name[:4])


def _year(written: str) -> int:
    """Give a year its century as RFC 5322 has it: two digits up to 49 are of this century, three count from 1900."""
    year = int(written)
    match len(written):
        case 2:
            return year + (2000 if year < 50 else 1900)  # noqa: PLR2004 - as the RFC says
        case 3:
            return year + 1900
    return year


def _minutes(text: str) -> int:
    """Return how many minutes the zone is ahead of UTC; an unknown one, or none, is UTC."""
    if match := _OFFSET.search(text[:40]):
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        return (-minutes if match[1] == "-" else minutes) if minutes < 24 * 60 else 0
    names = (match[1].lower() for match in _ZONE.finditer(text[:60]))
    return next((_ZONES[name] for name in names if name in _ZONES), 0)
