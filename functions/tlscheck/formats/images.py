"""Images of containers whose program leaves no doubt who reads a bare DATABASE_URL, and what others may use.

Source: miniflux, go.mod (lib/pq); vaultwarden, Cargo.toml (diesel's postgres feature:
libpq); the postgres image, in which psql and pg_dump are all that connects. What an image of a language runs its
name does not say.
"""

import re

from tlscheck.drivers.driver import Driver

_SURE = {
    "miniflux/miniflux": Driver.LIB_PQ,
    "ghcr.io/miniflux/miniflux": Driver.LIB_PQ,
    "vaultwarden/server": Driver.LIBPQ,
    "ghcr.io/dani-garcia/vaultwarden": Driver.LIBPQ,
    "postgres": Driver.LIBPQ,
}
_MAY = {
    "node": "node-postgres, postgres.js or Prisma",
    "python": "psycopg, psycopg2, asyncpg, pg8000 or SQLAlchemy",
    "ruby": "libpq",
    "golang": "pgx or lib/pq",
    "rust": "SQLx, tokio-postgres or libpq",
    "elixir": "Postgrex",
}


def name(image: str) -> str:
    """An image without its registry of Docker's, tag and digest; "" for what is no image's name."""
    bare = re.sub(r"^(docker\.io/)?(library/)?", "", image.partition("@")[0])
    bare = re.sub(r":[\w.-]+$", "", bare)
    return bare if re.fullmatch(r"[a-z0-9]([a-z0-9._/:-]{0,98}[a-z0-9])?", bare) else ""


def driver(image: str) -> Driver | None:
    """The driver of the one program that an image runs; None where it may be another."""
    return _SURE.get(name(image))


def candidates(image: str) -> str:
    """What a program in it may connect by, in words; "" where nobody knows."""
    return _MAY.get(name(image), "")
