"""Discover: a schedule or a console event -> the databases to look at, in batches."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from tlscheck.edges import clock, log_preview, plans, retiring, samples, sweeps, telemetry
from tlscheck.edges.aws.listing import listed
from tlscheck.edges.events import console, environment
from tlscheck.edges.known import known_databases
from tlscheck.inventory.account import Account
from tlscheck.inventory.assembly import Inventory
from tlscheck.inventory.batch import Depth, Sweep, in_batches, with_groups
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.hub import Hub
from tlscheck.inventory.preview import Preview
from tlscheck.inventory.request import Request, chosen
from tlscheck.inventory.since import since
from tlscheck.inventory.vanished import unlisted

ENVIRONMENT = environment.for_discover()
logger = Logger()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Plans a sweep in S3; without "sweep" in the event, only tells what it would look at."""
    request, sweep = console.discover(event)
    telemetry.about(logger, context, sweep=sweep.id if sweep else None)
    if waiting := plans.waiting(request, sweep):
        return waiting
    overlap = samples.overlap(ENVIRONMENT, sweep)
    if sweep is not None and overlap.skipped:
        return plans.handed_on(ENVIRONMENT, sweep, None, overlap.skipped)
    if request.depth is Depth.RETIRE:
        return retiring.planned(ENVIRONMENT, sweep, Account.of_arn(context.invoked_function_arn))
    with sweeps.begun(ENVIRONMENT.table, sweep):
        return _discovered(request, sweep, context, overlap.gaps)


def _discovered(
    request: Request, sweep: Sweep | None, context: LambdaContext, gaps: tuple[Gap, ...]
) -> dict[str, Any]:
    known = known_databases(ENVIRONMENT, request)
    inventory, hubs = Inventory(known.databases), dict[str, Hub | Gap]()
    if request.depth is Depth.FULL:
        account = Account.of_arn(context.invoked_function_arn)
        asks_hubs = sweep is not None and ENVIRONMENT.is_security_hub_enabled
        inventory, hubs = listed(request, account, ENVIRONMENT.regions, known.databases, asks_hubs=asks_hubs)
        inventory = since(inventory, known, clock.now(), ENVIRONMENT.evidence_span)
    wanted = chosen(request, inventory, known.unreadable, unlisted(inventory, known.databases))
    size = ENVIRONMENT.size_of(request.depth)
    batches = in_batches(wanted.databases, inventory.listings, hubs, wanted.unlisted, size=size)
    reached = samples.reached(ENVIRONMENT, request.depth, with_groups(batches, inventory.databases))
    unknown = (*known.unreadable, *wanted.missing, *gaps, *reached.gaps)
    preview = Preview.of(request, reached.batches, inventory, known, unknown)
    if sweep is None:
        preview = log_preview.with_logs(ENVIRONMENT, preview, reached.batches)
    return plans.planned(ENVIRONMENT, sweep, preview, reached, request.schedule)
