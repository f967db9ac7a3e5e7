"""A sweep and the batches that it is done in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import batched

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
    """Region of the databases; of the first listing, in the batch of the listings."""

    network: str | None
    databases: tuple[Database, ...]
    listings: tuple[RegionListing, ...] = ()
    """Region listings to judge; they travel in a batch of their own."""


BATCH_SIZE = 25
"""Databases that one invocation of observe looks at: a probe takes them side by side."""


def in_batches(databases: Iterable[Database], listings: tuple[RegionListing, ...] = ()) -> tuple[Batch, ...]:
    """Batches of at most BATCH_SIZE databases of one Region and network, then one for the Regions' listings.

    The same databases always make the same batches, in whatever order they come.
    """
    networks: dict[tuple[str, str | None], list[Database]] = {}
    for database in sorted(databases, key=lambda each: (each.region, each.network or "", each.arn)):
        networks.setdefault((database.region, database.network), []).append(database)
    batches = [
        Batch(region, network, part)
        for (region, network), members in networks.items()
        for part in batched(members, BATCH_SIZE, strict=False)
    ]
    if listings:
        batches.append(Batch(listings[0].region, None, (), listings))
    return tuple(batches)


def plan_key(sweep: Sweep) -> str:
    """S3 key of the list of a sweep's batches: `[{"batch": <key>}, ...]`, what the distributed Map reads."""
    return f"sweeps/{sweep.id}/plan.json"


def batch_key(sweep: Sweep, number: int) -> str:
    """S3 key of a sweep's batch, counted from 1."""
    return f"sweeps/{sweep.id}/batches/{number:04}.json"
