"""Sequelize 6: its options, of which pg gets a part, and its URL, which stands before them.

Source: sequelize 6, lib/sequelize.js (constructor) and lib/dialects/postgres/connection-manager.js (connect).
"""

from collections.abc import Mapping
from dataclasses import replace

from tlscheck.drivers import node
from tlscheck.drivers.connection import DIRECT, Connection, cannot_be_read, not_marked
from tlscheck.drivers.frameworks import Framework
from tlscheck.drivers.placeholder import marked
from tlscheck.drivers.word_names import all_shown, listed, shown
from tlscheck.drivers.words import Words

KIND = "options of Sequelize"
_HANDED_ON = listed(
    "application_name ssl client_encoding binary keepAlive statement_timeout query_timeout"
    " connectionTimeoutMillis idle_in_transaction_session_timeout lock_timeout options stream"
)
_OWN = listed(
    "dialect dialectOptions host port database username password protocol define query sync timezone logging"
    " omitNull pool quoteIdentifiers hooks retry transactionType isolationLevel databaseVersion typeValidation"
    " benchmark minifyAliases logQueryParameters attributeBehavior standardConformingStrings"
    " keepDefaultTimezone models schema operatorsAliases seederStorage seederStorageTableName migrationStorage"
    " migrationStorageTableName migrationStorageTableSchema clientMinMessages noTypeValidation set"
)
_POOL = listed("max min acquire idle evict maxUses validate")
_DECIDE = listed("native replication dialectModule dialectModulePath use_env_variable")


def read(given: Words) -> Connection:
    """A URL and the options beside it. Raises BadRequest, as Sequelize does without a dialect of PostgreSQL."""
    options = given.options
    dialect = (
        given.text.partition("://")[0] if given.text else str(not_marked("dialect", options.get("dialect", "")))
    )
    if dialect not in {"postgres", "postgresql"} and not marked(given.text):
        raise cannot_be_read(KIND, "its dialect is not postgres")
    within = options.get("dialectOptions")
    inner: Mapping[str, object] = within if isinstance(within, Mapping) else {}
    handed = {name: value for name, value in inner.items() if name in _HANDED_ON}
    host = options.get("host") or "localhost"
    found = node.read(replace(given, options={"host": host, "port": options.get("port"), **handed}))
    unknown = [name for name in options if name in _DECIDE and options[name]]
    ignored = [shown(name) for name in options if name not in _OWN | _DECIDE]
    ignored += [f"dialectOptions.{shown(name)}" for name in inner if name not in _HANDED_ON]
    pool = options.get("pool")
    ignored += [f"pool.{shown(name)}" for name in pool if name not in _POOL] if isinstance(pool, Mapping) else []
    unknown += ["dialectOptions"] * (within is not None and not isinstance(within, Mapping))
    if found.mode.endswith(DIRECT):
        # It hands no sslnegotiation on to pg.
        found = replace(found, mode=found.mode.removesuffix(DIRECT), ignored=(*found.ignored, "sslnegotiation"))
    ours = tuple(f"dialectOptions.{name}" if name in handed else name for name in found.ignored)
    return replace(found, unknown=(*found.unknown, *all_shown(unknown)), ignored=(*ours, *ignored))


def recognises(options: Mapping[str, object]) -> bool:
    """Whether options are Sequelize's and no driver's."""
    return "dialectOptions" in options or str(options.get("dialect")) in {"postgres", "postgresql"}


def _line(connection: Connection, path: str) -> str:
    return node.url_line(connection, path) or f"dialectOptions: {{ {node.ssl_object(path)} }}"


def _chain_line(connection: Connection, path: str) -> str:  # noqa: ARG001 - one shape for all
    """Never in the URL, where verify-ca verifies the name too."""
    return f"dialectOptions: {{ {node.ssl_object(path, node.ANY_NAME_MEMBER)} }}"


FRAMEWORK = Framework("sequelize", read, _line, _chain_line, recognises=recognises)
