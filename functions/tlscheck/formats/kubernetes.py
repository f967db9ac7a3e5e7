"""Kubernetes, docker-compose, ECS: lists of variables become mappings, secrets are decoded, references resolved.

Source: Kubernetes API (Container.env, envFrom, Secret.data, ConfigMap); Compose specification (environment); ECS
(containerDefinitions: environment, secrets).
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tlscheck.drivers.placeholder import mark
from tlscheck.formats.node import Node
from tlscheck.formats.shape import Block, Shape, Surroundings, without

_PAIR = re.compile(r"([A-Za-z_]\w*)(=(.*))?", re.DOTALL)


def neighbours(trees: Sequence[Node]) -> dict[str, Mapping[str, Node]]:
    """ConfigMaps and Secrets of a stream, by kind and name."""
    found: dict[str, Mapping[str, Node]] = {}
    for tree in trees:
        for each in _resources(tree):
            kind, name = each.at("kind"), each.at("metadata", "name")
            if kind and kind.content in {"Secret", "ConfigMap"} and name:
                held = _decoded(each)
                found[f"{kind.content} {name.content}"] = {
                    key: node for part in ("data", "stringData") for key, node in _mapping(held.at(part)).items()
                }
    return found


def _resources(tree: Node) -> Iterator[Node]:
    items = tree.at("items")
    yield from items.content if items and isinstance(items.content, tuple) else (tree,)


def _mapping(node: Node | None) -> Mapping[str, Node]:
    return node.content if node and isinstance(node.content, Mapping) else {}


def _is_secret(block: Block) -> bool:
    kind = block.mapping.get("kind")
    return kind is not None and kind.content == "Secret" and "data" in block.mapping


def _decoded(node: Node) -> Node:
    kind = node.at("kind")
    if kind is None or kind.content != "Secret" or not isinstance(node.content, Mapping):
        return node
    said = {
        name: replace(each, content=_from_base64(each.content)) for name, each in _mapping(node.at("data")).items()
    }
    return replace(node, content={**node.content, "data": Node(said, node.line)})


def _from_base64(content: object) -> str | None:
    try:
        return base64.b64decode(str(content), validate=True).decode() if content else None
    except (binascii.Error, ValueError):
        return None


def _is_container(block: Block) -> bool:
    return isinstance(block.mapping.get("envFrom", Node(None)).content, tuple)


def _from_neighbours(block: Block, around: Surroundings) -> Node:
    """A container whose envFrom is written out into env."""
    said: dict[str, Node] = {}
    sources = block.mapping["envFrom"].content
    for source in sources if isinstance(sources, tuple) else ():
        for reference, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            name, prefix = source.at(reference, "name"), source.at("prefix")
            held = around.beside.get(f"{kind} {name.content}", {}) if name else {}
            before = str(prefix.content) if prefix and prefix.content else ""
            taken = {f"{before}{key}": replace(node, line=source.line) for key, node in held.items()}
            said |= {key: node for key, node in taken.items() if re.fullmatch(r"[A-Za-z_]\w*", key)}
    said |= _named_values(block.mapping["env"], around) if "env" in block.mapping else {}
    rest = {name: node for name, node in block.mapping.items() if name not in {"env", "envFrom"}}
    return replace(block.node, content={**rest, "env": Node(said, block.node.line)})


def _is_named_values(block: Block) -> bool:
    items = block.node.content
    return (
        isinstance(items, tuple)
        and bool(items)
        and all(
            {"name"} < set(_mapping(item)) and set(_mapping(item)) <= {"name", "value", "valueFrom"}
            for item in items
        )
    )


def _as_mapping(block: Block, around: Surroundings) -> Node:
    return Node(_named_values(block.node, around), block.node.line)


def _named_values(node: Node, around: Surroundings) -> dict[str, Node]:
    """`- name: X`, with its value, or what it is taken from where that is beside it, else a mark."""
    said: dict[str, Node] = {}
    for item in node.content if isinstance(node.content, tuple) else ():
        name, value = item.at("name"), item.at("value")
        if not name:
            continue
        key = str(name.content)
        said[key] = replace(value, line=item.line) if value else _taken(key, item, around)
    return said


def _taken(name: str, item: Node, around: Surroundings) -> Node:
    for reference, kind in (("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")):
        source, key = item.at("valueFrom", reference, "name"), item.at("valueFrom", reference, "key")
        if source and key:
            held = around.beside.get(f"{kind} {source.content}", {}).get(str(key.content))
            return replace(held, line=item.line) if held else Node(mark(f"{kind} of {name}"), item.line)
    return Node(mark(f"what {name} is taken from"), item.line)


def _is_list(block: Block) -> bool:
    items = block.node.content
    return (
        block.key in {"environment", "env", "Env"}
        and isinstance(items, tuple)
        and bool(items)
        and all(isinstance(item.content, str) and _PAIR.fullmatch(item.content) for item in items)
    )


def _of_list(block: Block, _: Surroundings) -> Node:
    said: dict[str, Node] = {}
    for item in block.node.content if isinstance(block.node.content, tuple) else ():
        if pair := _PAIR.fullmatch(str(item.content)):
            said[pair[1]] = Node(pair[3] if pair[2] else mark(f"${pair[1]}"), item.line)
    return Node(said, block.node.line)


def _is_compose(block: Block) -> bool:
    return not block.path and "services" in block.mapping and any(n.startswith("x-") for n in block.mapping)


def _without_fragments(block: Block, _: Surroundings) -> Node:
    # What begins with x- is there to be merged into services, where it is found.
    return without(block.node, *(name for name in block.mapping if name.startswith("x-")))


SHAPES = (
    Shape("", _is_compose, rest=_without_fragments),
    Shape("", _is_secret, rest=lambda block, _: _decoded(block.node)),
    Shape("", _is_container, rest=_from_neighbours),
    Shape("", _is_named_values, rest=_as_mapping),
    Shape("", _is_list, rest=_of_list),
)
