"""Words of any client as its connections: the driver given, or recognised where the words leave no doubt."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tlscheck.client_side import jdbc, libpq, node, python_drivers, semicolons, tools
from tlscheck.client_side.connection import LONGEST_INPUT, Connection, cannot_be_read, words
from tlscheck.client_side.driver import Driver, Family
from tlscheck.inventory.bad_request import BadRequest

URL_READERS = "libpq, psycopg2, psycopg, asyncpg, node-postgres, pgx, lib/pq"


@dataclass(frozen=True, slots=True)
class Words:
    """What a client's owner gives of how it connects. Nothing here may be printed: passwords are among it."""

    text: str = field(default="", repr=False)
    """Connection string, URL, or the content of servers.json or data-sources.json."""

    driver: Driver | None = None
    is_sqlalchemy: bool = False
    version: tuple[int, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict, repr=False)
    """Properties, connect_args, ssl options: what stands beside the connection string."""

    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    """PG* variables."""

    service_file: str = field(default="", repr=False)


def connections(given: Words) -> tuple[Connection, ...]:
    """The connections that the words make, mostly one. Raises BadRequest, with none of the words in it."""
    text = given.text.strip()
    if len(text) > LONGEST_INPUT or len(given.service_file) > LONGEST_INPUT:
        raise cannot_be_read("a connection", f"it is longer than {LONGEST_INPUT} characters")
    if "\0" in text:
        raise cannot_be_read("a connection", "a zero byte is in it")
    if text.startswith("{"):
        return _of_file(text, given)
    if given.is_sqlalchemy or python_drivers.is_sqlalchemy(text):
        return (
            python_drivers.sqlalchemy(text, given.options, given.variables, given.service_file, given.version),
        )
    return (_single(text, given, given.driver or recognised(text, given)),)


def recognised(text: str, given: Words) -> Driver:
    """The driver whose words these are. Raises BadRequest when several read them, each in its way."""
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
        "connection: missing; give a connection string, a service file, PG* variables, or the driver with its options"
    )


def _of_file(text: str, given: Words) -> tuple[Connection, ...]:
    read = tools.document(text)
    if tools.is_pgadmin(read):
        return tools.pgadmin(read, given.version)
    if tools.is_dbeaver(read):
        return tools.dbeaver(read, given.version)
    raise cannot_be_read("a file of pgAdmin or DBeaver", 'it has neither "Servers" nor "connections"')


def _single(text: str, given: Words, driver: Driver) -> Connection:
    match driver.family:
        case Family.PGJDBC:
            return jdbc.read(text, words(given.options), given.version)
        case Family.ASYNCPG:
            return python_drivers.asyncpg(text, given.options, given.variables, given.version)
        case Family.PG8000:
            if text:
                raise cannot_be_read("a connection of pg8000", "it takes arguments, no connection string: options")
            return python_drivers.pg8000(given.options, given.version)
        case Family.NODE:
            return node.read(text, given.options, given.variables, given.version)
        case Family.NPGSQL:
            return semicolons.npgsql(text, given.variables, given.version)
        case Family.LIBPQ if driver is Driver.ODBC:
            return semicolons.odbc(text, given.version)
        case _:
            return libpq.read(
                driver, text, given.variables, given.service_file, words(given.options), given.version
            )
