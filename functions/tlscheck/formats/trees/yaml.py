"""YAML: every document of a stream, with aliases and merge keys; tags make nothing, they are only named.

PyYAML's parser is used, without its constructors: no tag runs anything. A text of `yes` or `on` stays a text,
since YAML 1.1 and 1.2 differ in it.

Source: YAML 1.2, core schema; yaml.org/type/merge.html.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tlscheck.drivers.placeholder import mark
from tlscheck.formats.node import Node, Value
from tlscheck.formats.trees import growth

SYNTAX = "YAML"

_WORDS: dict[str, Value] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}


class _Event(NamedTuple):
    """One of PyYAML's events."""

    kind: str
    line: int
    anchor: str
    tag: str
    value: str
    style: str


def looks_like(text: str) -> bool:
    """Whether its first line is one of YAML: `key:`, `- item` or `---`."""
    lines = (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("#", "%")))
    first = next(lines, "")
    return bool(re.match(r"---(\s|$)|(- )*[\"']?[A-Za-z_.<][^:=;{}()]*:(\s|$)|- \S", first))


def read(text: str) -> tuple[Node, ...]:
    """The documents, without those that are empty. Raises BadRequest."""
    import yaml  # noqa: PLC0415 - a quarter of the command's start, for those who bring YAML alone

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return tuple(_Reader(map(_event, yaml.parse(text, Loader=loader))).documents())
    except yaml.YAMLError as what:
        place = getattr(what, "problem_mark", None)
        raise growth.fault(SYNTAX, "something of it is no YAML", place.line + 1 if place else 0) from None


class _Reader:
    """What is left of the events, and the anchors of this document with their sizes."""

    def __init__(self, events: Iterator[_Event]) -> None:
        self._events = events
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._nodes = 0

    def documents(self) -> Iterator[Node]:
        for event in self._events:
            if event.kind == "DocumentStartEvent":
                self._anchors.clear()
                self._nodes = 0
                node = self._node(next(self._events), 0)
                if node.content is not None:
                    yield node

    def _node(self, event: _Event, depth: int) -> Node:
        kind, line, before = event.kind, event.line, self._nodes
        self._grow(1, depth, line)
        anchor, tag = event.anchor, event.tag
        match kind:
            case "AliasEvent":
                if anchor not in self._anchors:
                    raise growth.fault(SYNTAX, "an alias stands before what it repeats", line)
                node, size = self._anchors[anchor]
                self._grow(size, depth, line)
                return Node(node.content, line)
            case "ScalarEvent":
                node = Node(_value(event), line)
            case "SequenceStartEvent":
                node = Node(tuple(self._items(depth)), line)
            case _:
                node = self._merged(list(self._pairs(depth)), line)
        if tag and not tag.startswith("tag:yaml.org,2002:"):
            # Its program makes something else of it: from a vault, a variable, another file.
            node = Node(mark(tag if re.fullmatch(r"![A-Za-z]\w{0,30}", tag, re.ASCII) else "a tag"), line)
        if anchor:
            self._anchors[anchor] = (node, self._nodes - before)
        return node

    def _grow(self, by: int, depth: int, line: int) -> None:
        self._nodes += by
        if depth > growth.DEEPEST or self._nodes > growth.MOST_NODES:
            raise growth.fault(SYNTAX, "it is deeper or larger than settings are, with what it repeats", line)

    def _items(self, depth: int) -> Iterator[Node]:
        for event in self._events:
            if event.kind == "SequenceEndEvent":
                return
            yield self._node(event, depth + 1)

    def _pairs(self, depth: int) -> Iterator[tuple[str | None, Node]]:
        """What stands under each key; None for one that merges, which stands without quotes."""
        for event in self._events:
            if event.kind == "MappingEndEvent":
                return
            line = event.line
            if event.kind != "ScalarEvent":
                raise growth.fault(SYNTAX, "a key of it is no text", line)
            is_merge = event.value == "<<" and not event.style
            value = self._node(next(self._events), depth + 1)
            yield (None if is_merge else event.value), Node(value.content, line)

    def _merged(self, pairs: list[tuple[str | None, Node]], line: int) -> Node:
        own = growth.mapping(SYNTAX, ((name, node) for name, node in pairs if name is not None), line)
        found: dict[str, Node] = {}
        for value in (node for name, node in pairs if name is None):
            # Of several the first counts; what the mapping says itself, above all.
            for each in value.content if isinstance(value.content, tuple) else (value,):
                if not isinstance(each.content, Mapping):
                    raise growth.fault(SYNTAX, "what it merges is no mapping", value.line)
                found = {**each.content, **found}
        return Node({**found, **own.content}, line) if isinstance(own.content, Mapping) else own


def _event(event: object) -> _Event:
    mark_of = getattr(event, "start_mark", None)
    told = [str(getattr(event, name, None) or "") for name in ("anchor", "tag", "value", "style")]
    return _Event(type(event).__name__, mark_of.line + 1 if mark_of else 0, *told)


def _value(event: _Event) -> Value:
    text = event.value
    if event.style or event.tag:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if re.fullmatch(r"[-+]?(0|[1-9][0-9]{0,17})", text, re.ASCII) else text
