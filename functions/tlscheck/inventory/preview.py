"""What a sweep would look at, for a person at the console: nothing is written, no database is touched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from tlscheck.inventory.assembly import Inventory
from tlscheck.inventory.batch import Batch, Depth
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.known import NOTHING, KnownDatabases
from tlscheck.inventory.request import Request


@dataclass(frozen=True, slots=True)
class PreviewedDatabase:
    """The few facts by which a person recognises a database and sees which probe would reach it."""

    arn: str
    kind: Kind
    status: str
    network: str | None


@dataclass(frozen=True, slots=True)
class PreviewedGap:
    """A call that gave no answer."""

    region: str
    operation: str
    reason: str


@dataclass(frozen=True, slots=True)
class PreviewedLog:
    """One server's log, of those with the most to read."""

    arn: str
    group: str
    at_most_gb: float
    by: str
    """`FilterLogEvents`, or `Logs Insights` where that would be too much."""

    at_most_usd: float


@dataclass(frozen=True, slots=True)
class PreviewedLogs:
    """What of the servers' logs such a sweep, and those that go on with it, would read, and for how much.

    GB and USD are upper bounds, by what the groups hold of the time that is asked for.
    """

    said: str
    servers: int
    first: int
    """Of them without anything that was read before."""

    groups: int
    at_most_gb: float
    about_calls: int
    counted: int
    """Servers whose logs Logs Insights counts, which asks a price."""

    counted_at_most_gb: float
    counted_at_most_usd: float
    held_back_gb: float
    """What LogFirstReadGB keeps it from counting."""

    held_back_usd: float
    largest: tuple[PreviewedLog, ...]
    unknown: tuple[str, ...]
    """Why it is not known of other servers."""

    not_known: int
    """Of how many."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a sweep with this request would look at now."""

    depth: Depth
    batches: int
    databases: tuple[PreviewedDatabase, ...]
    gaps: tuple[PreviewedGap, ...]
    excluded: tuple[str, ...] = ()
    """ARNs of databases that are left out because their owner tagged them so."""

    vanished: tuple[str, ...] = ()
    """ARNs of known databases that are gone or excluded: a sweep archives their findings."""

    unreadable: tuple[Gap, ...] = ()
    """What the table holds and could not be read back, and what was asked for and may be where nobody looked."""

    logs: PreviewedLogs | None = None
    """None: logs are not read, or of no such databases."""

    @property
    def not_known(self) -> int:
        """How much could not be asked, read back or found for certain."""
        return len(self.gaps) + len(self.unreadable)

    @property
    def figures(self) -> Mapping[str, int]:
        """How much there is of each, by its name."""
        return {"databases": len(self.databases), "batches": self.batches, "gaps": self.not_known}

    @classmethod
    def of(
        cls,
        request: Request,
        batches: tuple[Batch, ...],
        inventory: Inventory,
        known: KnownDatabases = NOTHING,
        unreadable: tuple[Gap, ...] = (),
    ) -> Self:
        """The preview of these batches of an inventory, beside what earlier sweeps knew."""
        arns = {each.key: each.arn for each in known.databases}
        return cls(
            request.depth,
            len(batches),
            tuple(
                PreviewedDatabase(each.arn, each.kind, each.status, each.network)
                for batch in batches
                for each in batch.databases
            ),
            tuple(
                PreviewedGap(listing.region, gap.operation, gap.reason)
                for batch in batches
                for listing in batch.listings
                for gap in listing.gaps
            ),
            tuple(each.arn for each in inventory.databases if each.is_excluded),
            tuple(arns.get(key, key) for listing in inventory.listings for key in listing.vanished),
            unreadable,
        )


def previewed(databases: Iterable[Database], batches: int, unreadable: tuple[Gap, ...]) -> Preview:
    """The preview of a retirement: of which databases findings would be archived in Security Hub."""
    shown = (PreviewedDatabase(each.arn, each.kind, each.status, each.network) for each in databases)
    return Preview(Depth.RETIRE, batches, tuple(shown), (), unreadable=unreadable)
