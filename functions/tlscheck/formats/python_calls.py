"""Calls of Python's drivers and of SQLAlchemy.

Source: SQLAlchemy, engine/create.py and engine/url.py; psycopg2, lib/__init__.py; psycopg and psycopg_pool, their
documentation; asyncpg, connection.py and pool.py; pg8000, its README.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from tlscheck.drivers.driver import Driver
from tlscheck.drivers.word_names import listed
from tlscheck.formats.literals.source import CALLED, SPREAD, Call, Code
from tlscheck.formats.node import Node
from tlscheck.formats.spoken import Saying

_ENGINE = re.compile(r"(\w+\.)*create_(async_)?engine")
_DRIVERS = (
    (re.compile(r"psycopg2\.(connect|pool\.\w+)|(\w+\.)*(Simple|Threaded)ConnectionPool"), Driver.PSYCOPG2),
    (
        re.compile(
            r"psycopg\.connect|(psycopg\.)?(Async)?Connection\.connect|(psycopg_pool\.)?(Async)?(Null)?ConnectionPool"
        ),
        Driver.PSYCOPG,
    ),
    (re.compile(r"asyncpg\.(connect|create_pool|connection\.connect|pool\.create_pool)"), Driver.ASYNCPG),
    (re.compile(r"pg8000(\.dbapi|\.native|\.legacy)?\.(connect|Connection)"), Driver.PG8000),
)
_ENGINES_OWN = listed(
    "echo echo_pool future pool_size max_overflow pool_timeout pool_recycle pool_pre_ping pool_use_lifo"
    " pool_logging_name logging_name isolation_level hide_parameters enable_from_linting execution_options"
    " insertmanyvalues_page_size json_serializer json_deserializer label_length max_identifier_length paramstyle"
    " pool_reset_on_return poolclass query_cache_size skip_autocommit_rollback use_insertmanyvalues"
    " use_native_hstore executemany_mode executemany_batch_page_size executemany_values_page_size encoding"
    " convert_unicode connect_args url"
)
"""Arguments of create_engine that decide nothing about TLS."""

_POOLS_OWN = listed(
    "minconn maxconn min_size max_size open max_waiting max_lifetime max_idle reconnect_timeout num_workers name"
    " configure reset check close_returns connection_class reconnect_failed cursor_factory connection_factory"
    " row_factory autocommit prepare_threshold context kwargs conninfo dsn loop setup init max_queries"
    " max_inactive_connection_lifetime record_class"
)
"""Arguments of connect() and of pools that are no words of the connection."""

_URL = re.compile(r"postgres(ql)?(\+\w+)?(://|$)", re.IGNORECASE)


def calls(source: Code) -> Iterator[Saying]:
    """Each connection that is made, and what Flask-SQLAlchemy is told."""
    for call in source.calls:
        if _ENGINE.fullmatch(call.name):
            yield from _engine(call)
        driver = next((driver for pattern, driver in _DRIVERS if pattern.fullmatch(call.name)), None)
        if driver:
            yield _connect(call, driver)
    yield from _flask(source)


def _engine(call: Call) -> Iterator[Saying]:
    given = call.named.get("url") or (call.positional[0] if call.positional else None)
    if given is None:
        return
    url, poured = _url(given)
    text = str(url.content)
    if not _URL.match(text) and not text.startswith("\ue000"):
        return  # another database's
    arguments = call.named.get("connect_args", Node({}))
    options = arguments.content if isinstance(arguments.content, Mapping) else {SPREAD: arguments}
    options = {**options, **poured}
    strange = (each for each in call.named if each not in _ENGINES_OWN)
    unknown = tuple("what an expression adds" if each.startswith(SPREAD) else each for each in strange)
    yield Saying((call.name,), call.line, url, options, speaker="sqlalchemy", unknown=unknown)


def _url(node: Node) -> tuple[Node, dict[str, Node]]:
    """The URL that URL.create(...) makes, and its query where that is not known."""
    said = node.content if isinstance(node.content, Mapping) else {}
    if CALLED not in said:
        return node, {}
    names = ("drivername", "username", "password", "host", "port", "database", "query")
    parts = {name: said.get(name) or said.get(str(number)) for number, name in enumerate(names)}
    head, host, port = (
        str(part.content) if (part := parts[name]) else "" for name in ("drivername", "host", "port")
    )
    query = parts["query"]
    pairs = query.plain if query else {}
    poured = {f"{SPREAD}query": query} if query and not isinstance(pairs, dict) else {}
    tail = "&".join(
        f"{_encoded(name)}={_encoded(str(value))}"
        for name, value in (pairs.items() if isinstance(pairs, dict) else ())
    )
    port = f":{port}" if port and port != "None" else ""
    return Node(f"{head}://{host}{port}/" + (f"?{tail}" if tail else ""), node.line), poured


def _encoded(text: str) -> str:
    """Percent-encoded, but for marks."""
    parts = re.split("(\ue000[^\ue001]*\ue001)", text)
    return "".join(part if part.startswith("\ue000") else quote(part, "/:") for part in parts)


def _connect(call: Call, driver: Driver) -> Saying:
    # Pools of psycopg2 take their sizes first.
    positional = [each for each in call.positional if not isinstance(each.content, int)]
    text = call.named.get("dsn") or call.named.get("conninfo") or (positional[0] if positional else None)
    options = {name: node for name, node in call.named.items() if name not in _POOLS_OWN}
    if more := call.named.get("kwargs"):
        options |= more.content if isinstance(more.content, Mapping) else {f"{SPREAD}kwargs": more}
    if driver is Driver.PG8000:
        names = ("user", "host", "database", "port")
        options |= {name: each for name, each in zip(names, call.positional, strict=False) if name not in options}
        text = None
    if not options and text is None:
        why = "it says nothing: its environment does; give that, with --environment"
        return Saying((call.name,), call.line, instead=why)
    return Saying((call.name,), call.line, text, options, driver.casefold())


def _flask(source: Code) -> Iterator[Saying]:
    arguments = source.names.get("SQLALCHEMY_ENGINE_OPTIONS", Node({})).at("connect_args")
    for name, node in source.names.items():
        text = str(node.content)
        is_said = _URL.match(text) or text.startswith("\ue000")
        if re.fullmatch(r"([\w.]+\.)?SQLALCHEMY_DATABASE_UR[IL]", name) and is_said:
            options = arguments.content if arguments and isinstance(arguments.content, Mapping) else {}
            yield Saying((name,), node.line, node, options, speaker="sqlalchemy")
