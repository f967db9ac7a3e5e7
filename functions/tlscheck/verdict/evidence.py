"""All that is known of one database, or of one Region, in one sweep: what its findings are judged from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tlscheck.inventory.batch import Depth
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.region import RegionListing
from tlscheck.ledger.client import Client, uses_plaintext, uses_tls
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.enforcement import TlsEnforcement, enforcement
from tlscheck.verdict.finding import Finding
from tlscheck.wire.observation import LookOutcome, Observation


@dataclass(frozen=True, slots=True)
class Evidence:
    """A database, the look at it, and the clients remembered up to now. A cluster is never connected to."""

    database: Database
    observation: Observation
    clients: tuple[Client, ...]
    at: datetime
    """Start of the sweep, UTC."""

    user: str
    """Database user that the probe logs in as, for the SQL of a next step."""

    members: Mapping[str, Observation] = field(default_factory=dict)
    """Of a cluster: identifier of each member that this sweep looked at, or says why not, to its observation."""

    depth: Depth = Depth.FULL
    """Of the sweep: in a sample, what AWS's API says is what it said to the last full one."""

    enforcement: TlsEnforcement = field(init=False)
    """Whether a client without TLS is refused: made of the others, once, and asked of nobody else."""

    def __post_init__(self) -> None:
        joined = enforcement(self.database, self.observation, self.members, self.depth)
        object.__setattr__(self, "enforcement", joined)

    @property
    def seen(self) -> bool:
        """Whether this look showed everybody who is connected."""
        return self.observation.look.outcome is LookOutcome.SEEN

    @property
    def plaintext_clients(self) -> tuple[Client, ...]:
        """Remembered clients that count as connecting without TLS."""
        return tuple(client for client in self.clients if uses_plaintext(client, self.at))

    @property
    def tls_clients(self) -> tuple[Client, ...]:
        """Remembered clients that were seen with TLS."""
        return tuple(client for client in self.clients if uses_tls(client))

    def finding(self, check: CheckId, status: Status, reason: str, next_step: str = "") -> Finding:
        """What a check says of this database."""
        return Finding(self.database.arn, self.database.region, check, status, reason, next_step)


def members_of(
    cluster: Database, databases: Iterable[Database], seen: Mapping[str, Observation]
) -> Mapping[str, Observation]:
    """The observations of a cluster's members among these databases, by identifier; `seen` is by ARN."""
    return {
        each.identifier: seen[each.arn]
        for each in databases
        if each.kind is Kind.MEMBER
        and cluster.kind is Kind.CLUSTER
        and (each.region, each.cluster) == (cluster.region, cluster.identifier)
    }


@dataclass(frozen=True, slots=True)
class RegionEvidence:
    """All that is known of one Region as a whole in one sweep."""

    listing: RegionListing
    roots: Mapping[str, str]
    """Our trust store's: SHA-1 of the DER (lower-case hex) to name."""

    at: datetime
    """Start of the sweep, UTC."""

    def finding(self, check: CheckId, status: Status, reason: str, next_step: str = "") -> Finding:
        """What a check says of this Region."""
        return Finding(self.listing.arn, self.listing.region, check, status, reason, next_step)
