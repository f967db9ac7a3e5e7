"""All that is known of one database, or of one Region, in one sweep: what its findings are judged from."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tlscheck.inventory.batch import Depth
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.former import Predecessor
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.region import RegionListing
from tlscheck.ledger.belief import Belief, believed
from tlscheck.ledger.client import Client
from tlscheck.ledger.counting import plaintext_clients, tls_clients
from tlscheck.ledger.logged import NOTHING_LOGGED, Logged
from tlscheck.ledger.watched import Span, span_of
from tlscheck.verdict.advice import Advice, advice
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.commands import can_name
from tlscheck.verdict.enforcement import TlsEnforcement, enforcement
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.heard import NOTHING_HEARD, Heard
from tlscheck.verdict.sharing import Server, Sharing
from tlscheck.wire.asker import STACK, Asker
from tlscheck.wire.observation import LookOutcome, Observation
from tlscheck.wording import joined


@dataclass(frozen=True, slots=True)
class Past:
    """A predecessor of a database, and who connected to it."""

    predecessor: Predecessor
    clients: tuple[Client, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A database, the newest look at it, and the clients remembered up to now. A cluster is never connected to."""

    database: Database
    observation: Observation
    clients: tuple[Client, ...]
    at: datetime
    """The newest moment of the facts, UTC: what is judged by the calendar is judged by it."""

    user: str
    """Database user that the probe logs in as, for the SQL of a next step."""

    heard: Heard = NOTHING_HEARD
    """The server's own word."""

    members: Mapping[str, Heard] = field(default_factory=dict)
    """Of a cluster: identifier of each member that is known of to what it said."""

    member_logs: Mapping[str, Logged] = field(default_factory=dict)
    """Of a cluster: identifier of each member that is known of to what its log said."""

    member_clients: tuple[Client, ...] = ()
    """Of a cluster whose member is gone: the clients of the others."""

    past: tuple[Past, ...] = ()
    """Predecessors, and of a cluster the members that are gone: the newest first."""

    depth: Depth = Depth.FULL
    """Of the sweep: in a sample, what AWS's API says is what it said to the last full one."""

    left_out: int = 0
    """Groups of sessions that the look left out: the picture is incomplete."""

    unreadable: tuple[Gap, ...] = ()
    """What is remembered of it and could not be read back."""

    evidence_span: timedelta = timedelta(days=35)
    """EvidenceDays: how long nothing without TLS must have been seen before it counts as none."""

    watched: tuple[Span, ...] = ()
    """When looks showed everybody."""

    logged: Logged = NOTHING_LOGGED
    """What its log said up to now, beside its clients."""

    looks: tuple[datetime, ...] = ()
    """Moments of the looks of EvidenceDays that showed everybody, to the second, in order."""

    servers: Mapping[str, Server] = field(default_factory=dict)
    """Of a cluster: identifier of each member to whom a change of the cluster's parameters would cut off there."""

    sharing: Sharing | None = None
    """Who else is on its parameter group; None: nobody, or nobody knows of any."""

    target: str | None = None
    """The CA that its owner wants it to have, where it must leave its own."""

    asker: Asker = STACK
    """Who is told: of the same facts, what the reader can do differs."""

    enforcement: TlsEnforcement = field(init=False)
    """Whether a client without TLS is refused: made of the others, once, and asked of nobody else."""

    belief: Belief = field(init=False)
    """The clients as they count: of what only the log says, what nothing contradicts."""

    def __post_init__(self) -> None:
        known = enforcement(self.database, self.heard, self.members, self.depth)
        object.__setattr__(self, "enforcement", known)
        object.__setattr__(self, "belief", believed(self.clients, is_enforced=known.is_enforced))

    @property
    def logs(self) -> tuple[Logged, ...]:
        """What logs of it there are: a server's own, or those of a cluster's members."""
        return tuple(self.member_logs.values()) if self.database.kind is Kind.CLUSTER else (self.logged,)

    @property
    def seen(self) -> bool:
        """Whether this look showed everybody who is connected."""
        return self.observation.look.outcome is LookOutcome.SEEN

    @property
    def plaintext_clients(self) -> tuple[Client, ...]:
        """Remembered clients that count as connecting without TLS."""
        return plaintext_clients(self.belief.clients, self.at, self.watched_span)

    @property
    def watched_span(self) -> timedelta:
        """How long before now EvidenceDays begin in which somebody was looking."""
        return span_of(self.evidence_span, self.watched, self.at)

    @property
    def tls_clients(self) -> tuple[Client, ...]:
        """Remembered clients that came with TLS."""
        return tls_clients(self.belief.clients)

    def finding(self, check: CheckId, status: Status, reason: str, step: Advice | str = "") -> Finding:
        """What a check says of this database."""
        of, what = self.database, advice(step)
        if what.commands and not can_name(of):
            before, how = what.words, "in the console, as its name can stand in no command."
            is_open = before.endswith(":")
            what = Advice(f"{before[:-1]}, {how}" if is_open else joined(before, how.capitalize()))
        return Finding(of.key, of.arn, of.region, check, status, reason, what.words, what.commands)


@dataclass(frozen=True, slots=True)
class RegionEvidence:
    """All that is known of one Region as a whole in one sweep."""

    listing: RegionListing
    roots: Mapping[str, str]
    """Our trust store's: SHA-1 of the DER (lower-case hex) to name."""

    at: datetime
    """Start of the sweep, UTC."""

    owners: Collection[str] = ()
    """Those of the roots, by SHA-1, that the owner of this deployment brought."""

    asker: Asker = STACK

    def finding(self, check: CheckId, status: Status, reason: str, step: Advice | str = "") -> Finding:
        """What a check says of this Region."""
        arn, what = self.listing.arn, advice(step)
        return Finding(arn, arn, self.listing.region, check, status, reason, what.words, what.commands)
