"""Words of any client as its connections: the driver given, or recognised where the words leave no doubt."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from tlscheck.drivers import jdbc, libpq, node, python_drivers, semicolons, tools
from tlscheck.drivers.connection import LONGEST_INPUT, Connection, cannot_be_read
from tlscheck.drivers.driver import Driver, driver
from tlscheck.drivers.words import Words
from tlscheck.inventory.bad_request import BadRequest

URL_READERS = "libpq, psycopg2, psycopg, asyncpg, node-postgres, pgx, lib/pq"


DRIVERS = f"sqlalchemy, {', '.join(Driver)}"
"""The names that are allowed."""


def named(name: str | None) -> tuple[Driver | None, bool]:
    """A driver by its name, and whether the name is SQLAlchemy's. Raises BadRequest, without the name."""
    if name is None:
        return None, False
    if re.fullmatch(r"sql[ -]?alchemy", name, re.IGNORECASE):
        return None, True
    found = driver(name)
    if found is None:
        raise BadRequest(f"driver: it is none of {DRIVERS}")
    return found, False


def version(text: str | None) -> tuple[int, ...]:
    """A version as numbers; () for none. Raises BadRequest, without the text."""
    if not text:
        return ()
    if not re.fullmatch(r"\d{1,4}(\.\d{1,4}){0,3}", text, re.ASCII):
        raise BadRequest('version: it is no version like "17.2"')
    return tuple(int(part) for part in text.split("."))


def connections(given: Words) -> tuple[Connection, ...]:
    """The connections that the words make, mostly one. Raises BadRequest, with none of the words in it."""
    text = given.text.strip()
    if len(text) > LONGEST_INPUT or len(given.service_file) > LONGEST_INPUT:
        raise cannot_be_read("a connection", f"it is longer than {LONGEST_INPUT} characters")
    given = replace(given, text=text)
    if "\0" in text:
        raise cannot_be_read("a connection", "a zero byte is in it")
    if text.startswith("{"):
        return _of_file(text, given)
    if given.is_sqlalchemy or python_drivers.is_sqlalchemy(text):
        return (python_drivers.sqlalchemy(given),)
    return (_single(given, given.driver or recognised(given)),)


def recognised(given: Words) -> Driver:
    """The driver whose words these are. Raises BadRequest when several read them, each in its way."""
    text = given.text
    if text.startswith(jdbc.PREFIX):
        return Driver.PGJDBC
    if libpq.is_uri(text):
        raise BadRequest(
            f"driver: missing, and several read such a URL, each in its way; name one of {URL_READERS}"
        )
    head = text.lower().replace(" ", "")
    if ";" in text or head.startswith(("host=", "server=", "driver=")):
        if "driver=" in head or "dsn=" in head or "pqopt=" in head:
            return Driver.ODBC
        if ";" in text:
            return Driver.NPGSQL
    if text or given.variables or given.service_file:
        return Driver.LIBPQ
    raise BadRequest(
        "connection: missing; give a connection string, a service file, PG* variables, or a driver with options"
    )


def _of_file(text: str, given: Words) -> tuple[Connection, ...]:
    read = tools.document(text)
    if tools.is_pgadmin(read):
        return tools.pgadmin(read, given.version)
    if tools.is_dbeaver(read):
        return tools.dbeaver(read, given.version)
    raise cannot_be_read("a file of pgAdmin or DBeaver", 'it has neither "Servers" nor "connections"')


def _single(given: Words, chosen: Driver) -> Connection:
    return _READERS[chosen](given)


_READERS: Mapping[Driver, Callable[[Words], Connection]] = {
    **{
        each: partial(libpq.read, each)
        for each in (
            Driver.LIBPQ,
            Driver.PSYCOPG2,
            Driver.PSYCOPG,
            Driver.PGADMIN,
            Driver.PGX,
            Driver.LIB_PQ,
        )
    },
    Driver.ODBC: semicolons.odbc,
    Driver.PGJDBC: jdbc.read,
    Driver.DBEAVER: jdbc.read,
    Driver.ASYNCPG: python_drivers.asyncpg,
    Driver.PG8000: python_drivers.pg8000,
    Driver.NODE: node.read,
    Driver.NPGSQL: semicolons.npgsql,
}
"""Every driver: none is taken for libpq because nobody said how its words are read."""
