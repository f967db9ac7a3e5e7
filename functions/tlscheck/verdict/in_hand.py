"""What one sweep knows of one database before it reads what is remembered of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import NOT_ASKED, Gap
from tlscheck.inventory.hub import Hub
from tlscheck.inventory.sharing import SharedGroup
from tlscheck.ledger.client import Client
from tlscheck.ledger.logged import NOTHING_LOGGED, NOTHING_READ, Logged, Reading
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.remembered import KeptLook, Remembered
from tlscheck.verdict.sending import Listener, Publish
from tlscheck.verdict.sharing import FindingsByKey
from tlscheck.wire.asker import STACK, Asker
from tlscheck.wire.observation import Observation


@dataclass(frozen=True, slots=True)
class Rules:
    """What the owner set for all databases."""

    user: str
    """Database user of the probe's IAM logins."""

    memory: timedelta
    """ClientMemoryDays."""

    evidence: timedelta
    """EvidenceDays."""

    publish: Publish = Publish.FAILURES
    """What goes to Security Hub."""

    target: str | None = None
    """The CA that changes of CA go to, where a database can have it; None: the one that clients notice least."""

    asker: Asker = STACK


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a cluster as its own judgement, or the table, knows it."""

    look: KeptLook | None
    clients: tuple[Client, ...]
    is_absent: bool
    """Whether this sweep did not look at it."""

    findings: tuple[RememberedFinding, ...] = ()
    logged: Logged = NOTHING_LOGGED
    """What its log said up to now."""


@dataclass(frozen=True, slots=True)
class InHand:
    """A database as this sweep was handed it, and the look at it."""

    sweep: Sweep
    rules: Rules
    database: Database
    observation: Observation
    looked_at: datetime
    """The look's own moment, or when it was asked for."""

    hub: Hub | Gap = NOT_ASKED
    members: Mapping[str, Member] = field(default_factory=dict)
    """Of a cluster: identifier of each member that this sweep looked at, judged already."""

    group: SharedGroup | None = None
    """Its parameter group, where others are on it."""

    judged: FindingsByKey = field(default_factory=dict)
    """Of databases that this sweep judged already, by key: newer than what the table may say."""

    is_contended: bool = False
    """Whether an older look may still be written: then everything is written, and no older one wins."""

    noted: tuple[datetime, ...] = ()
    """Moments of looks at it that showed everybody, of the last hours: in most nothing else was to be written."""

    log: Reading = NOTHING_READ
    """What this sweep read of its log."""

    @property
    def listener(self) -> Listener:
        """Its Region's Security Hub."""
        return Listener(self.rules.publish, self.hub, is_full=self.sweep.depth is Depth.FULL)


@dataclass(frozen=True, slots=True)
class Known:
    """What the table holds of a database and of what its judgement needs beside it."""

    own: Remembered
    past: Mapping[str, Remembered] = field(default_factory=dict)
    """Of predecessors, by key."""

    members: Mapping[str, Remembered] = field(default_factory=dict)
    """Of a cluster's members that this sweep did not look at, and of all where another sweep runs beside it, by
    identifier; those whose key is not known are left out."""

    sharing: FindingsByKey | Gap | None = None
    """Of all servers on its parameter group, as far as they were read; None: nobody asked."""
