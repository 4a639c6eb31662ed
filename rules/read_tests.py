"""Tests: one field and what it is compared with, by the operators that its type takes."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import re2

from rules.fields import OPERATORS, Field, FieldType
from rules.model import All, Condition, Mark, Not, Op, Test
from rules.nodes import Map, Node, Scalar, Seq, quoted
from rules.operands import Operand, operand
from rules.reading import Reading, many, text, wrong
from rules.words import phrase

Operands = tuple[Operand, ...]
Fault = tuple[str, str] | None
"""What is wrong and what to do about it."""

_OPTIONS: Final = re2.Options()
_OPTIONS.log_errors = False
_LONG_TEXTS: Final = ("text", "subject")


def read_test(reading: Reading, field: Field, mark: Mark, node: Node) -> Condition | None:
    """A bare value is equality, a list any of its values, a mapping its operators, all of which must hold."""
    if isinstance(node, Map) and node.entries:
        parts = [_operator(reading, field, mark, key, value) for key, value in node.entries]
        kept = tuple(part for part in parts if part is not None)
        return kept[0] if len(kept) == 1 else All(kept)
    if "is" not in OPERATORS[field.type] or isinstance(node, Map):
        wrong(reading, node, f"a comparison of {field.name}", f"such as {field.example}")
        return None
    return _is(reading, field, mark, node)


def _operator(reading: Reading, field: Field, mark: Mark, key: Scalar, node: Node) -> Condition | None:
    allowed = OPERATORS[field.type]
    if key.value in allowed:
        return _OPERATORS[key.value](reading, field, mark, node)
    if key.value in _OPERATORS:
        message = f"`{key.value}` cannot be asked of {field.name}"
        reading.findings.error(key.mark, message, f"it takes {', '.join(allowed)}")
    else:
        reading.findings.unknown(key.mark, f"there is no operator {quoted(key.value)}", key.value, allowed)
    return None


def _values(reading: Reading, field: Field, node: Node) -> Operands | None:
    """One value or a list of them; None when there is none that can be used."""
    found = many(partial(_value, field))(reading, node) or ()
    return tuple(dict.fromkeys(found)) or None


def _value(field: Field, reading: Reading, node: Node) -> Operand | None:
    return operand(reading, field, node)


def _is(reading: Reading, field: Field, mark: Mark, node: Node) -> Condition | None:
    values = _values(reading, field, node)
    if values and field.name in _LONG_TEXTS:
        hint = f"to look for words write {field.name}: {{mentions: …}}"
        reading.findings.warning(node.mark, f"this compares the whole of the {field.name}", hint)
    return Test(field.name, Op.IS, values, mark) if values else None


def _not(reading: Reading, field: Field, mark: Mark, node: Node) -> Condition | None:
    inner = read_test(reading, field, mark, node) if isinstance(node, Map) else _is(reading, field, mark, node)
    return Not(inner) if inner else None


def _each(op: Op) -> Callable[[Reading, Field, Mark, Node], Condition | None]:
    """An operator that takes one value or a list of them."""

    def read(reading: Reading, field: Field, mark: Mark, node: Node) -> Condition | None:
        values = _values(reading, field, node)
        return Test(field.name, op, values, mark) if values else None

    return read


def _limit(op: Op) -> Callable[[Reading, Field, Mark, Node], Condition | None]:
    """An operator that takes exactly one value."""

    def read(reading: Reading, field: Field, mark: Mark, node: Node) -> Condition | None:
        value = operand(reading, field, node)
        return None if value is None else Test(field.name, op, (value,), mark)

    return read


def _between(reading: Reading, field: Field, mark: Mark, node: Node) -> Condition | None:
    if not isinstance(node, Seq) or len(node.items) != 2:  # noqa: PLR2004 - the first and the last
        wrong(reading, node, "a list of two values, the first and the last", "such as [1, 5]")
        return None
    low, high = (operand(reading, field, each) for each in node.items)
    if low is None or high is None:
        return None
    if field.type in (FieldType.NUMBER, FieldType.DATE) and high < low:  # type: ignore[operator] # of one kind
        reading.findings.error(
            node.mark, "the first of these two is the larger", "nothing lies between them: swap them"
        )
    return Test(field.name, Op.BETWEEN, (low, high), mark)


def _searched(op: Op, fault: Callable[[str], Fault]) -> Callable[[Reading, Field, Mark, Node], Condition | None]:
    """An operator that looks for something in a text; `fault` says why it cannot be looked for, if so."""

    def one(reading: Reading, node: Node) -> str | None:
        found = text(reading, node)
        if found is not None and (why := fault(found)):
            reading.findings.error(node.mark, *why)
            return None
        return found

    def read(reading: Reading, field: Field, mark: Mark, node: Node) -> Condition | None:
        values = tuple(dict.fromkeys(many(one)(reading, node) or ()))
        return Test(field.name, op, values, mark) if values else None

    return read


def _without_words(operand: str) -> Fault:
    """What keeps a word or phrase from being mentioned."""
    if phrase(operand):
        return None
    return f"there is no word in {quoted(operand)}", "`mentions` looks for whole words"


def _no_pattern(pattern: str) -> Fault:
    """What keeps a pattern from being matched."""
    try:
        re2.compile(pattern, _OPTIONS)
    except re2.error as error:
        why = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
        return f"this is no pattern: {why}", "a dot, bracket or star itself needs a backslash before it"
    return None


def _known(op: Op) -> Callable[[Reading, Field, Mark, Node], Condition | None]:
    """`present` and `absent`, which take nothing but true."""

    def read(reading: Reading, field: Field, mark: Mark, node: Node) -> Condition | None:
        if isinstance(node, Scalar) and node.value.lower() in ("true", "yes"):
            if field.always:
                always = "never" if op is Op.ABSENT else "always"
                reading.findings.warning(mark, f"{field.name} is known of every contact", f"this {always} holds")
            return Test(field.name, op, (), mark)
        other = Op.ABSENT if op is Op.PRESENT else Op.PRESENT
        wrong(reading, node, "true", f"for the opposite write {other}: true")
        return None

    return read


_OPERATORS: Final[Mapping[str, Callable[[Reading, Field, Mark, Node], Condition | None]]] = {
    "is": _is,
    "not": _not,
    "any": _is,
    "all": _each(Op.ALL),
    "at_least": _limit(Op.AT_LEAST),
    "below": _limit(Op.BELOW),
    "between": _between,
    "mentions": _searched(Op.MENTIONS, _without_words),
    "matches": _searched(Op.MATCHES, _no_pattern),
    "open": _each(Op.OPEN),
    "closed": _each(Op.CLOSED),
    "present": _known(Op.PRESENT),
    "absent": _known(Op.ABSENT),
}
