"""Words of any client as its connections: the driver given, or recognised where the words leave no doubt."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from tlscheck.drivers import aws_wrapper, dbi, libpq, pdo, unsaid
from tlscheck.drivers.connection import LONGEST_INPUT, Connection, NotSaidError, cannot_be_read
from tlscheck.drivers.doubtful import KNOWN, doubtful
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.frameworks import django, gocloud, sqlalchemy
from tlscheck.drivers.nearly import nearly
from tlscheck.drivers.table import DIALECTS, FRAMEWORKS, driver, framework
from tlscheck.drivers.word_names import doubting
from tlscheck.drivers.words import Words, names_among
from tlscheck.inventory.bad_request import BadRequest

_URL_READERS = "libpq, psycopg2, psycopg, asyncpg, node-postgres, pgx, lib/pq, tokio-postgres, SQLx, Postgrex"


WRITTEN = ("sslmode", "sslrootcert", "sslMode", "sslRootCert", "sslaccept", "sslnegotiation")
"""What fixes write into a URL's query."""

DRIVERS = f"{', '.join(FRAMEWORKS)}, {', '.join(Driver)}"
"""The names that are allowed."""


def no_driver(what: str) -> str:
    """Why words that several drivers read are not answered, and what to do."""
    return (
        f"driver: missing, and several read {what}, each in its way; name one of {_URL_READERS}: "
        "--driver NAME of the command, driver of an event"
    )


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
    try:
        doubts = doubtful(text, given.options)
    except RecursionError:
        raise cannot_be_read("a connection", "its options are nested too deeply") from None
    with doubting(doubts, KNOWN):
        return _connection(given)


def _connection(given: Words) -> Connection:
    chosen, name = given.driver, given.framework or _framework(given)
    if not name:
        chosen = given.driver or recognised(given)
    _spelt(given, is_bytes=not name and (chosen or recognised(given)).family is Family.LIBPQ)

    def read(words: Words) -> Connection:
        return FRAMEWORKS[name].read(words) if name else DIALECTS[chosen or recognised(words)].read(words)

    try:
        found = read(given)
    except NotSaidError as what:
        known = unsaid.place(given, read) or Connection(chosen or Driver.LIBPQ, version=given.version)
        return replace(known, framework=name, unknown=(str(what),))
    return replace(
        found,
        framework=name or found.framework,
        is_url=found.is_url or _is_url(given.text),
        said=names_among((*DIALECTS[found.driver].drops, *WRITTEN), given),
    )


def _spelt(given: Words, *, is_bytes: bool) -> None:
    """Raises BadRequest for bytes of a shell that are no UTF-8, which libpq alone hands on as they are."""
    try:
        for each in (given.text, *given.settings, *given.settings.values()):
            each.encode(errors="surrogateescape" if is_bytes else "strict")
    except UnicodeEncodeError:
        raise cannot_be_read("a connection", "a letter of it is no UTF-8") from None


def _is_url(text: str) -> bool:
    return re.match(r"(jdbc:)?[A-Za-z0-9+:-]{1,40}://", text) is not None


def _framework(given: Words) -> str:
    """The framework whose words these are, whatever driver was named; "" for none."""
    if sqlalchemy.is_sqlalchemy(given.text):
        return sqlalchemy.FRAMEWORK.name
    if gocloud.is_gocloud(given.text):
        return gocloud.FRAMEWORK.name
    if django.is_django(given.options):
        return django.FRAMEWORK.name
    of_shape = (each.name for each in FRAMEWORKS.values() if each.recognises and each.recognises(given.options))
    return next(of_shape, "") if given.driver in {None, Driver.NODE} else ""


_MARKED: Mapping[Driver, Callable[[str], bool]] = {
    Driver.PDO: pdo.is_pdo,
    Driver.DBI: dbi.is_dbi,
    Driver.AWS_WRAPPER: lambda text: text.startswith(aws_wrapper.PREFIX),
    Driver.PGJDBC: lambda text: text[:5].lower() == "jdbc:",
    Driver.R2DBC: lambda text: text.startswith(("r2dbc:", "r2dbcs:")),
    Driver.POSTGREX: lambda text: text.startswith("ecto://"),
}
"""Whose words begin as no other's do, in the order in which they are asked."""


def recognised(given: Words) -> Driver:
    """The driver whose words these are. Raises BadRequest when several read them, each in its way."""
    text = given.text
    if marked := next((each for each, is_its in _MARKED.items() if is_its(text)), None):
        return marked
    if libpq.is_uri(text):
        raise BadRequest(no_driver("such a URL"))
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
