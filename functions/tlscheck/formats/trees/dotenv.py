"""Files of variables: `.env`, `export X=...` of a shell, systemd's EnvironmentFile, docker's env_file.

Source: docker compose, "Syntax for environment files"; dotenv (node), python-dotenv, godotenv, phpdotenv.
"""

import re
from collections.abc import Iterator

from tlscheck.drivers.placeholder import mark
from tlscheck.formats.node import Node
from tlscheck.formats.trees import growth
from tlscheck.inventory.bad_request import BadRequest

SYNTAX = ".env"

_NAME = re.compile(
    r"[ \t]*(?:(?:export|set|ENV|\$env:)[ \t]*(?<=[ \t:]))?([A-Za-z_][A-Za-z0-9_.]*)[ \t]*(=|:(?=\s)|$)[ \t]*"
)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


def looks_like(text: str) -> bool:
    """Whether each of its lines sets a variable whose name is in capitals. Never raises."""
    try:
        found = [name for name, _, _ in _variables(text)]
    except BadRequest:
        return False
    return bool(found) and all(re.fullmatch(r"[A-Z_][A-Z0-9_]*|ConnectionStrings__\w+", name) for name in found)


def read(text: str) -> Node:
    """A mapping of variables; one that stands twice with two values is a mark. Raises BadRequest."""
    found: dict[str, Node] = {}
    for name, value, line in _variables(text):
        is_other = name in found and found[name].content != value
        # Some readers keep the first, some the last.
        found[name] = Node(mark(f"{name}, which stands twice,") if is_other else value, line)
    return Node(found, 1)


def _variables(text: str) -> Iterator[tuple[str, str, int]]:
    position = 0
    while position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        line, number = text[position:end].strip(), text.count("\n", 0, position) + 1
        if not line or line.startswith("#"):
            position = end + 1
            continue
        name = _NAME.match(text[position:end].rstrip("\r"))
        if not name:
            raise growth.fault(SYNTAX, "it is no NAME=value", number)
        if not name[2]:  # docker takes it from the shell that it was started in
            yield name[1], mark(f"${name[1]}"), number
            position = end + 1
            continue
        value, position = _value(text, position + name.end(), end, number)
        yield name[1], value, number


def _value(text: str, start: int, end: int, number: int) -> tuple[str, int]:
    """A value, and where the next line begins. Within quotes it may go over several lines."""
    quote = text[start : start + 1]
    if quote and quote in "'\"`":
        body = r"((?:[^\"\\]|\\.)*)" if quote == '"' else rf"([^{quote}]*)"
        found = re.compile(rf"{quote}{body}{quote}[ \t\r]*(?:#[^\n]*)?;?[ \t\r]*(?:\n|$)", re.DOTALL).match(
            text, start
        )
        if found:
            inner = found[1]
            if quote == '"':
                inner = re.sub(r"\\(.)", lambda each: _ESCAPED.get(each[1], each[1]), inner, flags=re.DOTALL)
            return inner, found.end()
        if text.count(quote, start, end) < 2:
            raise growth.fault(SYNTAX, "a quote of it is not closed", number)
    return re.split(r"[ \t]#", text[start:end], maxsplit=1)[0].strip(), end + 1
