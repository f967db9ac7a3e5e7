"""JSON, with the comments and trailing commas that appsettings.json, tsconfig.json and VS Code's files have.

Source: RFC 8259; .NET, JsonCommentHandling.Skip and AllowTrailingCommas.
"""

import json
import re
from collections.abc import Iterator

from tlscheck.formats.node import Node, Value
from tlscheck.formats.trees import growth

SYNTAX = "JSON"

_TOKEN = re.compile(
    r'(?P<gap>\s+|//[^\n]*|/\*.*?\*/)|(?P<mark>[{}\[\]:,])|(?P<text>"(?:[^"\\\n]|\\.)*")'
    r"|(?P<number>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<word>true|false|null)",
    re.DOTALL,
)
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None}


def looks_like(text: str) -> bool:
    """Whether it begins as JSON does."""
    return re.match(r"(?:\s|//[^\n]*\n|/\*.*?\*/)*(?:\{|\[\s*[\[{\"\]])", text, re.DOTALL) is not None


def read(text: str) -> Node:
    """The value that the text is. Raises BadRequest."""
    reader = _Reader(text)
    node = reader.value(0)
    if reader.kind:
        raise growth.fault(SYNTAX, "something stands behind its end", reader.line)
    return node


class _Reader:
    """One token ahead of what has been read."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._nodes = 0
        self.kind, self.word, self.line = "", "", 1
        self._next()

    def _next(self) -> str:
        before = self.word
        self.kind, self.word, self.line = next(self._tokens, ("", "", self.line))
        return before

    def value(self, depth: int) -> Node:
        self._nodes += 1
        line = self.line
        if depth > growth.DEEPEST or self._nodes > growth.MOST_NODES:
            raise growth.fault(SYNTAX, "it is deeper or larger than settings are", line)
        match self.kind, self.word:
            case "mark", "{":
                self._next()
                return growth.mapping(SYNTAX, self._pairs(depth), line)
            case "mark", "[":
                self._next()
                return Node(tuple(self._items(depth)), line)
            case "text", _:
                return Node(self._text(), line)
            case "number", _:
                number = self._next()
                return Node(
                    float(number) if re.search(r"[.eE]", number) or len(number) > 30 else int(number), line
                )
            case "word", _:
                return Node(_WORDS[self._next()], line)
        raise growth.fault(SYNTAX, "a value is missing, or not closed", line)

    def _text(self) -> str:
        try:
            return str(json.loads(self._next(), strict=False))
        except ValueError:
            raise growth.fault(SYNTAX, "a text of it has a \\ that is none of JSON's", self.line) from None

    def _pairs(self, depth: int) -> Iterator[tuple[str, Node]]:
        while not self._closed("}"):
            if self.kind != "text":
                raise growth.fault(SYNTAX, "a name in double quotes is missing", self.line)
            line, name = self.line, self._text()
            if self.word != ":":
                raise growth.fault(SYNTAX, "a : is missing", self.line)
            self._next()
            node = self.value(depth + 1)
            yield name, Node(node.content, line)
            self._comma("}")

    def _items(self, depth: int) -> Iterator[Node]:
        while not self._closed("]"):
            yield self.value(depth + 1)
            self._comma("]")

    def _closed(self, mark: str) -> bool:
        is_closed = self.kind == "mark" and self.word == mark
        if is_closed:
            self._next()
        return is_closed

    def _comma(self, closing: str) -> None:
        if self.kind == "mark" and self.word == ",":
            self._next()
        elif not (self.kind == "mark" and self.word == closing):
            raise growth.fault(SYNTAX, "a comma is missing, or it is not closed", self.line)


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    position, line = 0, 1
    while position < len(text):
        found = _TOKEN.match(text, position)
        if not found:
            raise growth.fault(SYNTAX, "something of it is no JSON", line)
        if found.lastgroup != "gap":
            yield found.lastgroup or "", found[0], line
        line += found[0].count("\n")
        position = found.end()
