"""golang-migrate's database URLs: words that begin with x- are its own, the rest goes to its driver.

Source: golang-migrate, util.go (FilterCustomQuery), database/postgres, database/pgx and database/pgx/v5.
"""

from dataclasses import replace

from tlscheck.drivers import lib_pq, pgx
from tlscheck.drivers.connection import Connection, cannot_be_read
from tlscheck.drivers.frameworks import Framework
from tlscheck.drivers.word_names import all_shown, listed
from tlscheck.drivers.words import Words

_KIND = "a database URL of golang-migrate"
_DRIVERS = {
    "postgres": lib_pq.read,
    "postgresql": lib_pq.read,
    "pgx": pgx.read,
    "pgx4": pgx.read,
    "pgx5": pgx.read,
}
_OWN = listed(
    "x-migrations-table x-migrations-table-quoted x-statement-timeout x-multi-statement x-multi-statement-max-size"
    " x-lock-strategy x-lock-table"
)
"""The others that begin with x- it drops."""


def read(given: Words) -> Connection:
    """A database URL, by whose scheme migrate chooses the driver. Raises BadRequest."""
    scheme, separator, rest = given.text.partition("://")
    if not separator or scheme not in _DRIVERS:
        raise cannot_be_read(_KIND, f"it begins with none of {', '.join(f'{each}://' for each in _DRIVERS)}")
    before, _, query = rest.partition("?")
    parts = [part for part in query.split("&") if part]
    kept = "&".join(part for part in parts if not part.startswith("x-"))
    own = (part.partition("=")[0] for part in parts if part.startswith("x-"))
    text = f"postgres://{before}{'?' if kept else ''}{kept}"
    version = given.version or {"pgx": (4,), "pgx4": (4,), "pgx5": (5,)}.get(scheme, ())
    found = _DRIVERS[scheme](replace(given, text=text, version=version))
    return replace(found, ignored=found.ignored + all_shown(name for name in own if name not in _OWN))


FRAMEWORK = Framework("golang-migrate", read, names=("migrate",))
