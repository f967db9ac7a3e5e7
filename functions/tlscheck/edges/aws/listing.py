"""The account listed: its Regions, what each has, and beside that whether it has a Security Hub."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from tlscheck.edges import clock
from tlscheck.edges.aws import rds, regions, security_hub
from tlscheck.inventory.account import Account
from tlscheck.inventory.assembly import Inventory, assemble
from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.hub import Hub
from tlscheck.inventory.request import Request, regions_to_list
from tlscheck.inventory.vanished import with_left_out


def listed(
    request: Request, account: Account, configured: tuple[str, ...], known: Iterable[Database], *, asks_hubs: bool
) -> tuple[Inventory, dict[str, Hub | Gap]]:
    """The databases of the Regions asked for, else of those configured, else of all; and each Region's hub.

    A sweep of the whole account has a listing also of each Region of these known ones that is not configured.
    """
    at, known = clock.now(), tuple(known)
    enabled, of_known = regions.enabled(account.region), {each.region for each in known}
    wanted = regions_to_list(request, configured, enabled, account.region, of_known)
    with ThreadPoolExecutor(1) as pool:
        hubs = pool.submit(security_hub.describe_regions, wanted.listed if asks_hubs else ())
        described = rds.describe_regions(wanted.listed)
    inventory = assemble(account, described, wanted.gaps, at)
    if not request.is_narrow:
        inventory = with_left_out(inventory, known, account, configured, at)
    return inventory, hubs.result()
