"""Names with dots, as Spring and Quarkus take them in properties and YAML alike: a tree of their parts."""

import re
from collections.abc import Mapping

from tlscheck.formats.node import Node
from tlscheck.formats.shape import Block, Shape, Surroundings

_NAME = re.compile(
    r"(spring|quarkus|micronaut|datasources?|app|application|db|database|jdbc|r2dbc)(\.[\w\-\[\]\"]+)+"
)


def _matches(block: Block) -> bool:
    return any(_NAME.fullmatch(name) for name in block.mapping)


def nested(node: Node) -> Node:
    """The same with a mapping for each part of a name; what stands under a name and is a value, under ""."""
    tree: dict[str, object] = {}
    for name, each in (node.content if isinstance(node.content, Mapping) else {}).items():
        inner = nested(each) if isinstance(each.content, Mapping) else each
        at = tree
        *parents, last = name.split(".")
        for part in parents:
            below = at.setdefault(part, {})
            if not isinstance(below, dict):
                below = at[part] = {"": below}
            at = below
        _put(at, last, inner)
    return _node(tree, node.line)


def _put(at: dict[str, object], name: str, node: Node) -> None:
    if isinstance(node.content, Mapping):
        below = at.setdefault(name, {})
        if not isinstance(below, dict):
            below = at[name] = {"": below}
        for key, each in node.content.items():
            _put(below, key, each)
    elif isinstance(held := at.get(name), dict):
        held[""] = node
    else:
        at[name] = node


def _node(tree: Mapping[str, object], line: int) -> Node:
    made = {
        name: each if isinstance(each, Node) else _node(each, line)
        for name, each in tree.items()
        if isinstance(each, Node | dict)
    }
    lines = [each.line for each in made.values() if each.line]
    return Node(made, min(lines, default=line))


def _rest(block: Block, _: Surroundings) -> Node:
    return nested(block.node)


SHAPE = Shape("", _matches, rest=_rest)
