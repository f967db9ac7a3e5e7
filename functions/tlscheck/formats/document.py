"""Which syntax of data a text is written in, by its file's name or by how it begins; and its trees."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from tlscheck.formats.node import Node
from tlscheck.formats.trees import dockerfile, dotenv, ini, json, properties, toml, yaml
from tlscheck.inventory.bad_request import BadRequest


class Syntax(Enum):
    """How data is written."""

    YAML = auto()
    JSON = auto()
    TOML = auto()
    INI = auto()
    PROPERTIES = auto()
    DOTENV = auto()
    DOCKERFILE = auto()


@dataclass(frozen=True, slots=True)
class DataFile:
    """A text that is data."""

    syntax: Syntax
    trees: tuple[Node, ...]
    """Several where YAML or Spring's properties part it."""

    is_named: bool = False
    """Whether the file's name says so: then it is data even where no connection is found in it."""


_NAMES = (
    (Syntax.YAML, re.compile(r".*\.(ya?ml)(\.(erb|j2|tpl|example|sample|dist))*")),
    (Syntax.JSON, re.compile(r".*\.(jsonc?|json5)(\.(example|sample|dist))?")),
    (Syntax.TOML, re.compile(r".*\.toml")),
    (Syntax.INI, re.compile(r".*\.(ini|cfg)|\.?pg_service\.conf|\.?odbc\.ini|odbcinst\.ini")),
    (Syntax.PROPERTIES, re.compile(r".*\.properties|keycloak\.conf")),
    (Syntax.DOCKERFILE, re.compile(r"(dockerfile|containerfile)(\..+)?|.+\.(dockerfile|containerfile)")),
    (Syntax.DOTENV, re.compile(r"\.env(\..+)?|.*\.env|\.envrc|env\.(example|sample)")),
)


def named(name: str) -> Syntax | None:
    """The syntax that a file's name says."""
    return next((syntax for syntax, pattern in _NAMES if pattern.fullmatch(name.casefold())), None)


def document(text: str, name: str) -> DataFile | None:
    """The text as data; None where it is none. Raises BadRequest where its name says a syntax that it has not."""
    if said := named(name):
        return DataFile(said, _trees(said, text), is_named=True)
    for syntax, looks in (
        (Syntax.JSON, json.looks_like),
        (Syntax.PROPERTIES, properties.looks_like),
        (Syntax.DOTENV, dotenv.looks_like),
        (Syntax.TOML, _is_toml),
        (Syntax.INI, ini.looks_like),
        (Syntax.YAML, yaml.looks_like),
    ):
        if looks(text):
            try:
                return DataFile(syntax, _trees(syntax, text))
            except BadRequest:
                continue
    return None


def _is_toml(text: str) -> bool:
    # Without a table it could be keywords of libpq, one a line.
    return re.search(r"^\s*\[", text, re.MULTILINE) is not None and toml.looks_like(text)


def _trees(syntax: Syntax, text: str) -> tuple[Node, ...]:
    return _READ[syntax](text)


_READ: Mapping[Syntax, Callable[[str], tuple[Node, ...]]] = {
    Syntax.YAML: yaml.read,
    Syntax.JSON: lambda text: (json.read(text),),
    Syntax.TOML: lambda text: (toml.read(text),),
    Syntax.INI: lambda text: (ini.read(text),),
    Syntax.PROPERTIES: properties.read,
    Syntax.DOTENV: lambda text: (dotenv.read(text),),
    Syntax.DOCKERFILE: dockerfile.read,
}
