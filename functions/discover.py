"""Discover: a schedule or a console event -> the databases to look at, in batches."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from tlscheck.edges import plans, retiring, samples, sweeps, telemetry
from tlscheck.edges.discovering import discovered
from tlscheck.edges.events import console, environment
from tlscheck.inventory.account import Account
from tlscheck.inventory.batch import Depth

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
    account = Account.of_arn(context.invoked_function_arn)
    if request.depth is Depth.RETIRE:
        return retiring.planned(ENVIRONMENT, sweep, account)
    with sweeps.begun(ENVIRONMENT.table, sweep):
        preview, reached = discovered(ENVIRONMENT, request, sweep, account, overlap.gaps)
        return plans.planned(ENVIRONMENT, sweep, preview, reached, request.schedule)
