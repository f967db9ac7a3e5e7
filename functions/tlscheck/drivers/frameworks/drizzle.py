"""drizzle over pg, and the dbCredentials of drizzle-kit.

Source: drizzle-orm 0.45, node-postgres/driver.js; drizzle-kit, bin.cjs (preparePostgresDB).
"""

from collections.abc import Mapping
from dataclasses import replace

from tlscheck.drivers import node
from tlscheck.drivers.connection import Connection, not_marked
from tlscheck.drivers.frameworks import Framework
from tlscheck.drivers.word_names import all_shown, listed
from tlscheck.drivers.words import Words

_OWN = listed(
    "connection dbCredentials dialect schema logger casing cache out driver tablesFilter schemaFilter"
    " extensionsFilters migrations introspect verbose strict breakpoints entities"
)
_LAX: dict[str, object] = {"rejectUnauthorized": False}
_OF_KIT: dict[str, object] = {"require": _LAX, "allow": _LAX, "prefer": _LAX, "verify-full": {}}


def read(given: Words) -> Connection:
    """A URL, a configuration of drizzle(), or one of drizzle-kit. Raises BadRequest."""
    options = given.options
    if given.text:
        found = node.read(replace(given, options={}))
    elif isinstance(credentials := options.get("dbCredentials"), Mapping):
        found = _of_kit(credentials, given)
    else:
        connection = options.get("connection")
        handed: Mapping[str, object] = connection if isinstance(connection, Mapping) else {}
        text = connection if isinstance(connection, str) else ""
        found = replace(node.read(replace(given, text=text, options=handed)), is_url=bool(text))
        if not connection:
            found = replace(found, unknown=(*found.unknown, "connection"))
    unknown = ("client",) * ("client" in options)
    ignored = all_shown(name for name in options if name not in _OWN | {"client"})
    return replace(found, unknown=(*found.unknown, *unknown), ignored=(*found.ignored, *ignored))


def _of_kit(credentials: Mapping[str, object], given: Words) -> Connection:
    """drizzle-kit's words for ssl are its own, and it verifies where nothing is said of it."""
    if url := credentials.get("url"):
        beside = all_shown(name for name in credentials if name != "url")
        found = replace(node.read(replace(given, text=str(url), options={})), is_url=True)
        return replace(found, ignored=(*found.ignored, *beside))
    said = not_marked("ssl", credentials.get("ssl", {}))
    ssl = _OF_KIT.get(said, said) if isinstance(said, str) else said
    return node.read(replace(given, text="", options={**credentials, "ssl": ssl}))


def recognises(options: Mapping[str, object]) -> bool:
    """Whether options are drizzle-kit's and no driver's."""
    return isinstance(options.get("dbCredentials"), Mapping)


def _line(connection: Connection, path: str) -> str:
    return node.url_line(connection, path) or f"{{ ..., {node.ssl_object(path)} }}"


def _chain_line(connection: Connection, path: str) -> str:
    """Never in the URL, where verify-ca verifies the name too; a string has no place for anything else."""
    if connection.is_url:
        return ""
    return f"{{ ..., {node.ssl_object(path, node.ANY_NAME_MEMBER)} }}"


FRAMEWORK = Framework(
    "drizzle", read, _line, _chain_line, names=("drizzle-orm", "drizzle-kit"), recognises=recognises
)
