"""What grows while a text is read: never deeper, and never more of it, than a file of settings can be."""

from collections.abc import Iterable

from tlscheck.drivers.connection import cannot_be_read
from tlscheck.formats.node import Node
from tlscheck.inventory.bad_request import BadRequest

DEEPEST = 60
"""Lists and mappings, one in another."""

MOST_NODES = 100_000
"""Of one document, with what its aliases repeat."""


def fault(syntax: str, why: str, line: int = 0) -> BadRequest:
    """The error for a text that this syntax does not allow; without anything of the text."""
    return cannot_be_read(syntax, f"line {line}: {why}" if line else why)


def mapping(syntax: str, pairs: Iterable[tuple[str, Node]], line: int) -> Node:
    """A mapping. Raises BadRequest where a key stands twice: some readers take the first, some the last."""
    found: dict[str, Node] = {}
    for name, node in pairs:
        if name in found:
            raise fault(syntax, "a key of it stands twice, and readers differ in which counts", node.line)
        found[name] = node
    return Node(found, line)
