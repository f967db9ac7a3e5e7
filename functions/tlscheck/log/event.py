"""What one line of a server's log says, as far as it is about connections. Nothing of any other line is kept.

A line is text that strangers helped to write: an application_name can spell what PostgreSQL writes of TLS, and a
user name that was refused can hold a line of its own. So it hints at what a look can show, and is marked as that.

They are tuples: each of millions of lines makes two, and a frozen dataclass takes four times as long to be made.
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from tlscheck.wire.observation import SessionKind


class Rejection(StrEnum):
    """How a connection ended that came to nothing, as the server words it."""

    UNKNOWN_CA = "unknown ca"
    BAD_CERTIFICATE = "bad certificate"
    CERTIFICATE_EXPIRED = "certificate expired"
    CERTIFICATE_UNKNOWN = "certificate unknown"
    CERTIFICATE_REVOKED = "certificate revoked"
    UNSUPPORTED_CERTIFICATE = "unsupported certificate"
    DECRYPT_ERROR = "decrypt error"
    END_OF_FILE = "EOF detected"
    """A hint only: also whoever closes after the SSLRequest, a health check for one."""

    RESET = "connection reset"
    """A hint only: also whoever closes after the handshake."""

    NO_ENCRYPTION = "no encryption"
    """The server's: no pg_hba.conf entry for a client without TLS."""

    @property
    def is_alert(self) -> bool:
        """Whether the client sent it in TLS: it verifies, and refused the certificate of that moment."""
        return self not in {Rejection.END_OF_FILE, Rejection.RESET, Rejection.NO_ENCRYPTION}


class Unread(StrEnum):
    """Why a line, or a text that may be several, says nothing that could be understood."""

    PREFIX = "it does not begin as log_line_prefix says"
    LANGUAGE = "it is in a language other than English (lc_messages)"
    CUT = "it was cut"
    NO_ADDRESS = "log_line_prefix names no client address"
    NO_MOMENT = "log_line_prefix names no moment"
    ZONE = "its moment cannot be read: it is in a time zone of a name"
    AMBIGUOUS = "a client's text in it spells a line, so it can be read in two ways"


class LineOrigin(NamedTuple):
    """Whose line it is."""

    at: datetime
    """UTC, as the server's clock had it."""

    address: str
    """Empty: a unix socket."""

    port: int | None = None
    pid: int | None = None


class Connected(NamedTuple):
    """`connection authorized`: somebody is in. Texts are hostile; bounded to 63 bytes as pg_stat_activity's."""

    origin: LineOrigin
    user: str
    database: str
    """Empty of physical replication, which has none."""

    application: str
    protocol: str | None
    """`TLSv1.3`; None: without TLS."""

    kind: SessionKind = SessionKind.CLIENT
    is_doubtful: bool = False
    """Whether what it says of TLS may be a text of the client's: it is told after a name that a client chose."""


class Rejected(NamedTuple):
    """A connection that came to nothing."""

    origin: LineOrigin
    rejection: Rejection
    user: str = ""
    database: str = ""
    """Both only of NO_ENCRYPTION: nobody has said who it is before."""


type LogEvent = Connected | Rejected
