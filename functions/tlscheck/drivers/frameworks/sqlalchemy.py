"""SQLAlchemy's URLs for all of Python's drivers.

Source: SQLAlchemy, engine/url.py and dialects/postgresql/*.py (create_connect_args).
"""

import json
import re
from dataclasses import replace
from urllib.parse import quote

from tlscheck.drivers import asyncpg, libpq, pg8000
from tlscheck.drivers.connection import Connection, cannot_be_read
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.frameworks import Framework
from tlscheck.drivers.python_context import address, any_name
from tlscheck.drivers.words import Words

_SQLALCHEMY = re.compile(r"postgres(?:ql)?(?:\+([a-z0-9_]+))?://")
_DIALECTS = {
    None: Driver.PSYCOPG2,
    "psycopg2": Driver.PSYCOPG2,
    "psycopg": Driver.PSYCOPG,
    "psycopg_async": Driver.PSYCOPG,
    "asyncpg": Driver.ASYNCPG,
    "pg8000": Driver.PG8000,
}


def is_sqlalchemy(text: str) -> bool:
    """Whether it names a dialect's driver, as only SQLAlchemy's URLs do."""
    named = _SQLALCHEMY.match(text)
    return bool(named and named[1])


def read(given: Words) -> Connection:
    """A SQLAlchemy URL with its connect_args as options. Raises BadRequest."""
    kind, text, options = "a SQLAlchemy URL", given.text, given.options
    named = _SQLALCHEMY.match(text)
    if not named or named[1] not in _DIALECTS:
        raise cannot_be_read(kind, f"its driver is none of {', '.join(name for name in _DIALECTS if name)}")
    driver, query = _DIALECTS[named[1]], libpq.query_of(text.partition("?")[2])
    host, port = address(text[named.end() :].partition("?")[0], kind)
    if driver.family.value == "libpq":
        said = {"host": host, "port": port} | query | given.settings
        return libpq.read(driver, replace(given, text="", options=said))
    if "sslmode" in query or "sslmode" in options:
        mend = "ssl=verify-full" if driver is Driver.ASYNCPG else 'connect_args={"ssl_context": ...}'
        raise cannot_be_read(kind, f"{driver} takes no sslmode from SQLAlchemy and raises TypeError; write {mend}")
    place: dict[str, object] = {"host": host, "port": port}
    if driver is Driver.ASYNCPG:
        named_mode = {"ssl": query["ssl"]} if "ssl" in query else {}
        return asyncpg.of_arguments({**place, **named_mode, **options}, given)
    return pg8000.read(replace(given, text="", options={**place, **options}))


def _line(connection: Connection, path: str) -> str:
    if connection.driver.family is Family.LIBPQ:
        return f"?sslmode=verify-full&sslrootcert={quote(path, '/:')}"
    context = f"ssl.create_default_context(cafile={json.dumps(path)})"
    return f'create_engine(..., connect_args={{"{_argument(connection)}": {context}}})'


def _chain_line(connection: Connection, path: str) -> str:
    if connection.driver.family is Family.LIBPQ:
        return _line(connection, path).replace("verify-full", "verify-ca")
    return any_name(f'create_engine(..., connect_args={{"{_argument(connection)}": context}})', path)


def _argument(connection: Connection) -> str:
    return "ssl" if connection.driver is Driver.ASYNCPG else "ssl_context"


FRAMEWORK = Framework("sqlalchemy", read, _line, _chain_line, names=("sql-alchemy",))
