"""What a field is compared with: one value of a condition or an example, read as the field's type."""

import calendar
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from rules.fields import Field, FieldType
from rules.nodes import Node, Scalar, quoted
from rules.reading import Reading, Reference, flag, text, wrong

Operand = str | int | float | bool

_NUMBER: Final = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?", re.ASCII)
_TIME: Final = re.compile(r"(\d{1,2})[:.](\d\d)", re.ASCII)
_DAY: Final = re.compile(r"(\d{1,2}) +([A-Za-z]+)|([A-Za-z]+) +(\d{1,2})", re.ASCII)
_LEAP_YEAR: Final = 2028


def operand(reading: Reading, field: Field, node: Node) -> Operand | None:
    """One value that the field can have; None, reported, when it cannot."""
    found: Operand | None = _READERS[field.type](reading, field, node)
    return found


def _text(reading: Reading, _field: Field, node: Node) -> str | None:
    return text(reading, node)


def _value(reading: Reading, field: Field, node: Node) -> str | None:
    """A value from a fixed list, or one that a section or the landlord's own list must have."""
    found = text(reading, node)
    if found is None:
        return None
    if field.values and found.lower() in field.values:
        return found.lower()
    if field.values:
        message = f"{field.name} is never {quoted(found)}"
        reading.findings.unknown(node.mark, message, found, field.values)
        return None
    if field.values_from:
        kind = field.name if field.values_from == "values" else field.values_from.removesuffix("s")
        reading.references.append(Reference(kind, found, node.mark))
    return found


def _number(reading: Reading, _field: Field, node: Node) -> int | float | None:
    if isinstance(node, Scalar) and _NUMBER.fullmatch(node.value.strip()):
        return float(node.value) if "." in node.value else int(node.value)
    wrong(reading, node, "a number")
    return None


def _yes_no(reading: Reading, _field: Field, node: Node) -> bool | None:
    return flag(reading, node)


def _time(reading: Reading, _field: Field, node: Node) -> str | None:
    found = _TIME.fullmatch(node.value.strip()) if isinstance(node, Scalar) else None
    if found and int(found[2]) < 60 and int(found[1]) * 60 + int(found[2]) <= 24 * 60:  # noqa: PLR2004 - minutes
        return f"{int(found[1]):02}:{found[2]}"
    wrong(reading, node, "a time of day", "such as 08:30 or 18:00")
    return None


def _date(reading: Reading, _field: Field, node: Node) -> str | None:
    if isinstance(node, Scalar):
        try:
            return date.fromisoformat(node.value.strip()).isoformat()
        except ValueError:
            pass
    wrong(reading, node, "a date", "year, month and day, such as 2026-12-25")
    return None


def _season(reading: Reading, _field: Field, node: Node) -> str | None:
    """A day of the year, as `31 October`; abbreviated months are understood."""
    found = _DAY.fullmatch(node.value.strip()) if isinstance(node, Scalar) else None
    if found:
        day, month = int(found[1] or found[4]), _month(found[2] or found[3])
        if month and 1 <= day <= calendar.monthrange(_LEAP_YEAR, month)[1]:
            return f"{day} {_MONTHS[month - 1]}"
    wrong(reading, node, "a day of the year", "day and month, such as 31 October")
    return None


def _month(written: str) -> int:
    """The number of a month by its name or its first three letters; 0 when it is none."""
    names = [month for month in _MONTHS if written.lower() in (month.lower(), month[:3].lower())]
    return _MONTHS.index(names[0]) + 1 if names else 0


_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
_READERS: Final[Mapping[FieldType, Callable[[Reading, Field, Node], Any]]] = {
    FieldType.TEXT: _text,
    FieldType.VALUE: _value,
    FieldType.SET: _value,
    FieldType.HOURS: _value,
    FieldType.NUMBER: _number,
    FieldType.YES_NO: _yes_no,
    FieldType.TIME: _time,
    FieldType.DATE: _date,
    FieldType.SEASON: _season,
}
