"""A client of a database: who connects, and how, over all looks so far."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Client:
    """One client of one database, as remembered. Every text of it comes from a client and is hostile."""

    database: str
    """ARN of the database that it connects to."""

    name: str
    """datname that it connects to."""

    user: str
    application: str
    address: str
    first_seen: datetime
    last_seen: datetime
    last_tls: datetime | None
    last_plaintext: datetime | None
    protocols: tuple[str, ...]
    """TLS versions that it was seen with, sorted."""
