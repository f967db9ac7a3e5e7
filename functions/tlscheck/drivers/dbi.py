"""Perl's DBI with DBD::Pg: `dbi:Pg:dbname=...;host=...`, which it hands to libpq as a keyword string.

Source: DBD::Pg, Pg.pm (connect) and dbdimp.c (pg_db_login): a ; becomes a blank, not within single quotes;
run with 3.16.
"""

import re

from tlscheck.drivers import libpq
from tlscheck.drivers.connection import Connection, cannot_be_read
from tlscheck.drivers.dialect import Dialect
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.words import Words

_KIND = "a DSN of DBI"
_DSN = re.compile(r"[dD][bB][iI]:Pg(?:\([^)]*\))?:")
_DATABASE = re.compile(r"\b(?:db|database)\s*=")
_QUOTED_NAME = re.compile(r"""dbname\s*=\s*["'][^"']+""")
_SEPARATOR = re.compile(r"('[^']*')|;")


def is_dbi(text: str) -> bool:
    """Whether only DBI would take it."""
    return text[:4].lower() == "dbi:"


def read(given: Words) -> Connection:
    """A data source; who connects stands beside it. Raises BadRequest."""
    named = _DSN.match(given.text)
    if not named:
        why = "its driver is not Pg, spelt so" if is_dbi(given.text) else "it does not begin with dbi:Pg:"
        raise cannot_be_read(_KIND, why)
    text = _DATABASE.sub("dbname=", given.text[named.end() :], count=1)
    if _QUOTED_NAME.search(text):
        text = text.replace('"', "'")
    words = libpq.of_text(_SEPARATOR.sub(lambda found: found[1] or " ", text))
    known = {name: value for name, value in given.options.items() if name not in {"user", "username", "password"}}
    return libpq.with_surroundings(Driver.DBI, words | libpq.arguments(Driver.DBI, known), given)


def _line(connection: Connection, path: str) -> str:
    return f"dbi:Pg:...;{libpq.line(connection, path).replace(' ', ';', 1)}"


DIALECTS = (Dialect(Driver.DBI, read, _line, ("dbi", "perl", "dbd-pg", "dbi-pg")),)
