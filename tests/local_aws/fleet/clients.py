"""Client applications as their owners know them: a name, a user, and how they connect."""

from dataclasses import dataclass
from enum import StrEnum


class Driver(StrEnum):
    """What an application connects with."""

    PSYCOPG = "psycopg 3 (libpq)"
    ASYNCPG = "asyncpg"
    PG8000 = "pg8000"
    PSQL = "psql"


class Tls(StrEnum):
    """How an application connects, by the name that libpq has for it."""

    VERIFIED = "verify-full"
    UNVERIFIED = "require"
    PREFERRED = "prefer"
    """With a root file that is out of date: libpq verifies then, and after its alert comes again without TLS."""

    NONE = "disable"


@dataclass(frozen=True, slots=True)
class Client:
    """One application: its application_name, the user that it logs in as, and how."""

    application: str
    user: str
    driver: Driver
    tls: Tls = Tls.VERIFIED
    newest_protocol: str | None = None
    """`TLSv1.2` for one that knows nothing newer; for psycopg and pg8000."""

    sessions: int = 1
    address: str = "127.0.0.1"
    """That the server sees; any of 127.0.0.0/8."""
