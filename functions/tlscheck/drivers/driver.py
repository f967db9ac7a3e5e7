"""Which library a client connects with, and what is the same for all of a kind."""

from enum import StrEnum

from tlscheck.trust.trust_store import Reader


class Family(StrEnum):
    """Drivers that share their TLS: what holds for one of them holds for all."""

    LIBPQ = "libpq"
    ASYNCPG = "asyncpg"
    PG8000 = "pg8000"
    NODE = "node-postgres"
    PGJDBC = "pgjdbc"
    NPGSQL = "Npgsql"
    PGX = "pgx"
    LIB_PQ = "lib/pq"


class Driver(StrEnum):
    """A driver, by the name that its users give it."""

    LIBPQ = "libpq"
    """psql, pg_dump and whatever else links libpq: Ruby's pg, PHP, DBD::Pg, QGIS."""

    PSYCOPG2 = "psycopg2"
    PSYCOPG = "psycopg"
    ODBC = "psqlODBC"
    PGADMIN = "pgAdmin"
    ASYNCPG = "asyncpg"
    PG8000 = "pg8000"
    NODE = "node-postgres"
    PGJDBC = "pgjdbc"
    DBEAVER = "DBeaver"
    NPGSQL = "Npgsql"
    PGX = "pgx"
    LIB_PQ = "lib/pq"

    @property
    def family(self) -> Family:
        """Whose TLS it has."""
        return _FAMILIES[self]


_FAMILIES = {
    Driver.LIBPQ: Family.LIBPQ,
    Driver.PSYCOPG2: Family.LIBPQ,
    Driver.PSYCOPG: Family.LIBPQ,
    Driver.ODBC: Family.LIBPQ,
    Driver.PGADMIN: Family.LIBPQ,
    Driver.ASYNCPG: Family.ASYNCPG,
    Driver.PG8000: Family.PG8000,
    Driver.NODE: Family.NODE,
    Driver.PGJDBC: Family.PGJDBC,
    Driver.DBEAVER: Family.PGJDBC,
    Driver.NPGSQL: Family.NPGSQL,
    Driver.PGX: Family.PGX,
    Driver.LIB_PQ: Family.LIB_PQ,
}

READERS = {
    Family.LIBPQ: (Reader.OPENSSL,),
    Family.NODE: (Reader.OPENSSL,),
    # Which one depends on the Python: from 3.13 on every certificate is an anchor.
    Family.ASYNCPG: (Reader.OPENSSL, Reader.PARTIAL_CHAIN),
    Family.PG8000: (Reader.OPENSSL, Reader.PARTIAL_CHAIN),
    Family.PGJDBC: (Reader.JAVA,),
    Family.PGX: (Reader.PARTIAL_CHAIN,),
    Family.LIB_PQ: (Reader.PARTIAL_CHAIN,),
    Family.NPGSQL: (Reader.OPENSSL,),
}
"""Whose rules say which certificates of a trust store are anchors; several where it depends."""


def driver(name: str) -> Driver | None:
    """The driver of a name as people write it; None for one that is not known."""
    return _BY_NAME.get(name.strip().casefold().replace(" ", "").replace("_", "-"))


_BY_NAME = {
    **{each.casefold(): each for each in Driver},
    "psql": Driver.LIBPQ,
    "psycopg3": Driver.PSYCOPG,
    "pg": Driver.NODE,
    "node-pg": Driver.NODE,
    "node": Driver.NODE,
    "jdbc": Driver.PGJDBC,
    "odbc": Driver.ODBC,
    "lib-pq": Driver.LIB_PQ,
    "pgadmin4": Driver.PGADMIN,
}
