"""TypeORM: a data source of type postgres, which connects through pg.

Source: typeorm 1, driver/postgres/PostgresDriver.js (createPool) and driver/DriverUtils.js (buildDriverOptions).
"""

from collections.abc import Mapping
from dataclasses import replace

from tlscheck.drivers import node
from tlscheck.drivers.connection import Connection, cannot_be_read, not_marked
from tlscheck.drivers.frameworks import Framework
from tlscheck.drivers.word_names import all_shown, listed
from tlscheck.drivers.words import Words

KIND = "options of TypeORM"
_TYPES = ("postgres", "cockroachdb")
_OWN = listed(
    "type name url host port username password database ssl extra schema applicationName connectTimeoutMS"
    " poolSize parseInt8 entities subscribers migrations migrationsTableName migrationsTransactionMode"
    " metadataTableName namingStrategy logging logger maxQueryExecutionTime synchronize migrationsRun"
    " dropSchema entityPrefix entitySkipConstructor relationLoadStrategy cache isolateWhereStatements"
    " invalidWhereValuesBehavior useUTC uuidExtension poolErrorHandler logNotifications installExtensions cli"
    " autoLoadEntities keepConnectionAlive retryAttempts retryDelay verboseRetryLog manualInitialization"
    " enableQueryTimeout timeTravelQueries"
)
_DECIDE = listed("driver nativeDriver replication")


def read(given: Words) -> Connection:
    """A data source; what its URL says of TLS wins, then extra.ssl, then ssl. Raises BadRequest."""
    options = given.options
    if not_marked("type", options.get("type", "postgres")) not in _TYPES:
        raise cannot_be_read(KIND, f"its type is none of {', '.join(_TYPES)}")
    extra = options.get("extra") or {}
    url = given.text or options.get("url") or ""
    handed: dict[str, object] = {name: options[name] for name in ("host", "port", "ssl") if name in options}
    handed |= {"connectionString": url} if url else {}
    handed |= extra if isinstance(extra, Mapping) else {}
    found = replace(node.read(replace(given, text="", options=handed)), is_url=bool(url))
    unknown = [name for name in options if name in _DECIDE and options[name]]
    unknown += ["extra"] * (not isinstance(extra, Mapping))
    ignored = [name for name in options if name not in _OWN | _DECIDE]
    within = extra if isinstance(extra, Mapping) else {}
    ours = tuple(f"extra.{name}" if name in within else name for name in found.ignored)
    return replace(found, unknown=(*found.unknown, *all_shown(unknown)), ignored=(*ours, *all_shown(ignored)))


def recognises(options: Mapping[str, object]) -> bool:
    """Whether options are TypeORM's and no driver's."""
    return str(options.get("type")) in _TYPES


def _line(connection: Connection, path: str) -> str:
    return node.url_line(connection, path) or f"extra: {{ ..., {node.ssl_object(path)} }}"


def _chain_line(connection: Connection, path: str) -> str:  # noqa: ARG001 - one shape for all
    """Never in the URL, where verify-ca verifies the name too."""
    return f"extra: {{ ..., {node.ssl_object(path, node.ANY_NAME_MEMBER)} }}"


FRAMEWORK = Framework("typeorm", read, _line, _chain_line, recognises=recognises)
