"""Conditions in the form that deciding works on: negations pushed down to single tests, groups flattened.

Under Kleene's logic this changes nothing: the negation of a group is known to hold exactly when the group of the
negations is. A literal is true only of a field that is known, except for `absent`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from rules.model import All, Any, Condition, Not, Op, Test


@dataclass(frozen=True, slots=True)
class Literal:
    """One test, or with `negated` that it is known not to hold."""

    test: Test
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """All of these hold; an empty one always does."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of these holds; an empty one never does."""

    parts: "tuple[Node, ...]"


Node = Literal | Every | Some

_LISTED = frozenset({Op.IS, Op.MENTIONS, Op.MATCHES, Op.OPEN, Op.CLOSED})


def normal(condition: Condition) -> Every:
    """The condition as a conjunction of literals and groups: `Every` and `Some` alternate on the way down."""
    node = _push(condition, negated=False)
    return node if isinstance(node, Every) else Every((node,))


def tests_of(node: Node) -> Iterator[Test]:
    """The tests of all literals in a condition."""
    if isinstance(node, Literal):
        yield node.test
    else:
        for part in node.parts:
            yield from tests_of(part)


def _push(condition: Condition, *, negated: bool) -> Node:
    match condition:
        case Test():
            return _literal(condition, negated=negated)
        case Not(inner):
            return _push(inner, negated=not negated)
        case All(conditions):
            parts = (_push(each, negated=negated) for each in conditions)
            return _some(parts) if negated else _every(parts)
        case Any(conditions):
            parts = (_push(each, negated=negated) for each in conditions)
            return _every(parts) if negated else _some(parts)


def _literal(test: Test, *, negated: bool) -> Node:
    """`all` of a set is a group of single memberships; `present` is the negation of `absent`."""
    match test.op:
        case Op.ALL:
            single = (Literal(replace(test, op=Op.IS, operands=(each,)), negated) for each in test.operands)
            return _some(single) if negated else _every(single)
        case Op.PRESENT:
            return Literal(replace(test, op=Op.ABSENT), not negated)
        case _:
            return Literal(test, negated)


def _every(parts: Iterable[Node]) -> Node:
    flat = _flat(Every, parts)
    return flat[0] if len(flat) == 1 else Every(flat)


def _some(parts: Iterable[Node]) -> Node:
    flat = _merged(_flat(Some, parts))
    return flat[0] if len(flat) == 1 else Some(flat)


def _flat(kind: type[Every | Some], parts: Iterable[Node]) -> tuple[Node, ...]:
    """A group inside a group of the same kind is one group."""
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, (Every, Some)) and isinstance(part, kind) else (part,))
    return tuple(flat)


def _merged(parts: Iterable[Node]) -> tuple[Node, ...]:
    """Alternatives that ask for values of one field are one literal with all those values: a list means any of."""
    merged: dict[object, Node] = {}
    for position, part in enumerate(parts):
        if isinstance(part, Literal) and part.test.op in _LISTED and not part.negated:
            key = (part.test.field, part.test.op)
            merged[key] = _joined(merged.get(key), part)
        else:
            merged[position] = part
    return tuple(merged.values())


def _joined(earlier: Node | None, literal: Literal) -> Literal:
    if not isinstance(earlier, Literal):
        return literal
    operands = dict.fromkeys(earlier.test.operands + literal.test.operands)
    return Literal(replace(literal.test, operands=tuple(operands)))
