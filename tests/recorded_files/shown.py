"""What is found in a document, a line for each thing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields

from tlscheck.drivers.connection import Connection
from tlscheck.drivers.written import Style, Written
from tlscheck.formats.literals import languages, python
from tlscheck.formats.literals.code import source
from tlscheck.formats.literals.language import Language
from tlscheck.formats.node import Node
from tlscheck.formats.reading import Located
from tlscheck.formats.trees import dockerfile, dotenv, ini, properties, toml, yaml
from tlscheck.formats.trees import json as json_tree

TREES: dict[str, Callable[[str], Node | tuple[Node, ...]]] = {
    "yml": yaml.read,
    "json": json_tree.read,
    "toml": toml.read,
    "ini": ini.read,
    "properties": properties.read,
    "env": dotenv.read,
    "dockerfile": dockerfile.read,
}
LANGUAGES = {
    "js": "JavaScript",
    "php": "PHP",
    "pl": "Perl",
    "rb": "Ruby",
    "exs": "Elixir",
    "go": "Go",
    "rs": "Rust",
    "cs": "C#",
    "tf": "HCL",
    "prisma": "Prisma's schema",
}


def of_connections(found: tuple[Located, ...]) -> Iterator[str]:
    """`production.host (line 3): libpq, host=..., port=5432, mode=require`."""
    for each in found:
        told = f"refused: {each.refused}" if each.connection is None else ", ".join(_of(each.connection))
        yield f"{each.spot or 'itself'}: {told}"
        if each.connection and (place := _place(each.connection.written, each.spot.told)):
            yield f"  a fix: {place}"


def _place(written: Written, spot: str) -> str:
    """How a fix is written; nothing where it stands at the place's own URL, as `name=value`."""
    names = ", ".join(word if word == name else f"{word} as {name}" for word, name in written.names.items())
    told = [
        f"at {written.at}" if written.at != spot else "",
        names,
        f"within {written.within}" if written.within else "",
        written.style.name.lower() if written.style and written.style is not Style.EQUALS else "",
        "settings beside its URL" if written.has_beside else "",
        written.how,
    ]
    return "; ".join(filter(None, told))


def _of(connection: Connection) -> Iterator[str]:
    """The driver, and whatever is not as it is by itself; where it stands and is mended is told beside it."""
    yield str(connection.driver)
    told_apart = {"driver", "label", "written"}
    for field in fields(connection):
        value = getattr(connection, field.name)
        if field.name in told_apart or (field.default is not MISSING and value == field.default):
            continue
        if field.name == "inline_roots":
            value = f"{value.count('BEGIN CERTIFICATE')} in {len(value)} letters"
        elif isinstance(value, frozenset):
            value = " ".join(sorted(value)) or "nothing"
            if value == "nothing":
                continue
        elif isinstance(value, tuple) and all(isinstance(each, str) for each in value):
            value = " | ".join(value)
        yield f"{field.name}={value}"


def of_tree(name: str, text: str) -> Iterator[str]:
    """`2 a.b = 'text'`: line, path and value of each leaf."""
    read = TREES[name.rpartition(".")[2]](text)
    for number, document in enumerate(read if isinstance(read, tuple) else (read,), start=1):
        if number > 1:
            yield "---"
        yield from _leaves(document)


def _leaves(document: Node) -> Iterator[str]:
    for path, node in document.walk():
        if isinstance(node.content, tuple | Mapping):
            if not node.content:
                yield f"{node.line} {'.'.join(path)} = {node.plain}"
            continue
        yield f"{node.line} {'.'.join(path)} = {_value(node)}"


def of_code(name: str, text: str) -> Iterator[str]:
    """Calls, names and what is exported."""
    ending = name.rpartition(".")[2]
    code = python.source(text) if ending == "py" else source(text, _language(LANGUAGES[ending]))
    for call in code.calls:
        given = [_short(each) for each in call.positional]
        given += [f"{key}: {_short(each)}" for key, each in call.named.items()]
        yield f"{call.line} {call.name}({', '.join(given)})"
    for key, node in code.names.items():
        yield f"{node.line} {key} = {_short(node)}"
    for key, node in code.again:
        yield f"{node.line} {key} = {_short(node)}, among others"
    for node in code.exported:
        yield f"{node.line} exports {_short(node)}"


def _language(name: str) -> Language:
    return next(each for each in vars(languages).values() if isinstance(each, Language) and each.name == name)


def _short(node: Node) -> str:
    if isinstance(node.content, tuple):
        return f"[{', '.join(map(_short, node.content))}]"
    if isinstance(node.content, Mapping):
        return "{" + ", ".join(f"{key}: {_short(each)}" for key, each in node.content.items()) + "}"
    return _value(node)


def _value(node: Node) -> str:
    """As Python writes it; what is computed by its name: <process.env.X>."""
    told = repr(node.content).replace("\\ue000", "<").replace("\\ue001", ">")
    return f"{told} unless {node.default_of}" if node.default_of else told
