"""pg8000, which brings its own TLS.

Source: pg8000, core.py (_make_socket).
"""

import json
from collections.abc import Iterable
from dataclasses import replace

from tlscheck.drivers.behaviour import (
    CHAIN,
    FILE_OR_SYSTEM,
    FULL,
    NOTHING,
    OPENED,
    PLAIN,
    SOCKET,
    TLS,
    TLS_IF_OFFERED,
    Rule,
)
from tlscheck.drivers.connection import (
    Connection,
    cannot_be_read,
    host_of,
    path_of,
    port_of,
)
from tlscheck.drivers.dialect import Dialect, Model
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.libpq_options import echoed
from tlscheck.drivers.python_context import any_name, context
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader

_KIND = "a connection of pg8000"
_ARGUMENTS = frozenset(
    (
        *("user", "host", "database", "port", "password", "source_address", "unix_sock", "ssl_context", "timeout"),
        *("tcp_keepalive", "application_name", "replication", "startup_params", "sock"),
    )
)


def read(given: Words) -> Connection:
    """The arguments of pg8000's connect(), as options. Raises BadRequest."""
    if given.text:
        raise cannot_be_read(_KIND, "it takes arguments and no connection string: give them as options")
    options = given.options
    if strange := next((name for name in options if name not in _ARGUMENTS), ""):
        raise cannot_be_read(_KIND, f"connect() got an unexpected keyword argument {echoed(strange)}: TypeError")
    chosen, root = options.get("ssl_context"), ""
    if chosen is None or isinstance(chosen, bool):
        mode = "" if chosen is None else f"ssl_context={chosen}"
    else:
        mode, root = context(chosen, _KIND)
    host, port = options.get("host", "localhost"), options.get("port", 5432)
    if options.get("unix_sock"):
        host = "/"
    if not isinstance(host, str) or not isinstance(port, int | str) or isinstance(port, bool):
        raise cannot_be_read(_KIND, "host is no text, or port is no number")
    return Connection(
        Driver.PG8000,
        host_of(host, _KIND),
        port_of(str(port), _KIND),
        mode,
        path_of(root, _KIND),
        given.version,
        unknown=("sock, which the program makes",) * bool(options.get("sock")),
    )


def _rules() -> Iterable[Rule]:
    family = Family.PG8000
    yield Rule(family, ("",), TLS_IF_OFFERED)
    yield Rule(family, ("ssl_context=False",), PLAIN)
    yield Rule(family, ("ssl_context=True",), TLS)
    yield Rule(family, ("SSLContext",), TLS, FULL, FILE_OR_SYSTEM)
    yield Rule(family, ("SSLContext, check_hostname=False",), TLS, CHAIN, FILE_OR_SYSTEM)
    yield Rule(family, ("SSLContext, CERT_NONE",), TLS, NOTHING, OPENED)


def _line(connection: Connection, path: str) -> str:
    return f"{connection.driver}.connect(..., ssl_context=ssl.create_default_context(cafile={json.dumps(path)}))"


def _chain_line(connection: Connection, path: str) -> str:
    return any_name(f"{connection.driver}.connect(..., ssl_context=context)", path)


def _on_socket(rule: Rule) -> Rule:
    # It asks there for TLS as elsewhere, and a server has none for sockets.
    if rule.transport in {PLAIN, TLS_IF_OFFERED}:
        return replace(rule, transport=SOCKET)
    return replace(rule, refuses="Server refuses SSL")


MODEL = Model(Family.PG8000, tuple(_rules()), (Reader.OPENSSL, Reader.PARTIAL_CHAIN), _on_socket)
DIALECTS = (Dialect(Driver.PG8000, read, _line, chain_line=_chain_line),)
