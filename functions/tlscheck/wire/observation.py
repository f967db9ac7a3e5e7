"""What one look at one server showed: its handshake, and who is connected.

What could not be looked at is an outcome with a detail, never an absence.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HandshakeOutcome(StrEnum):
    """How the TLS handshake with a server ended, named for what the server did."""

    TRUSTED = "TRUSTED"
    """The chain hangs from a root of the Region, carries the endpoint's name, and is in date."""

    UNKNOWN_ISSUER = "UNKNOWN_ISSUER"
    WRONG_NAME = "WRONG_NAME"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    UNTRUSTED = "UNTRUSTED"
    """Refused by verification for another reason, which the detail names."""

    TLS_REFUSED = "TLS_REFUSED"
    """The server answered `N` to the SSLRequest: ssl is off."""

    NOT_POSTGRESQL = "NOT_POSTGRESQL"
    """Something answered that does not speak PostgreSQL's protocol."""

    CLOSED = "CLOSED"
    """The server closed or reset the connection before the handshake was done."""

    TIMED_OUT = "TIMED_OUT"
    UNREACHABLE = "UNREACHABLE"
    """No TCP connection: refused, no route, or a name that does not resolve."""

    NO_ROOTS = "NO_ROOTS"
    """We ship no root certificate of this Region, so nothing can be verified and nothing was sent."""

    NOT_TRIED = "NOT_TRIED"


class LookOutcome(StrEnum):
    """How the look at a server's sessions ended."""

    SEEN = "SEEN"
    NEEDS_PG_MONITOR = "NEEDS_PG_MONITOR"
    """The server hides other users' sessions from this role: what it shows is not the whole picture."""

    NO_CREDENTIALS = "NO_CREDENTIALS"
    LOGIN_REFUSED = "LOGIN_REFUSED"
    FAILED = "FAILED"
    """The login or the query broke off: time-out, lost connection, an error of the server, a broken protocol."""

    NOT_TRIED = "NOT_TRIED"
    """No credential is sent over an untrusted connection; the handshake's outcome says why."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as presented: names in RFC 4514 form, fingerprints in lower-case hex of the DER."""

    subject: str
    issuer: str
    not_before: datetime | None
    not_after: datetime | None
    """None only for what a server sends in a certificate's place and nobody can read; the subject says why."""

    names: tuple[str, ...]
    """DNS names and IP addresses of the subjectAltName."""

    sha1: str
    sha256: str
    self_issued: bool


@dataclass(frozen=True, slots=True)
class Handshake:
    """The server's side of TLS, seen without any credential; the chain is leaf first."""

    outcome: HandshakeOutcome
    detail: str
    protocol: str | None = None
    cipher: str | None = None
    chain: tuple[Certificate, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionGroup:
    """Sessions alike in all that is asked of them. Every text of it comes from a client and is hostile."""

    database: str
    user: str
    application: str
    address: str
    """Client address; empty for a unix socket."""

    tls: bool
    protocol: str | None
    cipher: str | None
    sessions: int


@dataclass(frozen=True, slots=True)
class Look:
    """Who is connected at this moment; sessions of tlscheck itself and of rdsadmin are left out."""

    outcome: LookOutcome
    detail: str
    server_version: int | None = None
    """server_version_num: 170010 for 17.10."""

    sessions: tuple[SessionGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """What one probe learnt of one database."""

    arn: str
    handshake: Handshake
    look: Look
