"""TOML, with the lines that its keys stand in."""

import re
from collections.abc import Iterator

from tlscheck.formats.node import Node
from tlscheck.formats.trees import growth

SYNTAX = "TOML"

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\"'-]+(?:\s*\.\s*[A-Za-z0-9_\"'-]+)*)\s*=")


def looks_like(text: str) -> bool:
    """Whether it is TOML with a table or a key. Never raises."""
    import tomllib  # noqa: PLC0415 - a tenth of the command's start, for those who bring TOML alone

    try:
        return bool(tomllib.loads(text))
    except (ValueError, RecursionError):
        return False


def read(text: str) -> Node:
    """The table that the text is. Raises BadRequest."""
    import tomllib  # noqa: PLC0415 - as above

    try:
        plain = tomllib.loads(text)
    except tomllib.TOMLDecodeError as what:
        # Its message repeats the text; of it only the line is taken.
        line = re.search(r"at line (\d+)", str(what))
        raise growth.fault(SYNTAX, "something of it is no TOML", int(line[1]) if line else 0) from None
    except (ValueError, RecursionError):
        raise growth.fault(SYNTAX, "something of it is no TOML") from None
    return _node(plain, (), dict(_lines(text)), 0)


def _node(value: object, path: tuple[str, ...], lines: dict[tuple[str, ...], int], above: int) -> Node:
    line = lines.get(path, above)
    if len(path) > growth.DEEPEST:
        raise growth.fault(SYNTAX, "it is deeper than settings are", line)
    if isinstance(value, dict):
        return Node({str(k): _node(v, (*path, str(k)), lines, line) for k, v in value.items()}, line)
    if isinstance(value, list):
        return Node(tuple(_node(v, (*path, str(n)), lines, line) for n, v in enumerate(value)), line)
    return Node(value if isinstance(value, str | int | float | bool) else str(value), line)


def _lines(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """Where each table and key stands. A line within a text of several lines may be taken for one, no more."""
    table: tuple[str, ...] = ()
    counts: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.fullmatch(line):
            table = _parts(header[2])
            # Below a table of an array, names begin with the one that was opened last.
            for end in range(1, len(table)):
                if table[:end] in counts:
                    table = (*table[:end], str(counts[table[:end]]), *table[end:])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, str(counts[table]))
            yield table, number
        elif key := _KEY.match(line):
            yield (*table, *_parts(key[1])), number


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(r'"[^"]*"|\'[^\']*\'|[^.\s]+', dotted))
