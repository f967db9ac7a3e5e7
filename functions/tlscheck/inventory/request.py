"""What a sweep is asked to look at, and what of that the account really has."""

from collections.abc import Sequence
from dataclasses import dataclass

from tlscheck.inventory.assembly import Inventory
from tlscheck.inventory.bad_request import not_allowed
from tlscheck.inventory.batch import Depth
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.region import Gap, RegionListing


@dataclass(frozen=True, slots=True)
class Request:
    """The execution's input. Empty tuples: every Region, every database."""

    depth: Depth = Depth.FULL
    regions: tuple[str, ...] = ()
    databases: tuple[str, ...] = ()
    """Identifiers or ARNs of instances and clusters; a cluster brings its members."""


@dataclass(frozen=True, slots=True)
class Regions:
    """The Regions to list, and those that should be listed and cannot, each with the reason."""

    listed: tuple[str, ...]
    gaps: tuple[tuple[str, Gap], ...] = ()


def regions_to_list(
    request: Request, configured: tuple[str, ...], enabled: tuple[str, ...] | Gap, home: str
) -> Regions:
    """Which Regions a full sweep lists: those asked for, else those configured, else every enabled one.

    `enabled` is ec2:DescribeRegions. Without it a Region that is named is tried, and nobody can say which others
    there are: then the Region that we run in (`home`) is listed, and carries the gap.
    Raises BadRequest when a Region is asked for that the account has not enabled.
    """
    field, asked = _regions_asked_for(request)
    if isinstance(enabled, Gap):
        return Regions(asked or configured) if asked or configured else Regions((home,), ((home, enabled),))
    for region in asked:
        if region not in enabled:
            raise not_allowed(field, region, f"the enabled Regions of this account: {', '.join(enabled)}")
    wanted = asked or configured or enabled
    off = Gap("ec2:DescribeRegions", "the Region is named by REGIONS, but not enabled in this account")
    return Regions(
        tuple(region for region in wanted if region in enabled),
        tuple((region, off) for region in wanted if region not in enabled),
    )


def chosen(request: Request, inventory: Inventory) -> tuple[Database, ...]:
    """The databases that a request asks for. Raises BadRequest when a part of it matches nothing."""
    databases = tuple(each for each in inventory.databases if each.region in (request.regions or {each.region}))
    if request.depth is Depth.SAMPLE:
        _refuse_regions_without_databases(request, inventory.databases)
    if not request.databases:
        return databases
    for wanted in request.databases:
        if not any(_is_called(wanted, each) for each in databases):
            raise not_allowed(
                "request.databases", wanted, f"identifiers or ARNs of the PostgreSQL databases {_scope(inventory)}"
            )
    clusters = {
        (each.region, each.identifier)
        for each in databases
        if each.kind is Kind.CLUSTER and any(_is_called(wanted, each) for wanted in request.databases)
    }
    return tuple(
        each
        for each in databases
        if (each.region, each.cluster) in clusters or any(_is_called(wanted, each) for wanted in request.databases)
    )


def _regions_asked_for(request: Request) -> tuple[str, tuple[str, ...]]:
    """Regions that a request names, by themselves or through ARNs, and the field that names them."""
    if request.regions:
        return "request.regions", request.regions
    if request.databases and all(each.startswith("arn:") for each in request.databases):
        return "request.databases", tuple(dict.fromkeys(each.split(":")[3] for each in request.databases))
    return "request.regions", ()


def _is_called(wanted: str, database: Database) -> bool:
    """RDS keeps identifiers in lower case, whatever was typed."""
    return wanted == database.arn or wanted.lower() == database.identifier.lower()


def _scope(inventory: Inventory) -> str:
    """Where was looked, and where could not be looked."""
    if not inventory.listings:
        return "known from an earlier full sweep"
    regions = ", ".join(each.region for each in inventory.listings)
    incomplete = [_incompleteness(each) for each in inventory.listings if each.gaps]
    return f"of {regions}" + (f" (not completely listed: {'; '.join(incomplete)})" if incomplete else "")


def _incompleteness(listing: RegionListing) -> str:
    return f"{listing.region}, {', '.join(f'{gap.operation}: {gap.reason}' for gap in listing.gaps)}"


def _refuse_regions_without_databases(request: Request, databases: Sequence[Database]) -> None:
    known = sorted({each.region for each in databases})
    for region in request.regions:
        if region not in known:
            raise not_allowed(
                "request.regions",
                region,
                f"Regions with a database known from an earlier full sweep: {', '.join(known) or 'none yet'}",
            )
