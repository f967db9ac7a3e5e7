"""The account listed: its Regions, what each has, and beside that whether it has a Security Hub."""

from concurrent.futures import ThreadPoolExecutor

from tlscheck.edges import clock
from tlscheck.edges.aws import rds, regions, security_hub
from tlscheck.inventory.account import Account
from tlscheck.inventory.assembly import Inventory, assemble
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.hub import Hub
from tlscheck.inventory.request import Request, regions_to_list


def listed(
    request: Request, account: Account, configured: tuple[str, ...], *, asks_hubs: bool
) -> tuple[Inventory, dict[str, Hub | Gap]]:
    """The databases of the Regions asked for, else of those configured, else of all; and each Region's hub."""
    at = clock.now()
    wanted = regions_to_list(request, configured, regions.enabled(account.region), account.region)
    with ThreadPoolExecutor(1) as pool:
        hubs = pool.submit(security_hub.describe_regions, wanted.listed if asks_hubs else ())
        described = rds.describe_regions(wanted.listed)
    return assemble(account, described, wanted.gaps, at), hubs.result()
