"""YAML that hurts elsewhere: each file of the collection either loads or gets the located answer that stands by it."""

import re
from dataclasses import dataclass

import pytest

from tests.unit.rules_language.landlords import CASES, problems_of

REPEATED = re.compile(rb"\{([^{}]*|\{[^{}]*)\*(\d+)\}")


@dataclass(frozen=True)
class Hostile:
    """One file: why it is there, its bytes, and what has to be said about it."""

    why: str
    data: bytes
    said: list[str]


def collected() -> list[Hostile]:
    """The collection: `#` says why, `<` has the bytes (escaped, `{x*9}` for nine of x), each `>` a problem."""
    blocks = (CASES / "hostile.txt").read_text().strip().split("\n\n")
    return [read(block.splitlines()) for block in blocks]


def read(lines: list[str]) -> Hostile:
    why, written, *said = (line.partition(" ")[2] for line in lines)
    data = written.encode().decode("unicode_escape").encode("latin-1")
    return Hostile(why, REPEATED.sub(lambda found: found[1] * int(found[2]), data), said)


@pytest.mark.parametrize("case", collected(), ids=lambda case: case.why)
def test_a_hostile_file_gets_its_answer(case: Hostile) -> None:
    assert [str(problem) for problem in problems_of(case.data)] == case.said


def test_the_collection_is_read() -> None:
    assert len(collected()) > 90
