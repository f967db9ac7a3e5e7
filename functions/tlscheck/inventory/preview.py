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
