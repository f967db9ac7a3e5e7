"""What several values of an expression become together."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tlscheck.drivers.placeholder import without_marks
from tlscheck.formats.literals.source import elsewhere, told
from tlscheck.formats.node import Node

_HOLE = re.compile(r"%%|%[-+0-9.]*[a-zA-Z]|\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Items:
    """What stands between brackets."""

    positional: tuple[Node, ...] = ()
    named: Mapping[str, Node] | None = None
    """None where nothing in it has a name."""


def gathered(given: Items, line: int) -> Node:
    """A mapping, where something in it has a name, else a list."""
    return Node(given.positional if given.named is None else given.named, line)


def unmarked(node: Node) -> str:
    """The name of what is computed; a text as it is; "" for all else."""
    return without_marks(node.content) if isinstance(node.content, str) else ""


def as_text(node: Node) -> str:
    """A value as a part of a text; a mark for what is none."""
    is_text = isinstance(node.content, str | int) and not isinstance(node.content, bool)
    return str(node.content) if is_text else elsewhere("")


def otherwise(left: Node, right: Node) -> Node:
    """`process.env.X || 'default'`."""
    if isinstance(left.content, str) and left.content.startswith("\ue000") and not left.default_of:
        is_said = right.content is not None and not (isinstance(right.content, str) and "\ue000" in right.content)
        return replace(right, default_of=told(unmarked(left))) if is_said else left
    return left


def filled(pattern: str, values: tuple[Node, ...]) -> str:
    """`host=%s` and `host={}` with what is put into their holes."""
    left = list(values)

    def hole(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        inside = found[0].strip("{}") if found[0].startswith("{") else ""
        return as_text(left.pop(0)) if left and not inside else elsewhere(inside.partition(":")[0])

    return _HOLE.sub(hole, pattern)
