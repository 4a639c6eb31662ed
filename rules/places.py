"""Where the entries of a section stand: the place of what a check of the whole finds wrong with one of them."""

from dataclasses import dataclass

from rules.model import Mark
from rules.nodes import Map, Node, Scalar


@dataclass(frozen=True, slots=True)
class Places:
    """The places in a section that stands in one file, which is `node` under `key`."""

    key: Scalar
    node: Node

    def at(self, *path: str) -> Mark:
        """Where the entry with these keys stands, one in the other; as much of the way to it as is written.

        Of a single value that is its own place, of anything else that of its key.
        """
        key, node = self.key, self.node
        for name in path:
            found = _entry(node, name)
            if found is None:
                return key.mark
            key, node = found
        return node.mark if isinstance(node, Scalar) else key.mark

    def has(self, name: str) -> bool:
        """Whether the section has this key."""
        return _entry(self.node, name) is not None


def _entry(node: Node, name: str) -> tuple[Scalar, Node] | None:
    if not isinstance(node, Map):
        return None
    return next((entry for entry in node.entries if entry[0].value == name), None)
