"""What the routes of the API take and answer alike: ids, words to look for, and the problems that each documents."""

from typing import Annotated, Any

from fastapi import Depends, Path, Query

from router.services import Services
from router.web.access import services_of
from router.web.shapes import Problem

PREFIX = "/api/v1"
LARGEST_PAGE = 200
WRITTEN = r"^[^\x00-\x1f\x7f]*$"
"""What an id or a key may be made of: no database takes every control character."""

Tools = Annotated[Services, Depends(services_of)]
Wanted = Annotated[str | None, Query(max_length=320, pattern=WRITTEN)]
Id = Annotated[str, Path(max_length=100, pattern=WRITTEN)]
Before = Annotated[Wanted, Query(description="`next_before` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE)]


def problems(*codes: int) -> dict[int | str, dict[str, Any]]:
    """The answers of a route that needs a key, beside what it gives: these codes and those that every one has."""
    return {code: {"model": Problem} for code in (401, 403, 422, 503, *codes)}
