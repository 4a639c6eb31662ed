"""Conditions: `when` and its groups, as the tree that is compiled for deciding."""

from collections.abc import Callable, Mapping
from typing import Final

from rules.fields import FIELDS
from rules.model import All, Any, Condition, Not
from rules.nodes import Map, Node, Scalar, Seq, quoted
from rules.read_tests import read_test
from rules.reading import Reading, wrong

ALWAYS: Final = All(())
"""The condition of a rule without `when`."""
_EXAMPLE: Final = "such as {journey: gas-escape}"


def read_condition(reading: Reading, node: Node) -> Condition | None:
    """A mapping whose every entry must hold; an empty one always does."""
    if not isinstance(node, Map):
        hint = "put `all:` or `any:` before the list" if isinstance(node, Seq) else _EXAMPLE
        wrong(reading, node, "a condition", hint)
        return None
    parts = [_entry(reading, key, value) for key, value in node.entries]
    return _joined(tuple(part for part in parts if part is not None))


def _joined(parts: tuple[Condition, ...]) -> Condition:
    return parts[0] if len(parts) == 1 else All(parts)


def _entry(reading: Reading, key: Scalar, node: Node) -> Condition | None:
    if group := _GROUPS.get(key.value):
        return group(reading, node)
    if field := FIELDS.get(key.value):
        return read_test(reading, field, key.mark, node)
    reading.findings.unknown(key.mark, f"there is no field {quoted(key.value)}", key.value, (*FIELDS, *_GROUPS))
    return None


def _listed(reading: Reading, node: Node, word: str) -> tuple[Condition, ...] | None:
    """The conditions of a group; an empty list is a mistake, since nobody can say what it means."""
    if not isinstance(node, Seq) or not node.items:
        wrong(
            reading, node, f"the list of conditions of `{word}`", f"such as {word}: [{{channel: phone}}, {{menu: 1}}]"
        )
        return None
    parts = [_member(reading, each) for each in node.items]
    return tuple(part for part in parts if part is not None)


def _member(reading: Reading, node: Node) -> Condition | None:
    if isinstance(node, Map) and not node.entries:
        wrong(reading, node, "a condition", _EXAMPLE)
        return None
    return read_condition(reading, node)


def _any(reading: Reading, node: Node) -> Condition | None:
    parts = _listed(reading, node, "any")
    return Any(parts) if parts else None


def _all(reading: Reading, node: Node) -> Condition | None:
    parts = _listed(reading, node, "all")
    return _joined(parts) if parts else None


def _not(reading: Reading, node: Node) -> Condition | None:
    """None of these: of a list none, of a mapping not all of its entries together."""
    if isinstance(node, Seq):
        parts = _listed(reading, node, "not")
        return Not(parts[0] if len(parts) == 1 else Any(parts)) if parts else None
    if not isinstance(node, Map) or not node.entries:
        wrong(reading, node, "a condition or a list of them", _EXAMPLE)
        return None
    inner = read_condition(reading, node)
    if len(node.entries) > 1:
        hint = "for neither of them write a list: not: [{…}, {…}]"
        reading.findings.warning(node.mark, "this means: not all of these at once", hint)
    return Not(inner) if inner else None


_GROUPS: Final[Mapping[str, Callable[[Reading, Node], Condition | None]]] = {"any": _any, "all": _all, "not": _not}
