"""Which library a client connects with, and what is the same for all of a kind."""

from enum import StrEnum


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
    """A driver, by the name that its users give it, and whose TLS it has."""

    family: Family

    def __new__(cls, name: str, family: Family) -> "Driver":
        """A member of the enumeration."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.family = family
        return member

    LIBPQ = "libpq", Family.LIBPQ
    """psql, pg_dump and whatever else links libpq: Ruby's pg, PHP, DBD::Pg, QGIS."""

    PSYCOPG2 = "psycopg2", Family.LIBPQ
    PSYCOPG = "psycopg", Family.LIBPQ
    ODBC = "psqlODBC", Family.LIBPQ
    PGADMIN = "pgAdmin", Family.LIBPQ
    PDO = "PDO", Family.LIBPQ
    """PHP's."""

    DBI = "DBD::Pg", Family.LIBPQ
    """Perl's."""

    ASYNCPG = "asyncpg", Family.ASYNCPG
    PG8000 = "pg8000", Family.PG8000
    NODE = "node-postgres", Family.NODE
    PGJDBC = "pgjdbc", Family.PGJDBC
    DBEAVER = "DBeaver", Family.PGJDBC
    NPGSQL = "Npgsql", Family.NPGSQL
    PGX = "pgx", Family.PGX
    LIB_PQ = "lib/pq", Family.LIB_PQ
