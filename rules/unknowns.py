"""Where an unknown field may surprise: a `not` is not satisfied by it, and its author may think that it is."""

from collections.abc import Iterator

from rules.fields import FIELDS
from rules.model import All, Any, Condition, Not, Op, Test

Names = frozenset[str]


def surprises(condition: Condition, settled: Names = frozenset()) -> Iterator[Test]:
    """The tests under a `not` whose field may be unknown, where nothing in the condition says what holds then.

    `settled` are the fields that another condition has asked for already: one that must be known for the whole to
    hold, or one that has `absent` as an alternative.
    """
    match condition:
        case All(parts):
            known = settled | {name for part in parts for name in _asked(part)}
            for part in parts:
                yield from surprises(part, known)
        case Any(parts):
            absent = {part.field for part in parts if isinstance(part, Test) and part.op is Op.ABSENT}
            for part in parts:
                yield from surprises(part, settled | absent)
        case Not(inner):
            yield from (test for test in tests_in(inner) if _may_surprise(test, settled))


def _may_surprise(test: Test, settled: Names) -> bool:
    known = test.op in (Op.PRESENT, Op.ABSENT) or FIELDS[test.field].always
    return not known and test.field not in settled


def _asked(condition: Condition) -> Iterator[str]:
    """The fields that must be known for this condition to hold."""
    match condition:
        case Test(field=name, op=op) if op is not Op.ABSENT:
            yield name
        case All(parts):
            for part in parts:
                yield from _asked(part)


def tests_in(condition: Condition) -> Iterator[Test]:
    """Every test of a condition, however deep it stands."""
    match condition:
        case Test():
            yield condition
        case Not(inner):
            yield from tests_in(inner)
        case All(parts) | Any(parts):
            for part in parts:
                yield from tests_in(part)
