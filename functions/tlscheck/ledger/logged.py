"""What a server's log added up to: merging is commutative, associative and idempotent, as with clients."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from tlscheck.ledger.client import Client
from tlscheck.ledger.lateness import longest
from tlscheck.log.event import Rejection


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time from `since` on and before `until`, UTC."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Hole:
    """Time of which the log is not known, and why."""

    stretch: Stretch
    why: str


@dataclass(frozen=True, slots=True)
class Met:
    """When something was met: first and last, to the second."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Fallback:
    """Who refused the certificate and came in without TLS within seconds: a client that lost its encryption."""

    address: str
    user: str
    database: str
    application: str


@dataclass(frozen=True, slots=True)
class LockedOut:
    """Who came without TLS and was refused for it: the server takes nobody who does."""

    address: str
    user: str
    database: str


@dataclass(frozen=True, slots=True, order=True)
class FileMark:
    """How far a file of RDS's own was read, which is not exported: the next reading goes on from there."""

    name: str
    marker: str
    """Of the service: where the last portion begins that had a line of a connection."""

    at: datetime
    """Everything of before was read, and all that is of later lies behind the marker."""

    size: int = 0
    """Bytes before the marker, about."""


class LeftOut(StrEnum):
    """What a log told that is not kept, whole as it may have been read. No connection of a client is among it."""

    REFUSALS = "refusals"
    """Addresses that refused the certificate or broke off, or who was refused: too many to be kept."""

    FALLBACKS = "fallbacks"
    """Who fell back: too many to be kept, or too many lines came late to find each alert's session."""

    COUNTED = "counted"
    """Who fell back, of hours that were counted at the service: an alert and a session without TLS of one address
    lie within an hour, and nobody can tell whether they were seconds apart."""


@dataclass(frozen=True, slots=True)
class Logged:
    """All that the log of one server said so far, beside its clients. Bounded: what was left out is said."""

    covered: tuple[Stretch, ...] = ()
    """What was read to the end, in which the server demonstrably logged connections; in order, apart."""

    holes: tuple[Hole, ...] = ()
    """What lies between, of the days asked for."""

    rejections: Mapping[tuple[Rejection, str], Met] = field(default_factory=dict)
    """By what was said, and the address; all but NO_ENCRYPTION."""

    locked_out: Mapping[LockedOut, Met] = field(default_factory=dict)
    """What NO_ENCRYPTION names, tlscheck's own try among it."""

    fallbacks: Mapping[Fallback, Met] = field(default_factory=dict)
    unread: Mapping[str, datetime] = field(default_factory=dict)
    """Why lines were not understood, to the end of the newest time that held some: they may tell of anything."""

    a_day: float | None = None
    """New connections a day, of the newest day (or more) that was read whole: about, to 3 %."""

    a_day_until: datetime | None = None
    """When what `a_day` is of ended."""

    left_out: Mapping[LeftOut, datetime] = field(default_factory=dict)
    """Of what not all is among these, to when what is not was met last."""

    read_at: datetime | None = None
    """When it was read last: `holes` are what that reading said, and so are `marks`."""

    late: Mapping[datetime, timedelta] = field(default_factory=dict)
    """How long after its moment a line reached the log service at most, in whole seconds, by the day of UTC."""

    again: timedelta | None = None
    """How much the newest reading repeated of what was read before; None: nobody said."""

    marks: tuple[FileMark, ...] = ()
    """Of log files that are read through RDS's API."""

    def lag(self, now: datetime) -> timedelta | None:
        """How late lines of the last week came; None: nobody measured it."""
        return longest(self.late, now)

    def comes_too_late(self, now: datetime) -> bool:
        """Whether lines arrive after the next reading, which then does not go back to them."""
        lag = self.lag(now)
        return lag is not None and self.again is not None and lag > self.again


NOTHING_LOGGED = Logged()


@dataclass(frozen=True, slots=True)
class Reading:
    """What one sweep read of a server's log."""

    clients: tuple[Client, ...] = ()
    """Sightings: their `logged_tls` and `logged_plaintext` alone."""

    logged: Logged = NOTHING_LOGGED


NOTHING_READ = Reading()
"""Of what has no log of its own, and where nobody was to read it."""
