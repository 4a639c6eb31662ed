"""What a composed YAML file consists of: scalars as they were typed, lists and mappings, each knowing its place."""

from dataclasses import dataclass

from rules.model import Mark


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value, always text: what it means is decided by whoever reads it."""

    value: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Seq:
    """A list."""

    items: "tuple[Node, ...]"
    mark: Mark


@dataclass(frozen=True, slots=True)
class Map:
    """A mapping, in the order in which it was written.

    A key that was given twice stands in it twice: that has been reported, and both are read for other mistakes.
    """

    entries: "tuple[tuple[Scalar, Node], ...]"
    mark: Mark


@dataclass(frozen=True, slots=True)
class Hole:
    """Something that was refused and reported already, so that nobody complains of it again."""

    mark: Mark


Node = Scalar | Seq | Map | Hole


def is_blank(node: Node) -> bool:
    """Whether nothing was written: `key:` and nothing after it, an empty list or an empty mapping."""
    match node:
        case Scalar():
            return not node.value.strip()
        case Seq():
            return not node.items
        case Map():
            return not node.entries
        case _:
            return False


def described(node: Node) -> str:
    """What a node is, in words for a message."""
    match node:
        case Scalar():
            return quoted(node.value) if node.value.strip() else "nothing"
        case Seq():
            return "a list" if node.items else "an empty list"
        case _:
            return "an empty mapping" if is_blank(node) else "a mapping"


_SHOWN = 60


def quoted(name: str) -> str:
    """A name as messages show it: marked, on one line and of bounded length."""
    line = " ".join(name.split())
    return f"`{line[:_SHOWN]}…`" if len(line) > _SHOWN else f"`{line}`"
