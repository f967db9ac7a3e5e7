"""What a sweep is about: the databases that it is to look at, in batches, and what of that is not known."""

from tlscheck.edges import clock, log_preview, samples
from tlscheck.edges.aws.listing import listed
from tlscheck.edges.events.environment import DiscoverEnvironment
from tlscheck.edges.known import known_databases
from tlscheck.edges.samples import Reached
from tlscheck.inventory.account import Account
from tlscheck.inventory.assembly import Inventory
from tlscheck.inventory.batch import Depth, Sweep, in_batches, with_groups
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.hub import Hub
from tlscheck.inventory.preview import Preview
from tlscheck.inventory.request import Request, chosen
from tlscheck.inventory.since import since
from tlscheck.inventory.vanished import unlisted


def discovered(
    environment: DiscoverEnvironment,
    request: Request,
    sweep: Sweep | None,
    account: Account,
    gaps: tuple[Gap, ...],
) -> tuple[Preview, Reached]:
    """What there is to look at, and the batches of it that can be reached; without a sweep, what that would cost.

    `gaps`: what is not known already. Raises BadRequest for what is asked for and nowhere.
    """
    known = known_databases(environment, request)
    inventory, hubs = Inventory(known.databases), dict[str, Hub | Gap]()
    if request.depth is Depth.FULL:
        asks_hubs = sweep is not None and environment.is_security_hub_enabled
        inventory, hubs = listed(request, account, environment.regions, known.databases, asks_hubs=asks_hubs)
        inventory = since(inventory, known, clock.now(), environment.evidence_span)
    wanted = chosen(request, inventory, known.unreadable, unlisted(inventory, known.databases))
    size = environment.size_of(request.depth)
    batches = in_batches(wanted.databases, inventory.listings, hubs, wanted.unlisted, size=size)
    reached = samples.reached(environment, request.depth, with_groups(batches, inventory.databases))
    unknown = (*known.unreadable, *wanted.missing, *gaps, *reached.gaps)
    preview = Preview.of(request, reached.batches, inventory, known, unknown)
    return (log_preview.with_logs(environment, preview, reached.batches) if sweep is None else preview), reached
