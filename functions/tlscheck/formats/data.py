"""Data of any kind: its tree is looked through for what is known, and for whatever is a connection."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tlscheck.drivers.written import Style
from tlscheck.formats.configuration import Configuration, Occurrence, Refused
from tlscheck.formats.document import DataFile, Syntax, document, named
from tlscheck.formats.form import Form
from tlscheck.formats.node import Node
from tlscheck.formats.placeholders import Placeholders, of_a_person
from tlscheck.formats.shape import Block, Surroundings
from tlscheck.inventory.bad_request import BadRequest

NAME = "YAML, JSON, TOML, INI, properties or a .env"

_MAY_HOLD = re.compile(
    r"postgres|pgsql|postgis|jdbc|ecto|host|server|ssl|conn|kind\W{1,3}Secret|_(url|uri|dsn)\b", re.IGNORECASE
)
"""What stands in every text that holds a connection: without it nothing is looked through."""

_DEEPEST = 3
"""Files within values of files: an application.yml in a ConfigMap in a List."""


def _recognises(configuration: Configuration) -> bool:
    try:
        read = _read(configuration)
        return read is not None and (read[0].is_named or next(_found(*read), None) is not None)
    except BadRequest:
        # Its name says what it is: then it is told why it can't be read.
        return _MAY_HOLD.search(configuration.text) is not None


def _find(configuration: Configuration) -> Iterator[Occurrence | Refused]:
    if read := _read(configuration):
        yield from _found(*read)


def _read(configuration: Configuration) -> tuple[DataFile, Surroundings] | None:
    """Its document, rendered as its templates would be where that is known. Raises BadRequest."""
    if not _MAY_HOLD.search(configuration.text):
        syntax = named(configuration.name)
        return (DataFile(syntax, (), is_named=True), Surroundings(configuration.given)) if syntax else None
    text = of_a_person(configuration.text)
    read = document(Placeholders(configuration.given.variables).in_document(text), configuration.name)
    if read is None:
        return None
    from tlscheck.formats.kubernetes import neighbours  # noqa: PLC0415 - for those who bring data alone

    first = read.trees[0] if read.trees else Node(None)
    around = Surroundings(
        configuration.given,
        configuration.given.variables,
        neighbours(read.trees),
        first=first,
    )
    return read, around


def _found(read: DataFile, around: Surroundings) -> Iterator[Occurrence | Refused]:
    for number, tree in enumerate(read.trees, start=1):
        path = (f"document {number}",) if len(read.trees) > 1 else ()
        yield from _looked_through(Block((), tree), _Inside(path, read.syntax), around)


@dataclass(frozen=True, slots=True)
class _Inside:
    """Where a tree stands that is looked through."""

    path: tuple[str, ...]
    """Of the file within the file, or of the document of several."""

    syntax: Syntax
    depth: int = 0
    wrote: Syntax | None = None
    """Of the file within the file, in which a fix is written."""


_STYLES = {Syntax.YAML: Style.COLON, Syntax.JSON: Style.JSON, Syntax.TOML: Style.QUOTED}


def _placed(found: Occurrence | Refused, inside: _Inside) -> Occurrence | Refused:
    """The same by its path from the document's own root."""
    spot = replace(found.spot, path=".".join((*inside.path, found.spot.path)).strip("."))
    if isinstance(found, Refused):
        return replace(found, spot=spot)
    written = found.written
    within = ".".join((*inside.path, written.within)) if written.within else ""
    style = written.style or _STYLES.get(inside.wrote or inside.syntax, Style.EQUALS)
    return replace(found, spot=spot, written=replace(written, within=within, style=style))


def _looked_through(block: Block, inside: _Inside, around: Surroundings) -> Iterator[Occurrence | Refused]:
    from tlscheck.formats.shapes import SHAPES  # noqa: PLC0415 - twenty formats, for those who bring data alone

    around = replace(around, image=block.said("image") or around.image)
    for shape in SHAPES:
        if shape.matches(block):
            for each in shape.find(block, around):
                yield _placed(each, inside)
            rest = shape.rest(block, around)
            if rest is None:
                return
            block = replace(block, node=rest)
    content = block.node.content
    if isinstance(content, Mapping):
        for name, node in content.items():
            yield from _looked_through(Block((*block.path, name), node), inside, around)
    elif isinstance(content, tuple):
        for index, node in enumerate(content):
            yield from _looked_through(Block((*block.path, str(index)), node), inside, around)
    elif isinstance(content, str) and "\n" in content and inside.depth < _DEEPEST:
        yield from _within(content, block, inside, around)


def _within(text: str, block: Block, inside: _Inside, around: Surroundings) -> Iterator[Occurrence | Refused]:
    """What a file holds that is the value of another: in a ConfigMap, or an environment file of a job."""
    try:
        read = document(text, block.key)
    except BadRequest:
        return
    if read is None:
        return
    for tree in read.trees:
        # A block of YAML begins in the line below its key; in JSON and base64 no line can be told.
        moved = _moved(tree, block.node.line, is_block=inside.syntax is Syntax.YAML and not inside.depth)
        inner = replace(around, first=read.trees[0])
        path = (*inside.path, block.spot.path)
        yield from _looked_through(
            Block((), moved), _Inside(path, inside.syntax, inside.depth + 1, read.syntax), inner
        )


def _moved(node: Node, by: int, *, is_block: bool) -> Node:
    content = node.content
    line = node.line + by if is_block else by
    if isinstance(content, Mapping):
        return Node({name: _moved(each, by, is_block=is_block) for name, each in content.items()}, line)
    if isinstance(content, tuple):
        return Node(tuple(_moved(each, by, is_block=is_block) for each in content), line)
    return Node(content, line)


FORMAT = Form(NAME, _recognises, _find)
