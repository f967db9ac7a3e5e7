"""Java's properties files.

Source: java.util.Properties.load; Spring Boot's reference (`#---` parts a file into documents).
"""

import re
from collections.abc import Iterator

from tlscheck.formats.node import Node
from tlscheck.formats.trees import growth

SYNTAX = "properties"

_PAIR = re.compile(r"((?:\\.|[^\s=:\\])+)[ \t\f]*(?:[=:][ \t\f]*)?(.*)", re.DOTALL)
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


def looks_like(text: str) -> bool:
    """Whether each line that is no comment begins with a dotted name and a value: `spring.datasource.url=...`."""
    lines = [line for _, line in _logical(text) if line]
    return bool(lines) and all(
        re.match(r"(%[\w,-]+\.)?[A-Za-z][\w-]*(\.[\w\[\]-]+)+\s*[=:]", line) for line in lines
    )


def read(text: str) -> tuple[Node, ...]:
    """Its documents, each a mapping of names as they stand. Raises BadRequest."""
    documents: list[dict[str, Node]] = [{}]
    for number, line in _logical(text):
        if line is None:
            documents.append({})
            continue
        pair = _PAIR.fullmatch(line)
        if not pair:
            raise growth.fault(SYNTAX, "a line of it is no name=value", number)
        # Of a name that stands twice Java takes the last.
        documents[-1][_unescaped(pair[1], number)] = Node(_unescaped(pair[2], number), number)
    return tuple(Node(each, 1) for each in documents if each)


def _logical(text: str) -> Iterator[tuple[int, str | None]]:
    """Lines with those that they go on with; None between two documents."""
    start, whole = 0, ""
    for number, line in enumerate(text.splitlines(), start=1):
        part = line.lstrip(" \t\f")
        if not whole and re.fullmatch(r"[#!]---\s*", line):
            yield number, None
        if not whole and (not part or part[0] in "#!"):
            continue
        start = start if whole else number
        whole += part
        if (len(whole) - len(whole.rstrip("\\"))) % 2:
            whole = whole[:-1] or " "
            continue
        yield start, whole
        whole = ""
    if whole:
        yield start, whole


def _unescaped(text: str, line: int) -> str:
    def one(found: re.Match[str]) -> str:
        if found[1][0] != "u":
            return _ESCAPED.get(found[1], found[1])
        if len(found[1]) != 5:
            raise growth.fault(SYNTAX, "a \\u of it is not followed by four hexadecimal digits", line)
        return chr(int(found[1][1:], 16))

    return re.sub(r"\\(u[0-9A-Fa-f]{4}|.)", one, text, flags=re.DOTALL)
