"""Databases that earlier sweeps knew and later ones leave out: gone for certain, excluded by their owner, alone or
with their Region, or in a Region that was not listed whole."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from tlscheck.inventory.account import Account
from tlscheck.inventory.assembly import Inventory
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.region import RegionListing


def with_vanished(inventory: Inventory, known: Iterable[Database]) -> Inventory:
    """The inventory, each listing with the known databases of its Region that no sweep is to look at any more.

    A Region that was not listed, or only in part, says of no database that it is gone; one that is there and
    excluded is left out all the same. A name that is another database's by now keeps none.
    """
    excluded = {database.key for database in inventory.databases if database.is_excluded}
    left_out: dict[str, list[str]] = defaultdict(list)
    for database in gone(inventory, known):
        left_out[database.region].append(database.key)
    for database in known:
        if database.key in excluded:
            left_out[database.region].append(database.key)
    listings = tuple(
        replace(listing, vanished=tuple(sorted(set(left_out[listing.region])))) for listing in inventory.listings
    )
    return replace(inventory, listings=listings)


def with_left_out(
    inventory: Inventory, known: Iterable[Database], account: Account, configured: tuple[str, ...], at: datetime
) -> Inventory:
    """The inventory of a sweep of the whole account, with each Region of a known database not `configured`.

    Where none is configured none is left out: of one that is not enabled any more the listing says that, and what
    is known of its databases stands.
    """
    left_out = {each.region for each in known} - {*configured} if configured else set()
    listings = (
        RegionListing(account.region_arn(region), region, 0, listed_at=at, is_left_out=True)
        for region in sorted(left_out)
    )
    return replace(inventory, listings=(*inventory.listings, *listings))


def unlisted(inventory: Inventory, known: Iterable[Database]) -> tuple[Database, ...]:
    """Those of these that an incomplete listing does not show: what is known of them still stands, or not."""
    there = {database.key for database in inventory.databases} | {database.arn for database in inventory.databases}
    incomplete = {listing.region for listing in inventory.listings if not listing.is_complete}
    return tuple(each for each in known if each.region in incomplete and not {each.key, each.arn} & there)


def gone(inventory: Inventory, known: Iterable[Database]) -> tuple[Database, ...]:
    """Those of these that a complete listing has no more.

    A database whose resource id the API leaves out may be the one that had its ARN.
    """
    there = {database.key for database in inventory.databases}
    nameless = {database.arn for database in inventory.databases if isinstance(database.resource_id, Gap)}
    complete = {listing.region for listing in inventory.listings if listing.is_complete}
    return tuple(
        each for each in known if each.region in complete and each.key not in there and each.arn not in nameless
    )
