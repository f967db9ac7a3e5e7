"""Words of any client as its connections: the driver given, or recognised where the words leave no doubt."""

import re
from dataclasses import replace

from tlscheck.drivers import dbi, libpq, pdo
from tlscheck.drivers.connection import LONGEST_INPUT, Connection, NotSaidError, cannot_be_read
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.frameworks import sqlalchemy
from tlscheck.drivers.nearly import nearly
from tlscheck.drivers.table import DIALECTS, FRAMEWORKS, driver, framework
from tlscheck.drivers.words import Words
from tlscheck.inventory.bad_request import BadRequest

URL_READERS = "libpq, psycopg2, psycopg, asyncpg, node-postgres, pgx, lib/pq"


DRIVERS = f"{', '.join(FRAMEWORKS)}, {', '.join(Driver)}"
"""The names that are allowed."""


def named(name: str | None) -> tuple[Driver | None, str]:
    """A driver by its name, or the name of a framework. Raises BadRequest, without the name."""
    if name is None:
        return None, ""
    if known := framework(name):
        return None, known.name
    found = driver(name)
    if found is None:
        raise BadRequest(f"driver: it is none of {DRIVERS}")
    return found, ""


def version(text: str | None) -> tuple[int, ...]:
    """A version as numbers; () for none. Raises BadRequest, without the text."""
    if not text:
        return ()
    if re.fullmatch(r"\d{5,6}", text, re.ASCII):  # as libpq prints its own: 180006, 90624
        number = int(text)
        modern = 100_000
        return (
            (number // 10000, number % 10000)
            if number >= modern
            else (number // 10000, number // 100 % 100, number % 100)
        )
    if not re.fullmatch(r"\d{1,4}(\.\d{1,4}){0,3}", text, re.ASCII):
        raise BadRequest('version: it is no version like "17.2"')
    return tuple(int(part) for part in text.split("."))


def connection(given: Words) -> Connection:
    """The connection that the words make. Raises BadRequest, with none of the values in it."""
    text = given.text.removeprefix("\ufeff").strip()
    if len(text) > LONGEST_INPUT or len(given.service_file) > LONGEST_INPUT:
        raise cannot_be_read("a connection", f"it is longer than {LONGEST_INPUT} characters")
    given = replace(given, text=text)
    if "\0" in text:
        raise cannot_be_read("a connection", "a zero byte is in it")
    chosen, name = given.driver, given.framework or ("sqlalchemy" if sqlalchemy.is_sqlalchemy(text) else "")
    if not name:
        chosen = given.driver or recognised(given)
    try:
        if name:
            return replace(FRAMEWORKS[name].read(given), framework=name, is_url=_is_url(text))
        return replace(DIALECTS[chosen or recognised(given)].read(given), is_url=_is_url(text))
    except NotSaidError as what:
        return Connection(chosen or Driver.LIBPQ, version=given.version, framework=name, unknown=(str(what),))


def _is_url(text: str) -> bool:
    return re.match(r"(jdbc:)?[A-Za-z0-9+:-]{1,40}://", text) is not None


def recognised(given: Words) -> Driver:
    """The driver whose words these are. Raises BadRequest when several read them, each in its way."""
    text = given.text
    if text.startswith(pdo.PREFIX) and not text.startswith(f"{pdo.PREFIX}//"):
        return Driver.PDO
    if dbi.is_dbi(text):
        return Driver.DBI
    if text[:5].lower() == "jdbc:":
        return Driver.PGJDBC
    if libpq.is_uri(text):
        raise BadRequest(
            f"driver: missing, and several read such a URL, each in its way; name one of {URL_READERS}"
        )
    if known := nearly(text):
        raise known
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
