"""One connection of a client, and what it did."""

from dataclasses import dataclass
from enum import StrEnum

from tlscheck.rehearsal.trial import Trial


class Ended(StrEnum):
    """How far it came."""

    SILENT = "closed without a word"
    """A health check, not a client."""

    PLAINTEXT = "sent its StartupMessage without TLS"
    WITHOUT_TLS = "left when TLS was refused"
    ALERTED = "sent an alert"
    CLOSED = "left during the handshake, or after it, without a StartupMessage and without an alert"
    INCAPABLE = "speaks no TLS version, cipher or signature of what it was shown"
    """Our side ended the handshake: no certificate was seen."""

    STARTED = "sent its StartupMessage over TLS"
    CANCELLED = "sent a CancelRequest"
    NOT_UNDERSTOOD = "sent what is not PostgreSQL's protocol"
    CUT = "was cut off: too slow, too long, or one too many"


@dataclass(frozen=True, slots=True)
class Hello:
    """What a ClientHello shows of who sent it."""

    server_name: str
    """SNI; "" without."""

    protocols: tuple[str, ...]
    """ALPN."""

    shape: str
    """A digest of versions, ciphers, extensions, groups: the same TLS library with the same settings."""


@dataclass(frozen=True, slots=True)
class Startup:
    """What a StartupMessage says of its client; nothing else of it is kept."""

    user: str
    database: str
    application: str
    is_replication: bool = False
    """A physical standby: of no database."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One connection."""

    number: int
    """In the order of accept, from 1."""

    accepted: float
    """Seconds since the rehearsal began; `ended_at` likewise."""

    ended_at: float
    client: str
    """The name that was given to its port; "" of a shared one."""

    address: str
    ended: Ended
    trial: Trial | None = None
    """What it was shown; None where it never asked for TLS."""

    asked_gss: bool = False
    """It asked for GSSAPI encryption first, and was told no."""

    is_direct: bool = False
    """It began with a ClientHello, as PostgreSQL 17's sslnegotiation=direct does."""

    hello: Hello | None = None
    spoken: str = ""
    """The TLS version of a handshake that ended well on our side; "" where none did."""

    alert: str = ""
    """As RFC 8446 names it: unknown_ca, decrypt_error, bad_certificate, certificate_unknown, ..."""

    startup: Startup | None = None
    why: str = ""
    """What was not understood, or why it was cut."""
