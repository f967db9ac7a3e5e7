"""What one look at one server showed: its handshake, and who is connected.

What could not be looked at is an outcome with a detail, never an absence.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tlscheck.version import Edition


class HandshakeOutcome(StrEnum):
    """How the TLS handshake with a server ended, named for what the server did."""

    TRUSTED = "TRUSTED"
    """The chain hangs from a root of the Region, carries the endpoint's name, and is in date."""

    UNKNOWN_ISSUER = "UNKNOWN_ISSUER"
    SELF_SIGNED = "SELF_SIGNED"
    """A single certificate that signed itself: no CA stands behind it."""

    WRONG_NAME = "WRONG_NAME"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    NOT_STRICT = "NOT_STRICT"
    """A certificate breaks a rule that only strict clients check (Python 3.13's default): a missing authority key
    identifier, for one."""

    WEAK = "WEAK"
    """A key is too short or a signature's digest too weak for OpenSSL's security level 2."""

    INCOMPLETE_CHAIN = "INCOMPLETE_CHAIN"
    """The server sent a certificate of RDS's without that of the subordinate CA which issued it."""

    UNTRUSTED = "UNTRUSTED"
    """Refused by verification for another reason, which the detail names."""

    UNPROVEN = "UNPROVEN"
    """The certificate verifies, and the server did not prove that it holds its key."""

    BELOW_BAR = "BELOW_BAR"
    """The certificate verifies, over a cipher that libpq takes and over which no credential is sent."""

    OUTDATED = "OUTDATED"
    """The certificate verifies, over a version or cipher that libpq does not take by itself: TLS 1.1, for one."""

    NO_COMMON_TLS = "NO_COMMON_TLS"
    """The server takes no version or cipher of those that were offered: no certificate was seen."""

    FAILED = "FAILED"
    """The handshake began and failed for a reason that is no certificate's, which the detail names."""

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
    key: str = ""
    """`RSA 2048`, `EC secp384r1`, `Ed25519`; empty when it cannot be read."""

    signature: str = ""
    """Digest of the issuer's signature: `SHA256`; empty when there is none, or none that is known."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """The server's side of TLS, seen without any credential; the chain is leaf first."""

    outcome: HandshakeOutcome
    detail: str
    protocol: str | None = None
    cipher: str | None = None
    chain: tuple[Certificate, ...] = ()
    authority: str | None = None
    """The RDS CA that the chain hangs from, as DescribeCertificates would name it; claimed, unless TRUSTED."""

    direct_tls: bool | None = None
    """Whether the server takes TLS without an SSLRequest (PostgreSQL 17 and later); None when it was not seen."""


class PlaintextOutcome(StrEnum):
    """What a server did with a connection without TLS that stopped before any password."""

    ACCEPTED = "ACCEPTED"
    """It asked for a password: whoever knows one may connect without TLS."""

    REFUSED = "REFUSED"
    """It refused because the connection is not encrypted: TLS is enforced."""

    UNKNOWN = "UNKNOWN"
    """It answered something else, or nothing."""

    NOT_TRIED = "NOT_TRIED"


@dataclass(frozen=True, slots=True)
class Plaintext:
    """How a server meets a client that does not use TLS."""

    outcome: PlaintextOutcome
    detail: str


class SessionKind(StrEnum):
    """Whose a session is."""

    CLIENT = "CLIENT"
    REPLICATION = "REPLICATION"
    """A walsender: a replica, DMS, or another reader of the log."""

    RDS = "RDS"
    """RDS itself."""

    RDS_PROXY = "RDS_PROXY"
    """RDS Proxy's own, by which it follows the database."""

    TLSCHECK = "TLSCHECK"


@dataclass(frozen=True, slots=True)
class SessionGroup:
    """Sessions alike in all that is asked of them. Every text of it comes from a client and is hostile."""

    database: str
    user: str
    application: str
    addresses: tuple[str, ...]
    """Some of the addresses that they come from, sorted; an empty text is a unix socket."""

    more_addresses: int
    """How many others there are."""

    tls: bool
    protocol: str | None
    sessions: int
    kind: SessionKind = SessionKind.CLIENT
    names: int = 1
    """How many spellings it stands for, at least, where names that change were folded into a pattern."""

    @property
    def called(self) -> tuple[str, str, str]:
        """All names of it: database, user and application."""
        return self.database, self.user, self.application

    @property
    def is_client(self) -> bool:
        """Whether somebody has to see to it that it uses TLS."""
        return self.kind is SessionKind.CLIENT or self.kind is SessionKind.REPLICATION


@dataclass(frozen=True, slots=True)
class Look:
    """Who is connected at this moment, and what the server says of itself."""

    outcome: LookOutcome
    detail: str
    server_version: int | None = None
    """server_version_num: 170010 for 17.10."""

    sessions: tuple[SessionGroup, ...] = ()
    kinds: int = 0
    """Groups that there were, at least; more than `sessions` holds when some are left out."""

    force_ssl: bool | None = None
    """rds.force_ssl as the server runs it; None where it knows no such parameter."""

    looks: int = 1
    at: datetime | None = None
    """When it was made, by the probe's clock, UTC; None of probes before 0.3.0, which did not say."""

    user: str = ""
    """As whom it was made: a secret names another user than `DatabaseUser`. Empty where nobody was let in, and of
    probes that did not say."""

    @property
    def left_out(self) -> int:
        """Groups that were there, at least, and are not shown: with any, it is no look at everybody."""
        return max(0, self.kinds - len(self.sessions))


@dataclass(frozen=True, slots=True)
class Observation:
    """What one probe learnt of one database."""

    arn: str
    handshake: Handshake
    look: Look
    plaintext: Plaintext = Plaintext(PlaintextOutcome.NOT_TRIED, "it was not asked for")
    probe: Edition | None = None
    """Which tlscheck looked; None where none did, and of probes before 0.2.0, which did not say."""
