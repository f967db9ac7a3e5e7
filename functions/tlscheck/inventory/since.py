"""A full sweep's inventory beside what is known of earlier ones."""

from datetime import datetime, timedelta

from tlscheck.inventory.assembly import Inventory
from tlscheck.inventory.known import KnownDatabases
from tlscheck.inventory.sharing import with_beside
from tlscheck.inventory.succession import with_predecessors
from tlscheck.inventory.vanished import unlisted, with_vanished


def since(inventory: Inventory, known: KnownDatabases, now: datetime, span: timedelta) -> Inventory:
    """The inventory with who had a database's name before, who is gone, and who on a group is not looked at."""
    inventory = with_vanished(with_predecessors(inventory, known, now, span), known.databases)
    return with_beside(inventory, unlisted(inventory, known.databases))
