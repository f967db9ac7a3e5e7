"""golang-migrate's database URLs: words that begin with x- are its own, the rest goes to its driver.

Source: golang-migrate, util.go (FilterCustomQuery), database/postgres, database/pgx and database/pgx/v5.
"""

from dataclasses import replace

from tlscheck.drivers import lib_pq, pgx
from tlscheck.drivers.connection import Connection, cannot_be_read
from tlscheck.drivers.frameworks import Framework
from tlscheck.drivers.words import Words

_KIND = "a database URL of golang-migrate"
_DRIVERS = {
    "postgres": lib_pq.read,
    "postgresql": lib_pq.read,
    "pgx": pgx.read,
    "pgx4": pgx.read,
    "pgx5": pgx.read,
}


def read(given: Words) -> Connection:
    """A database URL, by whose scheme migrate chooses the driver. Raises BadRequest."""
    scheme, separator, rest = given.text.partition("://")
    if not separator or scheme not in _DRIVERS:
        raise cannot_be_read(_KIND, f"it begins with none of {', '.join(f'{each}://' for each in _DRIVERS)}")
    before, _, query = rest.partition("?")
    kept = "&".join(part for part in query.split("&") if part and not part.startswith("x-"))
    text = f"postgres://{before}{'?' if kept else ''}{kept}"
    version = given.version or {"pgx": (4,), "pgx4": (4,), "pgx5": (5,)}.get(scheme, ())
    return _DRIVERS[scheme](replace(given, text=text, version=version))


FRAMEWORK = Framework("golang-migrate", read, names=("migrate",))
