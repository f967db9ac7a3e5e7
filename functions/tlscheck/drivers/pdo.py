"""PHP's PDO: `pgsql:host=...;port=...;dbname=...`, which it hands to libpq as a keyword string.

Source: PHP, ext/pdo_pgsql/pgsql_driver.c (pdo_pgsql_handle_factory): each ; becomes a blank, within quotes too;
run with PHP 8.2.
"""

from collections.abc import Mapping

from tlscheck.drivers import libpq, libpq_words
from tlscheck.drivers.connection import Connection, cannot_be_read
from tlscheck.drivers.dialect import Dialect
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.libpq_options import echoed
from tlscheck.drivers.words import Words

PREFIX = "pgsql:"
_KIND = "a DSN of PDO"
_ARGUMENTS = frozenset(("username", "user", "password"))


def is_pdo(text: str) -> bool:
    """Whether it is a DSN of PDO's driver for PostgreSQL, and no URL of others."""
    return text.startswith(PREFIX) and not text.startswith(f"{PREFIX}//")


def read(given: Words) -> Connection:
    """A DSN, and username and password beside it. Raises BadRequest."""
    text = given.text.removeprefix(PREFIX)
    if text.startswith("//") or "://" in text.partition("=")[0]:
        raise cannot_be_read(_KIND, "PDO takes no URL: give pgsql:host=...;port=...;dbname=...;sslmode=...")
    if text == given.text and text and not given.options:
        raise cannot_be_read(_KIND, "it does not begin with pgsql:")
    said = libpq_words.keywords(text.replace(";", " "))
    return libpq.with_surroundings(Driver.PDO, said | _beside(given.options), given)


def _beside(options: Mapping[str, object]) -> dict[str, str]:
    """The parts of a DSN, where they are given one by one."""
    known = {name: value for name, value in options.items() if name not in _ARGUMENTS}
    if named := next((name for name in known if name.upper().startswith(("PDO::", "ATTR_"))), ""):
        raise cannot_be_read(_KIND, f"attributes decide nothing about TLS: leave out {echoed(named)}")
    return libpq.arguments(Driver.PDO, known)


def _line(connection: Connection, path: str) -> str:
    return f"{PREFIX}...;{libpq.line(connection, path).replace(' ', ';', 1)}"


DIALECTS = (Dialect(Driver.PDO, read, _line, ("php", "pdo-pgsql", "php-pdo", "laravel")),)
