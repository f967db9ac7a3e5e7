"""Connections of libpq and of what speaks its words: psql, psycopg, psqlODBC, pgAdmin; in Go pgx and lib/pq."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from urllib.parse import parse_qsl

from tlscheck.drivers import libpq_words
from tlscheck.drivers.behaviour import (
    CHAIN,
    FAILS_TLS,
    FULL,
    GOES_ON,
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
    SYSTEM,
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
from tlscheck.drivers.words import Words
from tlscheck.trust.trust_store import Reader

MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
KIND = "libpq's words"


def is_uri(text: str) -> bool:
    """Whether libpq would take it for a URI."""
    return text.startswith(("postgresql://", "postgres://"))


def read(driver: Driver, given: Words) -> Connection:
    """What a keyword string or URI, options, a service file and PG* variables say, in libpq's order.

    Raises BadRequest.
    """
    said = libpq_words.uri(given.text) if is_uri(given.text) else libpq_words.keywords(given.text)
    said |= {name: value for name, value in given.settings.items() if value}
    from_environment = libpq_words.environment(given.variables)
    name = said.get("service") or from_environment.get("service", "")
    if name and not given.service_file:
        raise cannot_be_read(KIND, "it names a service, and no service file was given")
    from_file = libpq_words.service(given.service_file, name) if given.service_file else {}
    settings = from_environment | from_file | {key: value for key, value in said.items() if value}
    return connection(driver, settings, given.version)


def connection(
    driver: Driver, said: Mapping[str, str], version: tuple[int, ...] = (), label: str = ""
) -> Connection:
    """The connection that these settings of libpq make. Raises BadRequest."""
    notes: list[str] = []
    mode, root = said.get("sslmode", ""), said.get("sslrootcert", "")
    if not mode and said.get("requiressl") == "1" and driver.family is Family.LIBPQ:
        mode = "require"
    if mode:
        mode_of(mode, MODES, KIND)
    hosts = said.get("host", "")
    if "," in hosts:
        notes.append("It names several hosts: the first one is looked at.")
    host = host_of(first_of(hosts), KIND)
    if not host and (address := first_of(said.get("hostaddr", ""))):
        host = host_of(address, KIND)
        notes.append("It names an address and no host: libpq has no name to verify.")
    if said.get("sslnegotiation") == "direct":
        mode += DIRECT
        notes.append("sslnegotiation=direct needs a server of PostgreSQL 17 or later.")
    return Connection(
        driver,
        host,
        port_of(first_of(said.get("port", "")), KIND),
        mode,
        path_of(root, KIND),
        version,
        label=label,
        notes=tuple(notes),
    )


def query_of(text: str) -> dict[str, str]:
    """The query of a URL as Python and Java read it; the last of several values counts."""
    return dict(parse_qsl(text, keep_blank_values=True))


_IF_THERE = Place(Looks.FILE_OR_HOME, GOES_ON, GOES_ON, FAILS_TLS)
_NEEDED = Place(Looks.FILE_OR_HOME, REFUSES, REFUSES, FAILS_TLS)
_HOME_SINCE = (15,)
"""Since when it asks HOME and not the account's entry (fe-connect.c, pqGetHomeDirectory)."""


def _rules() -> Iterable[Rule]:
    family = Family.LIBPQ
    rules = [
        Rule(family, ("disable",), PLAIN),
        Rule(family, ("allow",), PLAIN_FIRST, CHAIN, _IF_THERE),
        Rule(family, ("", "prefer"), TLS_FIRST, CHAIN, _IF_THERE),
        Rule(family, ("require",), TLS, CHAIN, _IF_THERE),
        Rule(family, ("verify-ca",), TLS, CHAIN, _NEEDED),
        Rule(family, ("verify-full",), TLS, FULL, _NEEDED),
    ]
    for rule in rules:
        if rule.place.looks is not Looks.FILE_OR_HOME:
            yield rule
            continue
        of_account = replace(rule.place, looks=Looks.FILE_OR_ACCOUNT)
        yield replace(rule, place=of_account, before=_HOME_SINCE)
        yield replace(rule, since=_HOME_SINCE)
    for rule in rules:  # before 16, system is the name of a file that nobody has
        yield replace(rule, modes=tuple(mode + SYSTEM for mode in rule.modes), before=(16,))
    weak = tuple(mode + SYSTEM for mode in ("disable", "allow", "prefer", "require", "verify-ca"))
    why = 'weak sslmode may not be used with sslrootcert=system (use "verify-full")'
    yield Rule(family, weak, TLS, since=(16,), refuses=why)
    yield Rule(family, (SYSTEM, "verify-full" + SYSTEM), TLS, FULL, SYSTEM_STORE, since=(16,))


def _direct() -> Iterable[Rule]:
    family = Family.LIBPQ
    weak, strong = ("", "disable", "allow", "prefer"), ("require", "verify-ca", "verify-full")
    why = 'weak sslmode may not be used with sslnegotiation=direct (use "require", "verify-ca", or "verify-full")'
    every = tuple(mode + DIRECT for mode in (*weak, *strong))
    yield Rule(family, every, TLS, before=(17,), refuses="libpq before 17 knows no sslnegotiation")
    yield Rule(family, tuple(mode + DIRECT for mode in weak), TLS, since=(17,), refuses=why)
    yield Rule(family, ("require" + DIRECT,), TLS, CHAIN, _IF_THERE, since=(17,))
    yield Rule(family, ("verify-ca" + DIRECT,), TLS, CHAIN, _NEEDED, since=(17,))
    yield Rule(family, ("verify-full" + DIRECT,), TLS, FULL, _NEEDED, since=(17,))


def line(connection: Connection, path: str) -> str:  # noqa: ARG001 - one shape for all drivers
    value = (
        path
        if path.isascii() and path.replace("/", "").replace(".", "").replace("-", "").isalnum()
        else ("'" + path.replace("\\", "\\\\").replace("'", "\\'") + "'")
    )
    return f"sslmode=verify-full sslrootcert={value}"


def _psycopg(connection: Connection, path: str) -> str:
    return f'{connection.driver}.connect(..., sslmode="verify-full", sslrootcert={json.dumps(path)})'


def _pgadmin(connection: Connection, path: str) -> str:  # noqa: ARG001 - one shape for all drivers
    return f'"ConnectionParameters": {json.dumps({"sslmode": "verify-full", "sslrootcert": path})}'


def _on_socket(rule: Rule) -> Rule:
    # What it refuses before it looks where it connects to, it refuses here too.
    return rule if rule.refuses else Rule(rule.family, rule.modes, SOCKET, since=rule.since, before=rule.before)


MODEL = Model(Family.LIBPQ, (*_rules(), *_direct()), (Reader.OPENSSL,), _on_socket)
DIALECTS = (
    Dialect(Driver.LIBPQ, partial(read, Driver.LIBPQ), line, ("psql",)),
    Dialect(Driver.PSYCOPG2, partial(read, Driver.PSYCOPG2), _psycopg),
    Dialect(Driver.PSYCOPG, partial(read, Driver.PSYCOPG), _psycopg, ("psycopg3",)),
    Dialect(Driver.PGADMIN, partial(read, Driver.PGADMIN), _pgadmin, ("pgadmin4",)),
)
