"""asyncpg, which brings its own TLS.

Source: asyncpg, connect_utils.py (_parse_connect_dsn_and_args).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from tlscheck.drivers import libpq, libpq_words
from tlscheck.drivers.behaviour import (
    CHAIN,
    FILE_OR_SYSTEM,
    FULL,
    NAMED_OR_HOME,
    NOTHING,
    OPENED,
    PLAIN,
    PLAIN_FIRST,
    REFUSES,
    SOCKET,
    SYSTEM_STORE,
    TLS,
    TLS_FIRST,
    Looks,
    Place,
    Rule,
)
from tlscheck.drivers.connection import (
    DIRECT,
    Connection,
    cannot_be_read,
    first_of,
    host_of,
    mode_of,
    path_of,
    port_of,
)
from tlscheck.drivers.dialect import Dialect, Model
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.python_context import address, any_name, context
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader


def read(given: Words) -> Connection:
    """A DSN of asyncpg and the arguments of connect(). Raises BadRequest."""
    said: dict[str, object] = {}
    if given.text:
        if not libpq.is_uri(given.text):
            raise cannot_be_read("a DSN of asyncpg", "it does not begin with postgresql:// or postgres://")
        place, _, tail = given.text.partition("://")[2].partition("?")
        query = libpq.query_of(tail)
        host, port = address(place, "a DSN of asyncpg")
        said = {"host": host or query.get("host", ""), "port": port or query.get("port", "")}
        said |= {
            name: value for name, value in query.items() if name in {"sslmode", "sslrootcert", "sslnegotiation"}
        }
    return of_arguments(said | dict(given.options), given)


def of_arguments(said: Mapping[str, object], given: Words) -> Connection:
    kind = "a connection of asyncpg"
    from_environment = libpq_words.environment(given.variables)
    chosen, root = said.get("ssl"), ""
    if isinstance(chosen, bool):
        mode = f"ssl={chosen}"
    elif isinstance(chosen, Mapping) or (isinstance(chosen, str) and "ontext" in chosen):
        mode, root = context(chosen, kind)
    else:
        # ssl=None, null and "" are as if nothing was given.
        mode = str(chosen or said.get("sslmode") or from_environment.get("sslmode", "")).replace("_", "-")
        if mode:
            mode_of(mode, libpq.MODES, kind)
        root = str(said.get("sslrootcert") or from_environment.get("sslrootcert", ""))
    if said.get("direct_tls") is True or said.get("sslnegotiation") == "direct":
        mode += DIRECT
    host, port = (str(said.get(name) or from_environment.get(name, "")) for name in ("host", "port"))
    return Connection(
        Driver.ASYNCPG,
        host_of(first_of(host), kind),
        port_of(first_of(port), kind),
        mode,
        path_of(root, kind),
        given.version,
    )


_NEEDED_UP_FRONT = Place(Looks.FILE_OR_HOME, REFUSES, REFUSES, REFUSES)


def _rules() -> Iterable[Rule]:
    family = Family.ASYNCPG
    yield Rule(family, ("disable", "ssl=False"), PLAIN)
    yield Rule(family, ("allow",), PLAIN_FIRST)
    yield Rule(family, ("", "prefer"), TLS_FIRST)
    yield Rule(family, ("require",), TLS, CHAIN, NAMED_OR_HOME)
    yield Rule(family, ("verify-ca",), TLS, CHAIN, _NEEDED_UP_FRONT)
    yield Rule(family, ("verify-full",), TLS, FULL, _NEEDED_UP_FRONT)
    yield Rule(family, ("ssl=True",), TLS, FULL, SYSTEM_STORE)
    yield Rule(family, ("SSLContext",), TLS, FULL, FILE_OR_SYSTEM)
    yield Rule(family, ("SSLContext, check_hostname=False",), TLS, CHAIN, FILE_OR_SYSTEM)
    yield Rule(family, ("SSLContext, CERT_NONE",), TLS, NOTHING, OPENED)


def _line(connection: Connection, path: str) -> str:
    return f"{connection.driver}.connect(..., ssl=ssl.create_default_context(cafile={json.dumps(path)}))"


def _chain_line(connection: Connection, path: str) -> str:
    return any_name(f"{connection.driver}.connect(..., ssl=context)", path)


MODEL = Model(
    Family.ASYNCPG,
    tuple(_rules()),
    # Which one depends on the Python: from 3.13 on every certificate is an anchor.
    (Reader.OPENSSL, Reader.PARTIAL_CHAIN),
    # Its SSLContext is made, and its file of roots read, before it looks where it connects to.
    lambda rule: replace(rule, transport=SOCKET, verifies=NOTHING),
)
DIALECTS = (Dialect(Driver.ASYNCPG, read, _line, chain_line=_chain_line),)
