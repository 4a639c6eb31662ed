"""Checking, comparing and trying rules that are not live, in a process beside this one; answers are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from router import beside
from router.live import LiveRuleset, prepare
from router.publishable import Report, look_over
from router.store.rulesets import as_bytes
from router.trying import decided
from rules.comparing.told import Region, regions
from rules.difference import Change, difference
from rules.landlord import Ruleset
from rules.load import load
from rules.model import Mark
from rules.problems import Problem, RulesetError

Files = Mapping[str, str]
Frozen = tuple[tuple[str, str], ...]
KEPT: Final = 4


@dataclass(frozen=True, slots=True)
class Compared:
    """What differs between two rulesets by meaning, which contacts are decided differently, and what is not known."""

    changes: tuple[Change, ...]
    regions: tuple[Region, ...]
    notes: tuple[str, ...]


def report_on(files: Files) -> Report:
    """What a check finds in these files."""
    frozen = _frozen(files)
    try:
        return _report(frozen)
    except (beside.TooLongError, beside.GoneError):
        start = Mark(frozen[0][0] if frozen else ".", 1, 1)
        hint = "look for what makes it large, or check it with `firstcontact rules check`"
        return Report((Problem(start, "this could not be checked in the time that there is", hint),), None, ())


def compared(old: Files, new: Files) -> Compared | None:
    """What differs between two versions or drafts; None where one of the two cannot be read as a ruleset."""
    try:
        return _compared(_frozen(old), _frozen(new))
    except (beside.TooLongError, beside.GoneError):
        return None


def tried(files: Files, given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What files make of made-up facts; raises RulesetError for files, and WrongFactError for facts with mistakes."""
    return beside.run(_tried, _frozen(files), dict(given), now)


def _frozen(files: Files) -> Frozen:
    return tuple(sorted(files.items()))


@lru_cache(maxsize=KEPT)
def _report(files: Frozen) -> Report:
    # Not kept: what took too long now may be done in a quieter minute.
    return beside.run(look_over, as_bytes(dict(files)))


@lru_cache(maxsize=KEPT)
def _compared(old: Frozen, new: Frozen) -> Compared | None:
    return beside.run(compare, old, new)


# In the other process -------------------------------------------------------------------------------------------------


def compare(old: Frozen, new: Frozen) -> Compared | None:
    """What differs; None where one of the two cannot be read as a ruleset."""
    try:
        before, after = _loaded(old), _loaded(new)
    except RulesetError:
        return None
    found = regions(before, after)
    return Compared(difference(before, after), found.found, found.notes)


@lru_cache(maxsize=KEPT)
def _loaded(files: Frozen) -> Ruleset:
    return load(as_bytes(dict(files)))


@lru_cache(maxsize=KEPT)
def ready(files: Frozen) -> LiveRuleset:
    """Files made ready for deciding; raises RulesetError."""
    return prepare(0, _loaded(files))


def _tried(files: Frozen, given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return decided(given, ready(files), now)
