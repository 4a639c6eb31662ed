"""Templates into HTML: everything that is filled in is escaped, and a name that is not there is an error."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from channels.numbers import spoken
from router.console.exchange import Problem
from router.console.moments import Moment, lasts, moment

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
STATIC_PATH: Final = "/static/"
MEDIA_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def render(template: str, values: Mapping[str, Any], frame: Mapping[str, Any]) -> str:
    """A page, of its own values and those of the frame around it; ValueError where both have one of the same name."""
    taken = values.keys() & frame.keys()
    if taken:
        raise ValueError(
            f"{template} may not be given {', '.join(sorted(taken))}: the layout has values of these names"
        )
    return environment().get_template(template).render({**values, **frame})


@cache
def environment() -> Environment:
    """The templates, compiled once."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["static"] = static
    made.filters["lasts"] = lasts
    made.filters["spoken"] = spoken
    made.filters["problem_with"] = problem_with
    return made


def problem_with(problems: Sequence[Problem], field: str) -> str:
    """What is wrong with a field, if anything is."""
    return next((problem.text for problem in problems if problem.field == field), "")


class When:
    """Puts moments into words as they look from now, in the landlord's zone."""

    def __init__(self, now: datetime, zone: str) -> None:
        """Look from this moment."""
        self._now, self._zone = now, zone

    def __call__(self, at: datetime) -> Moment:
        """A moment in words."""
        return moment(at, self._now, self._zone)

    def is_past(self, at: datetime) -> bool:
        """Whether a moment has passed."""
        return at < self._now


def static(name: str) -> str:
    """The address of a file of ours, with a digest of its content, so that a browser may keep it for good."""
    return f"{STATIC_PATH}{_digest(name)}/{name}"


def file(digest: str, name: str) -> tuple[bytes, str, bool] | None:
    """A file's content and media type, and whether it is the one that the digest is of; None where there is none."""
    media_type = MEDIA_TYPES.get(Path(name).suffix)
    if media_type is None or name not in _files():
        return None
    return _files()[name], media_type, digest == _digest(name)


@cache
def _files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in STATIC.iterdir() if path.suffix in MEDIA_TYPES}


@cache
def _digest(name: str) -> str:
    return hashlib.sha256(_files()[name]).hexdigest()[:16]
