"""Long tables of cases, tried by one test: a test of its own for each would cost more than what it tries."""

from collections.abc import Callable, Iterable
from typing import TypeVar

Row = TypeVar("Row")


def try_each(rows: Iterable[Row], check: Callable[[Row], None], name: Callable[[Row], object] = str) -> None:
    """Try every row, and fail with the name of each that is wrong and what is wrong with it; a table has rows."""
    tried, wrong = 0, []
    for row in rows:
        tried += 1
        try:
            check(row)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is one case's, and the others are tried too
            wrong.append(f"{name(row)}: {type(error).__name__}: {error}")
    assert tried, "there is nothing to try"
    assert not wrong, f"{len(wrong)} of {tried}:\n" + "\n".join(wrong)
