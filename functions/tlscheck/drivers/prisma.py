"""Prisma: until 6 an engine of its own (Rust, over native-tls), from 7 on pg.

Source: prisma-engines, quaint/src/connector/postgres/url.rs (parse_query_params) and native/mod.rs (SslParams).
"""

from collections.abc import Iterable
from dataclasses import replace

from tlscheck.drivers import node
from tlscheck.drivers.behaviour import (
    FULL,
    GOES_ON,
    NOTHING,
    PLAIN,
    REFUSES,
    TLS,
    TLS_IF_OFFERED,
    TO_SYSTEM,
    Looks,
    Place,
    Rule,
    only_read,
    within,
)
from tlscheck.drivers.connection import Connection, cannot_be_read, host_of, not_marked, path_of, port_of
from tlscheck.drivers.dialect import Dialect, Model
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.javascript_url import url
from tlscheck.drivers.word_names import all_shown, listed
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader

KIND = "a URL of Prisma"
_NUMBERS = listed(
    "statement_cache_size connection_limit socket_timeout connect_timeout pool_timeout"
    " max_connection_lifetime max_idle_connection_lifetime"
)
_WORDS = _NUMBERS | listed(
    "pgbouncer sslmode sslcert sslidentity sslpassword sslaccept schema host application_name channel_binding"
    " options"
)
_VALUES = {"sslmode": {"disable", "prefer", "require"}, "sslaccept": {"strict", "accept_invalid_certs"}}
_WHICH = "version: Prisma until 6 has an engine of its own, from 7 on it connects through pg; say which one it is"


def read(given: Words) -> Connection:
    """A URL, as the engine of this version reads it. Raises BadRequest."""
    if given.version >= (7,) or given.options:
        # Options are those of its adapter, which before 7 connects through pg too.
        return replace(node.read(replace(given, version=())), framework="prisma")
    if given.text.startswith(("prisma://", "prisma+postgres://")):
        raise cannot_be_read(
            KIND, "Prisma Accelerate connects from elsewhere: give the URL of the database itself"
        )
    if not given.text.startswith(("postgresql://", "postgres://")):
        raise cannot_be_read(KIND, "it does not begin with postgresql:// or postgres://")
    parsed = url(given.text, KIND)
    said = dict(parsed.query)
    for name in _NUMBERS & set(said):
        if not said[name].isdigit():
            raise cannot_be_read(KIND, f"{name} is no number")
    if said.get("pgbouncer", "true") not in {"true", "false"}:
        raise cannot_be_read(KIND, "pgbouncer is neither true nor false")
    unknown = [name for name in ("sslidentity",) if said.get(name)]
    unknown += ["channel_binding"] * (said.get("channel_binding") == "require")
    unknown += [_WHICH] * (not given.version)
    mode, notes = _mode(said)
    return Connection(
        Driver.PRISMA,
        host_of(said.get("host") or parsed.host or "localhost", KIND),
        port_of(parsed.port, KIND),
        mode,
        path_of(said.get("sslcert", ""), KIND),
        given.version,
        unknown=tuple(unknown),
        ignored=all_shown(name for name, value in said.items() if value not in _values(name, value)),
        notes=notes,
    )


def _values(name: str, value: str) -> set[str]:
    """The values of a word that it knows: of most words any, of others none."""
    return _VALUES.get(name, {value} if name in _WORDS else set())


def _mode(said: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    """What it makes of sslmode and sslaccept, and what its owner should know of that."""
    for name in ("sslmode", "sslaccept"):
        not_marked(name, said.get(name))
    notes = []
    mode = said.get("sslmode", "prefer")
    if mode not in _VALUES["sslmode"]:
        notes.append("Prisma knows no such sslmode, and takes prefer: sslaccept=strict is what makes it verify.")
        mode = "prefer"
    if said.get("sslaccept", "accept_invalid_certs") == "accept_invalid_certs":
        return f"sslmode={mode}", tuple(notes)
    if said.get("sslcert"):
        notes.append("The system's public CAs count beside sslcert. Its path is relative to the schema's folder.")
    return f"sslmode={mode} sslaccept=strict", tuple(notes)


def _rules() -> Iterable[Rule]:
    family = Family.PRISMA
    opened = Place(Looks.FILE, GOES_ON, REFUSES, REFUSES)
    trusted = Place(Looks.FIRST, TO_SYSTEM, REFUSES, REFUSES)
    yield Rule(family, ("sslmode=disable", "sslmode=disable sslaccept=strict"), PLAIN, NOTHING, opened)
    yield Rule(family, ("sslmode=prefer",), TLS_IF_OFFERED, NOTHING, opened)
    yield Rule(family, ("sslmode=require",), TLS, NOTHING, opened)
    yield Rule(family, ("sslmode=prefer sslaccept=strict",), TLS_IF_OFFERED, FULL, trusted)
    yield Rule(family, ("sslmode=require sslaccept=strict",), TLS, FULL, trusted)


def _line(connection: Connection, path: str) -> str:  # noqa: ARG001 - one shape for all drivers
    # Of sslcert it reads one certificate alone (Certificate::from_pem): no file of several roots would do. Of
    # native-tls only OpenSSL, which it is on Linux, reads SSL_CERT_FILE.
    return f"?sslmode=require&sslaccept=strict and, on Linux, SSL_CERT_FILE={path} in its environment"


MODEL = Model(Family.PRISMA, tuple(only_read(within(_rules(), since=(2,), before=(7,)))), (Reader.OPENSSL,))
DIALECTS = (Dialect(Driver.PRISMA, read, _line, (), ("sslcert",), lambda _connection, _path: ""),)
