"""A sweep and the batches that it is done in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tlscheck.inventory.database import Database
from tlscheck.inventory.region import RegionListing


class Depth(StrEnum):
    """How much a sweep looks at."""

    FULL = "full"
    """The control plane and every server."""

    SAMPLE = "sample"
    """Only the connections of the databases already known: no call to the RDS API."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """One execution of the state machine. Its start orders it: an older sweep never overwrites a newer one."""

    id: str
    started_at: datetime
    depth: Depth


@dataclass(frozen=True, slots=True)
class Batch:
    """Databases that one network reaches, looked at by one invocation of observe."""

    region: str
    network: str | None
    databases: tuple[Database, ...]
    listings: tuple[RegionListing, ...] = ()
    """Region listings to judge; they travel in a batch of their own."""
