"""A row of the record: its values by the names of its columns."""

from typing import Any

Row = dict[str, Any]
