"""knex: a configuration whose client is pg, and whose connection is a string or pg's own options.

Source: knex 3, lib/knex-builder/internal/config-resolver.js and lib/dialects/postgres/index.js.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from tlscheck.drivers import node
from tlscheck.drivers.connection import Connection, cannot_be_read, not_marked
from tlscheck.drivers.frameworks import Framework
from tlscheck.drivers.word_names import all_shown, listed
from tlscheck.drivers.words import Words

KIND = "a configuration of knex"
_CLIENTS = ("pg", "postgres", "postgresql", "cockroachdb", "redshift")
_POOL = listed(
    "create destroy validate log min max acquireTimeoutMillis createTimeoutMillis destroyTimeoutMillis"
    " idleTimeoutMillis reapIntervalMillis createRetryIntervalMillis propagateCreateError afterCreate"
    " maxConnectionLifetimeMillis maxConnectionLifetimeJitterMillis"
)
_OWN = listed(
    "client dialect connection version searchPath pool acquireConnectionTimeout asyncStackTraces debug log"
    " useNullAsDefault wrapIdentifier postProcessResponse compileSqlOnError userParams migrations seeds"
    " jsonbSupport fetchAsString"
)

_COMPATIBLE = re.compile(r"([?&])uselibpqcompat=[^&#]*&?")


def read(given: Words) -> Connection:
    """A configuration, or the string that stands for it. Raises BadRequest, as knex does for other clients."""
    options = given.options
    if given.text:
        if given.text.partition("://")[0] not in {"postgres", "postgresql"} and not options:
            raise cannot_be_read(KIND, "its string does not begin with postgresql:// or postgres://")
        options = {"client": "pg", **options, "connection": given.text}
    client = not_marked("client", options.get("client", options.get("dialect", "")))
    if client == "pgnative":
        return replace(node.read(replace(given, text="", options={})), unknown=("client: pgnative is libpq's",))
    if client not in _CLIENTS:
        raise cannot_be_read(KIND, f"its client is none of {', '.join(_CLIENTS)}")
    pool = options.get("pool")
    if isinstance(pool, Mapping) and set(pool) - _POOL:
        raise cannot_be_read(KIND, f"its pool takes no {', '.join(all_shown(set(pool) - _POOL))}")
    connection = options.get("connection") or {}
    unknown = ["connectionPool"] * bool(options.get("connectionPool"))
    if isinstance(connection, str):
        found = replace(_of_string(connection, given), is_url=True)
    elif isinstance(connection, Mapping):
        found = node.read(replace(given, text="", options=connection))
        ours = tuple(f"connection.{name}" for name in found.ignored)
        found = replace(found, ignored=ours)
    else:
        found = node.read(replace(given, text="", options={}))
        unknown.append("connection")
    ignored = all_shown(name for name in options if name not in _OWN | {"connectionPool"})
    return replace(found, unknown=(*found.unknown, *unknown), ignored=(*found.ignored, *ignored))


def _of_string(text: str, given: Words) -> Connection:
    """As pg-connection-string 2.6.2 reads it, which knex brings for strings: it knows no uselibpqcompat (run)."""
    without = _COMPATIBLE.sub(r"\1", text)
    found = node.read(replace(given, text=without, options={}))
    return replace(found, ignored=(*found.ignored, *["uselibpqcompat"] * (without != text)))


def recognises(options: Mapping[str, object]) -> bool:
    """Whether options are knex's and no driver's."""
    return "client" in options and "connection" in options


def _line(connection: Connection, path: str) -> str:
    return node.url_line(connection, path) or f"connection: {{ ..., {node.ssl_object(path)} }}"


def _chain_line(connection: Connection, path: str) -> str:
    """Never in the URL, where verify-ca verifies the name too; a string has no place for anything else."""
    if connection.is_url:
        return ""
    return f"connection: {{ ..., {node.ssl_object(path, node.ANY_NAME_MEMBER)} }}"


FRAMEWORK = Framework("knex", read, _line, _chain_line, recognises=recognises)
