"""Connections of libpq and of what speaks its words: psql, psycopg, pgAdmin, Ruby's pg."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from urllib.parse import quote

from tlscheck.drivers import libpq_words
from tlscheck.drivers.connection import (
    DIRECT,
    NEEDS_17,
    Connection,
    cannot_be_read,
    mode_of,
    path_of,
)
from tlscheck.drivers.dialect import Dialect
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.libpq_decisions import decisions
from tlscheck.drivers.libpq_hosts import paired
from tlscheck.drivers.libpq_options import KIND, MODES, OPTIONS, checked, ignored_variables, invalid
from tlscheck.drivers.libpq_rules import CHANNEL, MODEL
from tlscheck.drivers.words import Words
from tlscheck.inventory.bad_request import BadRequest

__all__ = ["DIALECTS", "MODEL", "MODES", "connection", "is_uri", "line", "read"]

_OWN = {
    Driver.PSYCOPG: frozenset(("autocommit", "prepare_threshold", "context", "row_factory", "cursor_factory")),
    Driver.PSYCOPG2: frozenset(("connection_factory", "cursor_factory", "async", "async_")),
}
"""Arguments of connect() that say nothing of where and how it connects."""

_TEXT_ALONE = frozenset({Driver.PSYCOPG, Driver.PSYCOPG2, Driver.PGADMIN})
"""Those that hand no bytes on: psycopg's conninfo_to_dict decodes what libpq has parsed."""

_WHICH = {
    Driver.PSYCOPG: "python -c 'import psycopg; print(psycopg.pq.version())'",
    Driver.PSYCOPG2: "python -c 'import psycopg2; print(psycopg2.__libpq_version__)'",
    Driver.LIBPQ: "psql --version",
    Driver.PDO: "php -i | grep -i libpq",
}
_OLDEST = 9
"""There is no libpq in use before: a smaller number is that of something else, as psycopg's 3.2."""


def is_uri(text: str) -> bool:
    """Whether libpq would take it for a URI."""
    return text.startswith(("postgresql://", "postgres://"))


def read(driver: Driver, given: Words) -> Connection:
    """What a keyword string or URI, options, a service file and PG* variables say, in libpq's order.

    Raises BadRequest.
    """
    return with_surroundings(driver, of_text(given.text) | arguments(driver, given.options), given)


def with_surroundings(driver: Driver, said: Mapping[str, str], given: Words) -> Connection:
    """What these options make, with a service file and PG* variables beneath them. Raises BadRequest."""
    if driver in _TEXT_ALONE and any(re.search("[\udc80-\udcff]", each) for each in said.values()):
        raise cannot_be_read(KIND, "a value of it is no UTF-8, in which Python's driver reads all of them")
    from_environment = libpq_words.environment(given.variables)
    name = said["service"] if "service" in said else from_environment.get("service")
    if name is not None and not given.service_file:
        raise cannot_be_read(KIND, "it names a service, and no service file was given")
    from_file = libpq_words.service(given.service_file, name or "") if given.service_file else {}
    found = connection(driver, {**from_environment, **from_file, **said}, given.version)
    return replace(found, ignored=(*found.ignored, *ignored_variables(given.variables)))


def of_text(text: str) -> dict[str, str]:
    """A keyword string or URI, as options by name. Raises BadRequest."""
    return libpq_words.uri(text) if is_uri(text) else libpq_words.keywords(text)


def arguments(driver: Driver, options: Mapping[str, object]) -> dict[str, str]:
    """Arguments beside or instead of the string, as options by name. Raises BadRequest for what libpq has not."""
    given = {
        name: value for name, value in options.items() if name not in _OWN.get(driver, ()) and value is not None
    }
    text = given.pop({Driver.PSYCOPG: "conninfo", Driver.PSYCOPG2: "dsn"}.get(driver, "conninfo"), "")
    if driver is Driver.PSYCOPG2 and "database" in given and "dbname" not in given:
        given["dbname"] = given.pop("database")
    said: dict[str, str] = of_text(text) if isinstance(text, str) else {}
    for name, value in given.items():
        known = "sslmode" if name == "requiressl" else name
        if known not in OPTIONS:
            raise invalid(name)
        if not isinstance(value, str | int | float):
            raise cannot_be_read(KIND, f'the value of "{known}" is neither text nor a number')
        text = str(value).lower() if isinstance(value, bool) else str(value)
        said[known] = ("require" if text.startswith("1") else "prefer") if known != name else text
    return said


def connection(
    driver: Driver, said: Mapping[str, str], version: tuple[int, ...] = (), label: str = ""
) -> Connection:
    """The connection that these options of libpq make. Raises BadRequest."""
    _is_libpqs(driver, version)
    checked(said, version)
    mode, root = said.get("sslmode", ""), path_of(said.get("sslrootcert", ""), KIND)
    if mode:
        mode_of(mode, MODES, KIND)
    first, *others = paired(said)
    decided = decisions(said, version, is_local=first.is_local)
    notes, unknown = list(decided.notes), decided.unknown
    if not said.get("host") and not said.get("hostaddr"):
        notes.append("It names no host: libpq takes PGHOST, or else a unix socket, where there is no TLS.")
    if said.get("hostaddr") and not said.get("host"):
        notes.append("It names an address and no host: libpq has no name to verify.")
    if said.get("sslnegotiation") == "direct":
        mode += DIRECT
        notes.append(NEEDS_17)
    elif said.get("channel_binding") == "require" and mode in {"", "disable", "allow", "prefer"}:
        if mode == "allow" or root == "system":
            unknown = (*unknown, "channel_binding=require where TLS is not")
        mode += CHANNEL
    return Connection(
        driver,
        first.host,
        first.port,
        mode,
        root,
        version,
        address="" if first.address == first.host else first.address,
        others=tuple(others),
        label=label,
        unknown=unknown,
        ignored=decided.ignored,
        notes=tuple(notes),
    )


def _is_libpqs(driver: Driver, version: tuple[int, ...]) -> None:
    if version and version[0] < _OLDEST:
        which = f": {_WHICH[driver]} prints it" if driver in _WHICH else ""
        raise BadRequest(f"version: of {driver} the number of libpq is wanted, as 17.2, and not its own{which}")


def line(connection: Connection, path: str) -> str:
    if connection.is_url:
        return f"?sslmode=verify-full&sslrootcert={quote(path, '/:', errors='surrogateescape')}"
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


_DROPS = ("sslnegotiation",)
"""verify-full works with it too, but no libpq before 17 knows it."""
DIALECTS = (
    Dialect(
        Driver.LIBPQ,
        partial(read, Driver.LIBPQ),
        line,
        (
            "psql",
            "ruby",
            "ruby-pg",
            "pg-dump",
            "libpqxx",
            "pg-connect",
            "rails",
            "activerecord",
            "sequel",
            "diesel",
        ),
        _DROPS,
    ),
    Dialect(
        Driver.PSYCOPG2,
        partial(read, Driver.PSYCOPG2),
        _psycopg,
        ("psycopg2-binary", "aiopg", "dbt", "dbt-postgres"),
        _DROPS,
    ),
    Dialect(Driver.PSYCOPG, partial(read, Driver.PSYCOPG), _psycopg, ("psycopg3",), _DROPS),
    Dialect(Driver.PGADMIN, partial(read, Driver.PGADMIN), _pgadmin, ("pgadmin4",), _DROPS),
)
