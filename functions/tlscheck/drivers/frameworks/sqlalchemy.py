"""SQLAlchemy's URLs for all of Python's drivers, with connect_args or all of create_engine() beside them.

Source: SQLAlchemy 2.1, engine/url.py (_parse_url), engine/create.py and dialects/postgresql/*.py
(create_connect_args, connect, _split_multihost_from_url).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, quote

from tlscheck.drivers import asyncpg, libpq, pg8000
from tlscheck.drivers.connection import Connection, cannot_be_read
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.frameworks import Framework
from tlscheck.drivers.libpq_options import echoed
from tlscheck.drivers.python_context import any_name
from tlscheck.drivers.words import Words

_KIND = "a SQLAlchemy URL"
_SQLALCHEMY = re.compile(r"postgres(?:ql)?(?:\+([A-Za-z0-9_]+))?://")
_URL = re.compile(
    r"(?:[^:/]*(?::[^@]*)?@)?(?:(?:\[(?P<six>[^/?]+)\]|(?P<host>[^/:?]+))?(?::(?P<port>[^/?]*))?)?"
    r"(?:/(?P<database>[^?]*))?(?:\?(?P<query>.*))?",
    re.DOTALL,
)
_DIALECTS = {
    None: Driver.PSYCOPG2,
    "psycopg2": Driver.PSYCOPG2,
    "psycopg2cffi": Driver.PSYCOPG2,
    "psycopg": Driver.PSYCOPG,
    "psycopg_async": Driver.PSYCOPG,
    "asyncpg": Driver.ASYNCPG,
    "pg8000": Driver.PG8000,
}
_OF_ENGINE = frozenset(
    (
        *("case_sensitive", "client_encoding", "convert_unicode", "echo", "echo_pool", "empty_in_strategy"),
        *("enable_from_linting", "encoding", "executemany_batch_page_size", "executemany_mode", "future"),
        *("executemany_values_page_size", "execution_options", "hide_parameters", "implicit_returning"),
        *("insertmanyvalues_page_size", "isolation_level", "json_deserializer", "json_serializer", "label_length"),
        *("logging_name", "max_identifier_length", "max_overflow", "module", "native_inet_types", "paramstyle"),
        *("plugins", "pool", "pool_events", "pool_logging_name", "pool_pre_ping", "pool_recycle"),
        *("pool_reset_on_return", "pool_size", "pool_timeout", "pool_use_lifo", "poolclass", "query_cache_size"),
        *("server_side_cursors", "skip_autocommit_rollback", "strategy", "use_batch_mode", "use_insertmanyvalues"),
        *("use_native_hstore", "use_native_unicode", "use_native_uuid"),
    )
)
"""Arguments of create_engine() that say nothing of how it connects."""

_CACHE_SIZE = "prepared_statement_cache_size"
_OF_ADAPTER = frozenset((_CACHE_SIZE, "prepared_statement_name_func", "async_fallback"))
_CREATORS = ("creator", "async_creator", "async_creator_fn")


def is_sqlalchemy(text: str) -> bool:
    """Whether it names a dialect's driver, as only SQLAlchemy's URLs do."""
    named = _SQLALCHEMY.match(text)
    return bool(named and named[1])


def read(given: Words) -> Connection:
    """A SQLAlchemy URL with its connect_args as options, or with all arguments of create_engine().

    Raises BadRequest.
    """
    options, unknown = _connect_args(given.options)
    named = _SQLALCHEMY.match(given.text)
    if not named or named[1] not in _DIALECTS:
        raise cannot_be_read(_KIND, f"its driver is none of {', '.join(name for name in _DIALECTS if name)}")
    if given.text.startswith("postgres:") or given.text.startswith("postgres+"):
        raise cannot_be_read(_KIND, "since 1.4 it knows no postgres:// (NoSuchModuleError); write postgresql://")
    driver = _DIALECTS[named[1]]
    said = _said(given.text[named.end() :], is_list=driver is Driver.ASYNCPG)
    _no_sslmode(driver, {**said, **options})
    if driver is Driver.ASYNCPG:
        _numbers(said)
    if driver is Driver.PG8000 and isinstance(said.get("ssl_context"), str):
        raise cannot_be_read(
            _KIND, "ssl_context of its query is a text, and pg8000 fails; give it in connect_args"
        )
    merged = {name: value for name, value in {**said, **options}.items() if name not in _OF_ADAPTER}
    found = _READ.get(driver, lambda words: libpq.read(driver, words))(replace(given, text="", options=merged))
    return replace(found, unknown=(*unknown, *found.unknown)) if unknown else found


_READ = {Driver.ASYNCPG: asyncpg.read, Driver.PG8000: pg8000.read}


def _connect_args(options: Mapping[str, object]) -> tuple[dict[str, object], tuple[str, ...]]:
    """What reaches the driver, and what makes the connection in place of all of it."""
    creators = tuple(f"{name}, which makes the connection itself" for name in _CREATORS if options.get(name))
    rest = {name: value for name, value in options.items() if name not in _CREATORS}
    if "connect_args" not in options:
        return rest, creators
    inner = rest.pop("connect_args")
    if not isinstance(inner, Mapping):
        raise cannot_be_read(_KIND, "connect_args is no object")
    if strange := next((name for name in rest if name not in _OF_ENGINE), ""):
        raise cannot_be_read(_KIND, f"Invalid argument(s) {echoed(strange)} sent to create_engine()")
    made = tuple(f"{name}, which makes the connection itself" for name in _CREATORS if inner.get(name))
    return {str(name): value for name, value in inner.items() if name not in _CREATORS}, creators + made


def _said(text: str, *, is_list: bool) -> dict[str, object]:
    """What the URL hands to the driver: its host and port, or those of its query, and the query."""
    parts = _URL.fullmatch(text)
    if not parts or "@" in f"{parts['host']}{parts['port']}{parts['database']}":
        raise cannot_be_read(_KIND, "an @ stands where none may be: encode @ : / of a password as %40 %3A %2F")
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(parts["query"] or ""):
        query.setdefault(name, []).append(value)
    host, port = parts["six"] or parts["host"] or "", parts["port"] or ""
    several = query.pop("host", [])
    numbers = query.pop("port", [])
    # Of a word twice the driver gets a tuple, which psycopg takes as the text of one.
    said: dict[str, object] = {
        name: values[0] if len(values) == 1 else tuple(values) if is_list else str(tuple(values))
        for name, values in query.items()
    }
    if several:
        return said | _several(several, numbers, is_list=is_list)
    if numbers:
        port = ",".join(numbers)
    return said | ({"host": host} if host else {}) | ({"port": port} if port else {})


def _several(several: list[str], numbers: list[str], *, is_list: bool) -> dict[str, object]:
    if len(several) > 1 or (":" in several[0] and "," not in several[0] and not numbers):
        if numbers:
            raise cannot_be_read(_KIND, "Can't mix 'multihost' formats together")
        hosts, ports = zip(*(each.partition(":")[::2] for each in several), strict=True)
    else:
        hosts = tuple(several[0].split(","))
        ports = tuple(",".join(numbers).split(",")) if numbers else ("",) * len(hosts)
    if len(hosts) != len(ports):
        raise cannot_be_read(_KIND, "number of hosts and ports don't match")
    if is_list and len(hosts) > 1:
        if not all(hosts) or not all(ports):
            raise cannot_be_read(
                _KIND, "All hosts and ports are required to be present for asyncpg multiple host URL"
            )
        return {"host": list(hosts), "port": list(ports)}
    found: dict[str, object] = {"host": ",".join(hosts)}
    return found | ({"port": ",".join(ports)} if any(ports) else {})


def _numbers(said: Mapping[str, object]) -> None:
    """Of what its adapter makes a number of, in the query alone: a word twice is a tuple, and no number."""
    size = said.get(_CACHE_SIZE, "0")
    if not isinstance(size, str) or not re.fullmatch(r"\s*[+-]?\d+(_\d+)*\s*", size):
        why = "stands twice in its query" if isinstance(size, tuple) else "is no number"
        raise cannot_be_read(_KIND, f"{_CACHE_SIZE} {why}, and int() of it fails")


def _no_sslmode(driver: Driver, merged: Mapping[str, object]) -> None:
    if "sslmode" in merged and driver in _READ:
        mend = "ssl=verify-full" if driver is Driver.ASYNCPG else 'connect_args={"ssl_context": ...}'
        raise cannot_be_read(
            _KIND, f"{driver} takes no sslmode from SQLAlchemy and raises TypeError; write {mend}"
        )


def _line(connection: Connection, path: str) -> str:
    if connection.driver.family is Family.LIBPQ:
        return f"?sslmode=verify-full&sslrootcert={quote(path, '/:')}"
    context = f"ssl.create_default_context(cafile={json.dumps(path)})"
    return f'create_engine(..., connect_args={{"{_argument(connection)}": {context}}})'


def _chain_line(connection: Connection, path: str) -> str:
    if connection.driver.family is Family.LIBPQ:
        return _line(connection, path).replace("verify-full", "verify-ca")
    return any_name(f'create_engine(..., connect_args={{"{_argument(connection)}": context}})', path)


def _argument(connection: Connection) -> str:
    return "ssl" if connection.driver is Driver.ASYNCPG else "ssl_context"


FRAMEWORK = Framework("sqlalchemy", read, _line, _chain_line, names=("sql-alchemy", "flask-sqlalchemy", "alembic"))
