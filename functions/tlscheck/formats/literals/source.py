"""What a reader of a language finds in a file, whichever language that is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tlscheck.drivers.placeholder import mark
from tlscheck.formats.node import Node

DEEPEST = 60
"""Of brackets in one another; people's code has a dozen."""

SPREAD = "..."
"""How a key begins under which a mapping holds what is poured into it from elsewhere."""

CALLED = "()"
"""The key under which a mapping that a call makes holds the call's name; its arguments stand beside it."""

_ENVIRONMENT = "process.env."
"""How a mark begins, until names are settled, whose value no name of the file has."""

_MADE_OF = "process.made."
"""The same, of what is made of a name's value: it is told by what that comes from, and has another value."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,60}")
_MARK = re.compile("\ue000([^\ue001]*)\ue001")
_MOST_SETTLED = 50_000
"""Nodes that names become in one file, however they name one another."""


@dataclass(frozen=True, slots=True)
class Call:
    """A function that is called, a class that is made, or a block of HCL with its labels."""

    name: str
    """With dots, whatever the language writes between: `new Pool`, `PgPoolOptions.new.connect`."""

    positional: tuple[Node, ...] = field(repr=False)
    named: Mapping[str, Node] = field(repr=False)
    line: int = 0


@dataclass(frozen=True, slots=True)
class Code:
    """A file of code. What was given a name in it stands where that name stood."""

    calls: tuple[Call, ...]

    names: Mapping[str, Node] = field(repr=False)
    """What is given a name, wherever in the file; a mark of the name where it is given several values."""

    exported: tuple[Node, ...] = field(repr=False)
    """What the file gives to those who load it, without a name: `export default`, `return [...]`."""

    again: tuple[tuple[str, Node], ...] = field(default=(), repr=False)
    """Each value of a name that is given several."""


def elsewhere(name: str) -> str:
    """What stands for a value that is computed, by the short name of the expression that computes it."""
    short = re.sub(r"^(new |[$@%\\]+)", "", name)
    if found := re.match(r"process\.env\.|import\.meta\.env\.", short):
        return of_environment(short[found.end() :])
    return mark(short if _NAME.fullmatch(short) else "expression")


def of_environment(name: str) -> str:
    """What stands for the value of a variable of the environment."""
    return mark(f"{_ENVIRONMENT}{name}") if _NAME.fullmatch(name) else elsewhere("")


def computed(name: str) -> str:
    """What stands for a value that is made of this name's, and is another."""
    return mark(f"{_MADE_OF}{told(name)}") if _NAME.fullmatch(told(name)) else elsewhere("")


def told(name: str) -> str:
    """A name as people are told of it."""
    return name.removeprefix(_ENVIRONMENT).removeprefix(_MADE_OF)


def given(names: dict[str, Node], name: str, value: Node, *, is_sure: bool = True) -> None:
    """Gives a value to a name: which of several it has where it is used is not known. What is set in a part of a
    mapping is not known either: it may be under a condition."""
    head, _, rest = name.partition(".")
    if rest and (of := names.get(head)) and isinstance(of.content, dict):
        of.content[f"{SPREAD}{rest}"] = Node(elsewhere(name), value.line)
        return
    known = names.get(name)
    is_same = known is None or known.plain == value.plain
    names[name] = value if is_sure and is_same else Node(elsewhere(name), value.line)


def settled(found: Code) -> Code:
    """The same, with the values of names in the places where they are used."""
    settling = _Settling(found.names)
    return Code(
        tuple(
            replace(
                call,
                positional=tuple(settling.node(each) for each in call.positional),
                named=settling.mapping(call.named),
            )
            for call in found.calls
        ),
        {name: settling.node(each) for name, each in found.names.items()},
        tuple(settling.node(each) for each in found.exported),
        tuple((name, settling.node(each)) for name, each in found.again),
    )


class _Settling:
    def __init__(self, names: Mapping[str, Node]) -> None:
        self._names, self._within, self._left = names, list[str](), _MOST_SETTLED

    def node(self, node: Node) -> Node:
        self._left -= 1
        content = node.content
        if self._left < 0:
            return node
        if isinstance(content, str) and "\ue000" in content:
            whole = _MARK.fullmatch(content)
            if whole:
                return self._named(whole[1]) or replace(node, content=mark(told(whole[1])))
            return replace(node, content=_MARK.sub(self._text, content))
        if isinstance(content, tuple):
            return replace(node, content=tuple(self.node(each) for each in content))
        if isinstance(content, Mapping):
            return replace(node, content=self.mapping(content))
        return node

    def mapping(self, content: Mapping[str, Node]) -> dict[str, Node]:
        """In order, as what comes later wins; what is poured in and not known stays under its key."""
        found: dict[str, Node] = {}
        for key, each in content.items():
            value = self.node(each)
            if key.startswith(SPREAD) and isinstance(value.content, Mapping):
                found |= value.content
            else:
                found[key] = value
        return found

    def _named(self, name: str) -> Node | None:
        if name.startswith(_MADE_OF):
            of = self._named(told(name))
            return of if of and isinstance(of.content, str) and _MARK.fullmatch(of.content) else None
        known = self._names.get(name)
        if known is None or name in self._within or len(self._within) > DEEPEST:
            return None
        self._within.append(name)
        try:
            return self.node(known)
        finally:
            self._within.pop()

    def _text(self, found: re.Match[str]) -> str:
        known = self._named(found[1])
        if known is None or not isinstance(known.content, str | int) or isinstance(known.content, bool):
            return mark(told(found[1]))
        return str(known.content)
