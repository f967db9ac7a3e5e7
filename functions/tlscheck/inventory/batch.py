"""A sweep and the batches that it is done in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import batched
from types import MappingProxyType

from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.hub import Hub
from tlscheck.inventory.region import RegionListing
from tlscheck.inventory.sharing import SharedGroup, of_batch, shared_groups


class Depth(StrEnum):
    """How much a sweep looks at."""

    FULL = "full"
    """The control plane and every server."""

    SAMPLE = "sample"
    """Only the connections of the databases already known: of RDS nothing is asked but who pauses by now."""

    RETIRE = "retire"
    """Nothing: it archives in Security Hub what was sent there."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """One execution of the state machine. Its start orders it: an older sweep never overwrites a newer one."""

    id: str
    started_at: datetime
    depth: Depth
    narrow: bool = False
    """Whether somebody asked for a part of the account only."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Databases that one network reaches, looked at by one invocation of observe."""

    region: str
    """Region of the databases; of the first listing, in the batch of the listings."""

    network: str | None
    databases: tuple[Database, ...]
    listings: tuple[RegionListing, ...] = ()
    """Region listings to judge; they travel in a batch of their own."""

    unlisted: tuple[Database, ...] = ()
    """Known databases that an incomplete listing does not show, beside the listings: nobody looks at them."""

    hubs: dict[str, Hub | Gap] = field(default_factory=dict)
    """Region to its Security Hub, in a full sweep: of each Region that this batch is about."""

    retired: tuple[str, ...] = ()
    """Keys of databases and Regions whose findings are archived in Security Hub, and nothing else."""

    groups: dict[str, SharedGroup] = field(default_factory=dict)
    """Name to each parameter group of these databases that others are on too, once for all of them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What discover leaves beside the batches, as `sweep.json`: the one source of a sweep's time."""

    sweep: Sweep
    unreadable: tuple[Gap, ...] = ()
    """What the table holds and could not be read back, and what was asked for and may be in a Region that was not
    listed whole: what of it, and why."""

    offset_seconds: int = 0
    """How long after its execution started a sample looked that a schedule starts: drawn at random."""


BATCH_SIZE = 25
"""Databases that one invocation of observe looks at, where nobody says how many: as the template's BatchSize."""

FULL_SWEEPS, SAMPLES = "sweeps", "samples"
"""Folders of the bucket: what is kept for long, and what for days."""

BATCH_KEY = rf"^({FULL_SWEEPS}|{SAMPLES})/[^/]+/batches/[0-9]+\.json$"
PLAN_KEY = rf"^({FULL_SWEEPS}|{SAMPLES})/[^/]+/plan\.json$"
"""What the keys of a sweep look like; samples of before 0.4.0 lie among the full sweeps."""


def in_batches(
    databases: Iterable[Database],
    listings: tuple[RegionListing, ...] = (),
    hubs: Mapping[str, Hub | Gap] = MappingProxyType({}),
    unlisted: tuple[Database, ...] = (),
    *,
    size: int = BATCH_SIZE,
) -> tuple[Batch, ...]:
    """Batches of at most `size` databases of one Region and network, then one for the Regions' listings, with what
    they do not show.

    A cluster and its members are never parted, since the cluster is judged by the looks at them: if they are more
    than `size` (RDS allows 16 members), their batch is larger. They lie in one network, also where the
    API left it out of some. The same databases always make the same batches, in whatever order they come. Each
    batch takes the hubs of its own Regions along.
    """
    families: dict[tuple[str, str], list[Database]] = {}
    for database in sorted(databases, key=lambda each: (each.region, each.arn)):
        families.setdefault((database.region, _family(database)), []).append(database)
    networks: dict[tuple[str, str | None], list[list[Database]]] = {}
    for (region, _), family in families.items():
        networks.setdefault((region, _network(family)), []).append(family)
    batches = [
        Batch(region, network, part, hubs=_of_regions(hubs, region))
        for region, network in sorted(networks, key=lambda each: (each[0], each[1] or ""))
        for part in _filled(networks[region, network], size)
    ]
    if listings:
        regions = (each.region for each in listings)
        batches.append(Batch(listings[0].region, None, (), listings, unlisted, _of_regions(hubs, *regions)))
    return tuple(batches)


def with_groups(batches: Iterable[Batch], databases: Iterable[Database]) -> tuple[Batch, ...]:
    """The batches, each with who of all these databases is on the parameter groups of its own."""
    groups = shared_groups(databases)
    return tuple(replace(each, groups=of_batch(groups, each.region, each.databases)) for each in batches)


MOST_RETIRED = 250
"""Keys in a batch: a read each, and for each of its findings that a hub has a write, eight keys at once."""


def in_retiring_batches(region: str, keys: Iterable[str]) -> tuple[Batch, ...]:
    """Batches of keys to retire, handed out in this Region."""
    parts = batched(sorted(set(keys)), MOST_RETIRED)
    return tuple(Batch(region, None, (), retired=part) for part in parts)


def _of_regions(hubs: Mapping[str, Hub | Gap], *regions: str) -> dict[str, Hub | Gap]:
    return {region: hubs[region] for region in regions if region in hubs}


def _family(database: Database) -> str:
    """What is alike for a cluster and its members, and for nothing else."""
    if database.kind is Kind.CLUSTER:
        return f"cluster {database.identifier}"
    return f"cluster {database.cluster}" if database.kind is Kind.MEMBER and database.cluster else database.arn


def _network(family: Iterable[Database]) -> str | None:
    return next((each.network for each in family if each.network), None)


def _filled(families: Iterable[list[Database]], size: int) -> Iterator[tuple[Database, ...]]:
    part: list[Database] = []
    for family in families:
        if part and len(part) + len(family) > size:
            yield _by_arn(part)
            part = []
        part += family
    if part:
        yield _by_arn(part)


def _by_arn(databases: Iterable[Database]) -> tuple[Database, ...]:
    return tuple(sorted(databases, key=lambda each: each.arn))


def key_in(sweep: Sweep, name: str) -> str:
    """S3 key of a sweep's object: samples lie apart, since they are kept for a short time only."""
    return f"{SAMPLES if sweep.depth is Depth.SAMPLE else FULL_SWEEPS}/{sweep.id}/{name}"


def plan_key(sweep: Sweep) -> str:
    """S3 key of the list of a sweep's batches: `[{"batch": <key>}, ...]`, what the distributed Map reads."""
    return key_in(sweep, "plan.json")


def batch_key(sweep: Sweep, number: int) -> str:
    """S3 key of a sweep's batch, counted from 1."""
    return key_in(sweep, f"batches/{number:04}.json")


def sweep_key(key: str) -> str:
    """S3 key of the Plan of the sweep that an object with this key belongs to: it lies in the same folder."""
    folder, sweep, *_ = key.split("/")
    return f"{folder}/{sweep}/sweep.json"
