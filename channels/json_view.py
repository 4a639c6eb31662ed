"""An Inbound as plain JSON values, for people and tests to look at."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from channels.inbound import Address, Attachment, Inbound


def as_dict(inbound: Inbound) -> dict[str, Any]:
    """Return every field of an inbound as JSON can hold it, without the message itself and attachments' content."""
    return _fields(inbound)


def _plain(value: object) -> Any:
    for shape, plain in _SHAPES:
        if isinstance(value, shape):
            return plain(value)
    return value


def _fields(value: Any) -> dict[str, Any]:
    return {each.name: _plain(getattr(value, each.name)) for each in fields(value) if each.name not in _BYTES}


_BYTES = ("content", "raw")
_SHAPES: tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...] = (
    (str, str),
    (datetime, lambda value: value.isoformat().replace("+00:00", "Z")),
    (timedelta, timedelta.total_seconds),
    (Address, Address._asdict),
    (Attachment, _fields),
    (tuple, lambda value: [_plain(each) for each in value]),
    (Mapping, lambda value: dict(sorted(value.items()))),
)
