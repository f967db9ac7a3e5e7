"""Connections of libpq and of what speaks its words: psql, psycopg, psqlODBC, pgAdmin; in Go pgx and lib/pq."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from tlscheck.drivers import libpq_words
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
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.words import Words

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
        label,
        tuple(notes),
    )


def query_of(text: str) -> dict[str, str]:
    """The query of a URL as Python and Java read it; the last of several values counts."""
    return dict(parse_qsl(text, keep_blank_values=True))
