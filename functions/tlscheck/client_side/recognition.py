"""Words of any client as its connections: the driver given, or recognised where the words leave no doubt."""

from dataclasses import replace

from tlscheck.client_side import jdbc, libpq, node, python_drivers, semicolons, tools
from tlscheck.client_side.connection import LONGEST_INPUT, Connection, cannot_be_read
from tlscheck.client_side.driver import Driver, Family
from tlscheck.client_side.words import Words
from tlscheck.inventory.bad_request import BadRequest

URL_READERS = "libpq, psycopg2, psycopg, asyncpg, node-postgres, pgx, lib/pq"


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


def _single(given: Words, driver: Driver) -> Connection:
    if driver is Driver.ODBC:
        return semicolons.odbc(given)
    if reader := _READERS.get(driver.family):
        return reader(given)
    return libpq.read(driver, given)


_READERS = {
    Family.PGJDBC: jdbc.read,
    Family.ASYNCPG: python_drivers.asyncpg,
    Family.PG8000: python_drivers.pg8000,
    Family.NODE: node.read,
    Family.NPGSQL: semicolons.npgsql,
}
