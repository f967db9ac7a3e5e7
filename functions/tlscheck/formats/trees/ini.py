"""Sections of `name = value` lines: odbc.ini, pgbouncer.ini, airflow.cfg, grafana.ini, pg_service.conf.

Source: Python, configparser; unixODBC, iniOpen; pgbouncer, cf_load_file; go-ini (grafana).
"""

import re
from collections.abc import Iterator

from tlscheck.formats.node import Node
from tlscheck.formats.trees import growth

SYNTAX = "INI"

_SECTION = re.compile(r"\s*\[([^\[\]]{1,200})\]\s*([;#].*)?")
_PAIR = re.compile(r"([^=\s][^=]*?)\s*=\s*(.*?)\s*")


def looks_like(text: str) -> bool:
    """Whether its first line that is no comment is a [section]."""
    lines = (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("#", ";")))
    return bool(_SECTION.fullmatch(next(lines, "")))


def read(text: str) -> Node:
    """A mapping of sections; what stands behind a value is of it. Raises BadRequest."""
    sections: dict[str, Node] = {}
    for name, line, pairs in _sections(text):
        if name in sections:
            raise growth.fault(SYNTAX, "a section stands twice", line)
        values = ((key, Node(value, at)) for key, value, at in pairs)
        sections[name] = growth.mapping(SYNTAX, values, line)
    return Node(sections, 1)


def _sections(text: str) -> Iterator[tuple[str, int, list[tuple[str, str, int]]]]:
    name, start, pairs = "", 1, list[tuple[str, str, int]]()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith(("#", ";")):
            continue
        if section := _SECTION.fullmatch(line):
            if name or pairs:
                yield name, start, pairs
            name, start, pairs = section[1].strip(), number, []
        elif pairs and line[:1].isspace() and pairs[-1][2] == number - 1:
            # As configparser: what is indented goes on with the line before.
            key, value, at = pairs.pop()
            pairs.append((key, f"{value}\n{line.strip()}", at))
        elif pair := _PAIR.fullmatch(line.strip()):
            pairs.append((pair[1], pair[2], number))
        elif not line.lstrip().startswith("%include"):
            pairs.append((line.strip(), "", number))
    if name or pairs:
        yield name, start, pairs
