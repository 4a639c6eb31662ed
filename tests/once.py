"""Rulesets read and compiled once a process: hundreds of tests make the same files live, each on its own record."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import TypeVar

import pytest

from router import live, publishable
from rules import load
from rules.landlord import Ruleset
from rules.problems import Problem

MOST = 100
Made = TypeVar("Made")
_load_checked = load.load_checked


@contextmanager
def rulesets_once() -> Iterator[None]:
    """Inside the block files that were read before, to the byte, are the ruleset that they were then."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (load, publishable):
            patch.setattr(module, "load_checked", checked_once)
        for name in ("compile_rules", "recogniser"):
            patch.setattr(live, name, _of_each(getattr(live, name)))
        yield


def checked_once(files: Mapping[str, bytes]) -> tuple[Ruleset, tuple[Problem, ...]]:
    """What `load_checked` gives; a ruleset never changes, so one may serve many records."""
    return _checked(tuple(sorted(files.items())))


@lru_cache(MOST)
def _checked(files: tuple[tuple[str, bytes], ...]) -> tuple[Ruleset, tuple[Problem, ...]]:
    return _load_checked(dict(files))


def _of_each(make: Callable[[Ruleset], Made]) -> Callable[[Ruleset], Made]:
    """The same function, which remembers what it made of each ruleset: of this very object, not of one like it."""
    made: dict[int, tuple[Ruleset, Made]] = {}

    def once(ruleset: Ruleset) -> Made:
        if id(ruleset) not in made:
            if len(made) >= MOST:
                made.clear()
            made[id(ruleset)] = ruleset, make(ruleset)
        return made[id(ruleset)][1]

    return once
