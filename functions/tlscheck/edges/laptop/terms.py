"""What a sweep from a laptop is asked for."""

from dataclasses import dataclass
from datetime import timedelta

from tlscheck.inventory.request import Request
from tlscheck.ledger.log_price import FIRST_READ
from tlscheck.wire.target import LoginChoice


@dataclass(frozen=True, slots=True)
class SweepTerms:
    """What is looked at, how, and for how long."""

    request: Request
    evidence: timedelta
    """How long nothing without TLS must have been seen of a client before it counts as none; a log is read so far
    back."""

    connects: bool = True
    """Whether servers are connected to; what the API and the logs say is asked all the same."""

    user: str = "tlscheck"
    """Database user of an IAM login."""

    login: LoginChoice | None = None
    """None: as each database's tag tlscheck:secret, or its IAM authentication, has it, as a probe does."""

    watching: timedelta | None = None
    """For how long clients are looked at again and again; None: one look."""

    reads_logs: bool = False

    first_read: float = FIRST_READ
    """Bytes of each server's log that Logs Insights may count the first time: LogFirstReadGB."""

    remembers: bool = False
    """Whether what is seen, and read, is kept for the next sweep."""

    target: str | None = None
    """The CA that a change of CA goes to; None: the one that clients notice least."""
