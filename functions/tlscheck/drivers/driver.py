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
    TOKIO_POSTGRES = "tokio-postgres"
    SQLX = "SQLx"
    POSTGREX = "Postgrex"
    PGBOUNCER = "PgBouncer"
    PGDOG = "PgDog"
    ODYSSEY = "Odyssey"
    POSTGRES_JS = "postgres.js"
    PRISMA = "Prisma's engine"
    R2DBC = "R2DBC"


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
    POSTGRES_JS = "postgres.js", Family.POSTGRES_JS
    PRISMA = "Prisma", Family.PRISMA
    PGJDBC = "pgjdbc", Family.PGJDBC
    DBEAVER = "DBeaver", Family.PGJDBC
    AWS_WRAPPER = "AWS JDBC wrapper", Family.PGJDBC
    R2DBC = "R2DBC", Family.R2DBC
    NPGSQL = "Npgsql", Family.NPGSQL
    PGX = "pgx", Family.PGX
    LIB_PQ = "lib/pq", Family.LIB_PQ
    TOKIO_POSTGRES = "tokio-postgres", Family.TOKIO_POSTGRES
    SQLX = "SQLx", Family.SQLX
    """Of Rust; Go's sqlx stands before pgx or lib/pq."""

    POSTGREX = "Postgrex", Family.POSTGREX
    PGBOUNCER = "PgBouncer", Family.PGBOUNCER
    PGDOG = "PgDog", Family.PGDOG
    ODYSSEY = "Odyssey", Family.ODYSSEY
