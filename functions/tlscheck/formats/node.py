"""A tree of values with the lines that they stand in: what YAML, JSON, TOML and literals of code all become."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

type Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Node:
    """One value, list or mapping."""

    content: "Value | tuple[Node, ...] | Mapping[str, Node]" = field(repr=False)
    line: int = 0
    """From 1; 0 where it is not known."""

    default_of: str = ""
    """The variable whose value takes this one's place where it is set; "" where none does."""

    def at(self, *keys: str) -> "Node | None":
        """What stands under these keys, one in another; None where there is nothing."""
        node: Node | None = self
        for key in keys:
            node = node.content.get(key) if node and isinstance(node.content, Mapping) else None
        return node

    @property
    def plain(self) -> object:
        """The same without lines: dict, list and values."""
        if isinstance(self.content, Mapping):
            return {key: each.plain for key, each in self.content.items()}
        if isinstance(self.content, tuple):
            return [each.plain for each in self.content]
        return self.content

    def walk(self, path: tuple[str, ...] = ()) -> "Iterator[tuple[tuple[str, ...], Node]]":
        """Every node below, itself first, with its path; of lists the index from 0."""
        yield path, self
        if isinstance(self.content, Mapping):
            for key, each in self.content.items():
                yield from each.walk((*path, key))
        elif isinstance(self.content, tuple):
            for number, each in enumerate(self.content):
                yield from each.walk((*path, str(number)))
