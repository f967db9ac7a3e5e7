"""pg8000, which brings its own TLS.

Source: pg8000, core.py (_make_socket).
"""

import json
from collections.abc import Iterable

from tlscheck.drivers.behaviour import (
    CHAIN,
    FILE_OR_SYSTEM,
    FULL,
    NOTHING,
    OPENED,
    PLAIN,
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
from tlscheck.drivers.python_context import any_name, context
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader


def read(given: Words) -> Connection:
    """The arguments of pg8000's connect(), as options. Raises BadRequest."""
    kind, options = "a connection of pg8000", given.options
    if given.text:
        raise cannot_be_read(kind, "it takes arguments and no connection string: give them as options")
    chosen, root = options.get("ssl_context"), ""
    if chosen is None or isinstance(chosen, bool):
        mode = "" if chosen is None else f"ssl_context={chosen}"
    else:
        mode, root = context(chosen, kind)
    host = str(options.get("host") or "localhost")
    return Connection(
        Driver.PG8000,
        host_of(host, kind),
        port_of(str(options.get("port") or ""), kind),
        mode,
        path_of(root, kind),
        given.version,
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


MODEL = Model(Family.PG8000, tuple(_rules()), (Reader.OPENSSL, Reader.PARTIAL_CHAIN))
DIALECTS = (Dialect(Driver.PG8000, read, _line, chain_line=_chain_line),)
