"""Dockerfiles: what ENV sets, for each stage with its image.

Source: Docker's manual, "Dockerfile reference" (ENV, FROM, ARG, line continuation). A value of ARG is given by who
builds, so that its default is no value.
"""

import re
from collections.abc import Iterator

from tlscheck.formats.node import Node

_INSTRUCTION = re.compile(r"\s*(FROM|ENV)\s+(.*)", re.DOTALL | re.IGNORECASE)
_PAIR = re.compile(
    r"""([A-Za-z_][A-Za-z0-9_.]*)=("(?:\\.|[^"\\])*"|'[^']*'|(?:\\.|[^\s\\])*)(?=\s|$)""", re.DOTALL
)
_OLD = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*)\s+(.*)", re.DOTALL)


def read(text: str) -> tuple[Node, ...]:
    """A mapping of `image` and `ENV` for each stage that sets a variable."""
    stages: list[tuple[Node, dict[str, Node]]] = []
    for number, line in _logical(text):
        said = _INSTRUCTION.fullmatch(line)
        if said is None:
            continue
        if said[1].upper() == "FROM" or not stages:
            words = [each for each in said[2].split() if not each.startswith("--")]
            stages.append((Node(words[0] if words and said[1].upper() == "FROM" else None, number), {}))
        if said[1].upper() == "ENV":
            # Of a name that is set again the last one counts.
            stages[-1][1].update({name: Node(value, number) for name, value in _pairs(said[2].strip())})
    return tuple(
        Node({"image": image, "ENV": Node(said, image.line)}, image.line) for image, said in stages if said
    )


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Instructions with the lines that they go on with; comments between these are left out."""
    start, whole = 0, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(r"\s*(#|$)", line):
            continue
        start = start if whole else number
        if line.rstrip().endswith("\\"):
            whole += line.rstrip()[:-1] + " "
            continue
        yield start, whole + line
        whole = ""
    if whole:
        yield start, whole


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    old = _OLD.fullmatch(text)
    if old and "=" not in text.partition(" ")[0]:
        yield old[1], old[2]
        return
    for name, value in _PAIR.findall(text):
        quoted = value[:1] in {'"', "'"}
        yield name, re.sub(r"\\(.)", r"\1", value[1:-1] if quoted else value)
