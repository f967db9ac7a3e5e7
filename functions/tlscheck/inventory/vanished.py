"""Databases that earlier sweeps knew and later ones leave out: gone for certain, or excluded by their owner."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from tlscheck.inventory.assembly import Inventory
from tlscheck.inventory.database import Database


def with_vanished(inventory: Inventory, known: Iterable[Database]) -> Inventory:
    """The inventory, each listing with the known databases of its Region that no sweep is to look at any more.

    A Region that was not listed, or only in part, says of no database that it is gone; one that is there and
    excluded is left out all the same.
    """
    there = {database.arn for database in inventory.databases}
    excluded = {database.arn for database in inventory.databases if database.is_excluded}
    complete = {listing.region for listing in inventory.listings if listing.is_complete}
    left_out: dict[str, list[str]] = defaultdict(list)
    for database in known:
        if database.arn in excluded or (database.arn not in there and database.region in complete):
            left_out[database.region].append(database.arn)
    listings = tuple(
        replace(listing, vanished=tuple(sorted(left_out[listing.region]))) for listing in inventory.listings
    )
    return replace(inventory, listings=listings)
